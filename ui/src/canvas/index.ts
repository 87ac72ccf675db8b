export { Canvas } from "./Canvas";
export { warmUp } from "./elk";
