export { App } from "./App";
export { followTheme } from "./theme";
