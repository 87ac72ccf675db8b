export { Canvas } from "./Canvas";
export { canvasActions } from "./actions";
export { warmUp } from "./elk";
