export { atCursor, formatFront, hasCode } from "./commands";
export { offerDataOf } from "./complete";
export { Difference } from "./Difference";
export { DocumentEditor, goTo, useCursor } from "./DocumentEditor";
export { JsonField, jsonTrouble } from "./JsonField";
export { RenameDialog } from "./Rename";
export { ShadowEditor } from "./Editor";
export { looks } from "./theme";
