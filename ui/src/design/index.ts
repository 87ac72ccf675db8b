export {
  addPiece,
  context,
  copySelected,
  cutSelected,
  duplicateSelected,
  hasState,
  pasteFromClipboard,
  pasteText,
  removeSelected,
  selectAll,
  wrapSelected,
} from "./actions";
export { beginDrag, type DropZone, type Load, setDropZone, useDrag, type Verdict } from "./drag";
export { Ghost } from "./Ghost";
export { GroupPanel } from "./GroupPanel";
export { PiecePalette } from "./Palette";
export { complete } from "./pieces";
export { freeName } from "./names";
export { type Piece, slotOf, sourceOf, type Target } from "./place";
