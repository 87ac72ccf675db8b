// What is done with the text and the selection.

import { atCursor, formatFront, hasCode } from "../../code";
import { redoIn, undoIn } from "../../document";
import { canvasActions } from "../../canvas";
import {
  copySelected,
  cutSelected,
  duplicateSelected,
  hasState,
  pasteFromClipboard,
  removeSelected,
  wrapSelected,
} from "../../design";
import { useSide } from "../../explorer";
import { usePanels } from "../panels";
import { type Action, current, withDocument, hasDocument, focus } from "./action";

const after = (word: string, name: string | null | undefined): string | null =>
  name ? `${word} ${name.charAt(0).toLowerCase()}${name.slice(1)}` : null;

export const editActions: readonly Action[] = [
  {
    id: "undo",
    title: "Undo",
    now: () => after("Undo", current()?.undo.undo),
    group: "Edit",
    keys: "Ctrl+Z",
    enabled: () => (current()?.undo.undo ?? null) !== null,
    run: withDocument(undoIn),
  },
  {
    id: "redo",
    title: "Redo",
    now: () => after("Redo", current()?.undo.redo),
    group: "Edit",
    keys: "Ctrl+Shift+Z",
    enabled: () => (current()?.undo.redo ?? null) !== null,
    run: withDocument(redoIn),
  },
  {
    id: "find",
    title: "Find state",
    group: "Edit",
    keys: "Ctrl+P",
    everywhere: true,
    enabled: hasDocument,
    run: () => {
      usePanels.setState({ leftOpen: true });
      useSide.setState({ side: "states" });
      focus("#find-state");
    },
  },
  {
    id: "add",
    title: "Add a state…",
    group: "Edit",
    keys: "Ctrl+Shift+A",
    everywhere: true,
    enabled: hasDocument,
    run: () => {
      usePanels.setState({ leftOpen: true });
      useSide.setState({ side: "add" });
      focus("#find-piece");
    },
  },
  ...canvasActions,
  { id: "duplicate", title: "Duplicate the selected state", group: "Edit", enabled: hasState, run: duplicateSelected },
  { id: "delete", title: "Delete what is selected", group: "Edit", enabled: hasState, run: removeSelected },
  { id: "cut", title: "Cut what is selected", group: "Edit", enabled: hasState, run: () => void cutSelected() },
  { id: "copy", title: "Copy the selected state", group: "Edit", enabled: hasState, run: () => void copySelected() },
  { id: "paste", title: "Paste states", group: "Edit", enabled: hasDocument, run: pasteFromClipboard },
  {
    id: "wrapParallel",
    title: "Put the selected state into a Parallel",
    group: "Edit",
    enabled: hasState,
    run: () => {
      wrapSelected("parallel");
    },
  },
  {
    id: "wrapMap",
    title: "Put the selected state into a Map",
    group: "Edit",
    enabled: hasState,
    run: () => {
      wrapSelected("map");
    },
  },
  {
    id: "wrapCatch",
    title: "Catch the errors of the selected state",
    group: "Edit",
    enabled: hasState,
    run: () => {
      wrapSelected("catch");
    },
  },
  {
    id: "complete",
    title: "Complete at the cursor",
    group: "Code",
    keys: "Ctrl+Space",
    inCode: true,
    enabled: hasCode,
    run: atCursor.complete,
  },
  {
    id: "fix",
    title: "Fix the problem at the cursor…",
    group: "Code",
    keys: "Ctrl+.",
    inCode: true,
    enabled: hasCode,
    run: atCursor.fix,
  },
  {
    id: "goToState",
    title: "Go to the state named at the cursor",
    group: "Code",
    keys: "F12",
    inCode: true,
    enabled: hasCode,
    run: atCursor.goToState,
  },
  {
    id: "nextReference",
    title: "Next place that names this state",
    group: "Code",
    keys: "Shift+F12",
    inCode: true,
    enabled: hasCode,
    run: atCursor.nextReference,
  },
  {
    id: "rename",
    title: "Rename the state at the cursor…",
    group: "Code",
    keys: "F2",
    inCode: true,
    enabled: hasCode,
    run: atCursor.rename,
  },
  {
    id: "format",
    title: "Format the document",
    group: "Code",
    keys: "Alt+Shift+F",
    everywhere: true,
    enabled: hasDocument,
    run: formatFront,
  },
  { id: "foldStates", title: "Fold all states", group: "Code", enabled: hasCode, run: atCursor.fold },
  { id: "unfold", title: "Unfold everything", group: "Code", enabled: hasCode, run: atCursor.unfold },
];
