export { Explorer, useSide } from "./Explorer";
