export { askToExport } from "./drafts";
export { ExportDialog } from "./ExportDialog";
export { ImportDialog } from "./ImportDialog";
export { openDeclared } from "./imports";
export { OriginBar } from "./OriginBar";
export { changeSettings, loadSettings, NO_SETTINGS, useWorkflowSettings } from "./settings";
export { SettingsForm } from "./SettingsForm";
export { TARGETS } from "./targets";
