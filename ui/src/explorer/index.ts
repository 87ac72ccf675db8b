export { Explorer } from "./Explorer";
export { useSide } from "./side";
