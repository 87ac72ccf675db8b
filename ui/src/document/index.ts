export { applyFix, edit, format } from "./edits";
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
export { type Declaration, declarationOf, declare, originOf, useDeclarations, useOrigins } from "./origin";
export { type Origin, select, type Selected, selectedIn, stateAt, useSelection } from "./selection";
export {
  activateTab,
  activeDocument,
  activeTab,
  bufferOf,
  documentByPath,
  nextTab,
  type OpenDocument,
  redoIn,
  setMode,
  showTab,
  type Tab,
  tabKey,
  undoIn,
  useDocuments,
  type ViewMode,
} from "./store";
