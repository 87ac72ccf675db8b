export { Explorer } from "./Explorer";
