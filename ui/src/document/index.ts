export { applyFix, copyStates, edit, format } from "./edits";
export { type Buffer, changeName } from "./buffer";
export {
  ask,
  close,
  closeTab,
  dismiss,
  keepMine,
  newDocument,
  openEmbedded,
  openPath,
  openWithDialog,
  type Question,
  save,
  saveAs,
  say,
  stopAsking,
  takeTheirs,
  useDesk,
  watchFiles,
} from "./files";
export {
  type Declaration,
  declarationOf,
  declare,
  declaresWorkflows,
  type Origin as Place,
  originOf,
  useDeclarations,
  useOrigins,
} from "./origin";
export { notesOf, useNotes } from "./notes";
export {
  groupIn,
  type Origin,
  select,
  type Selected,
  selectedIn,
  selectedStates,
  selectStates,
  stateAt,
  toggleSelection,
  useSelection,
} from "./selection";
export {
  acceptRecovered,
  activateTab,
  adopt,
  activeDocument,
  activeTab,
  bufferOf,
  documentByPath,
  moveTab,
  nextTab,
  type OpenDocument,
  redoIn,
  setMode,
  showTab,
  type Tab,
  tabKey,
  undoIn,
  useDocuments,
  useText,
  type ViewMode,
} from "./store";
export { settleDrafts } from "./drafts";
export { lookAt, useFollowed } from "./follow";
