import "./inspector.css";

export { Inspector } from "./Inspector";
