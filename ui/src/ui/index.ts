export { Dialog } from "./Dialog";
export { type JsonNode, prettyJson, readJson, writeJson } from "./json";
export { countChanges } from "./json-tree";
export { JsonTree, type JsonPlace } from "./JsonTree";
export { CopyButton, JsonText } from "./JsonText";
export { ContextMenu, Menu, type MenuEntry } from "./Menu";
export {
  type Autosave,
  followPreferences,
  type Motion,
  type Preferences,
  PREFERENCES,
  prefersStillness,
  usePreferences,
} from "./preferences";
export { remembered } from "./settings";
export { afterPress } from "./press";
export { Splitter } from "./Splitter";
export { Tip, TipProvider } from "./Tip";
export { VirtualList } from "./VirtualList";
