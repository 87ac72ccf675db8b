export { Difference } from "./Difference";
export { DocumentEditor, goTo, useCursor } from "./DocumentEditor";
export { JsonField, jsonTrouble } from "./JsonField";
