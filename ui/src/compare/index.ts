export { CompareDialog } from "./CompareDialog";
export { CompareView } from "./CompareView";
export { chooseComparison, compareWithDisk, useComparisons } from "./store";
