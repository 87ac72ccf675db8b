export { askToExport } from "./drafts";
export { ExportDialog } from "./ExportDialog";
export { ImportDialog } from "./ImportDialog";
export { OriginBar } from "./OriginBar";
export { TARGETS } from "./targets";
