export { Canvas } from "./Canvas";
export { canvasActions } from "./actions";
export { warmUp } from "./elk";
export { stillLayout } from "./still";
export type { Layout } from "./layout";
export type { Marks } from "./nodes/context";
