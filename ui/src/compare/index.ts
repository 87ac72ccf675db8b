export { CompareDialog } from "./CompareDialog";
export { CompareView } from "./CompareView";
export { ChangeSign } from "./look";
export { chooseComparison, compareWithDisk, useComparisons } from "./store";
