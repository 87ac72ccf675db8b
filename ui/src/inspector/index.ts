import "./inspector.css";

export { Inspector, showPage as showInspectorPage } from "./Inspector";
