// Everything a person can do, once: menus, keys and the palette are views of this list.

import { type AppInfo, type Breakpoint, call, explain, queryClient } from "../backend";
import { chooseComparison, compareWithDisk } from "../compare";
import { atCursor, formatFront, hasCode } from "../code";
import {
  advance,
  back,
  breakpointsOf,
  detach,
  editBreakpoint,
  enableAll,
  openSearch,
  pause,
  pausedExecution,
  putBreakpoints,
  runTo,
  shownExecution,
  toggleSelected,
  useDebug,
} from "../debugger";
import {
  activeDocument,
  activeTab,
  ask,
  bufferOf,
  newDocument,
  nextTab,
  openWithDialog,
  redoIn,
  save,
  saveAs,
  say,
  select,
  setMode,
  tabKey,
  undoIn,
  useDocuments,
  selectedIn,
  useSelection,
} from "../document";
import { canvasActions } from "../canvas";
import {
  copySelected,
  cutSelected,
  duplicateSelected,
  hasState,
  pasteFromClipboard,
  removeSelected,
  wrapSelected,
} from "../design";
import { useSide } from "../explorer";
import { showInspectorPage } from "../inspector";
import { closeFolder, copyPath, openFolderWithDialog, reveal, useFolder } from "../files";
import { askToFork, askToImport, compareWithOrigin, exportHistory } from "../forks";
import { listPins } from "../pins";
import { askToRun, askToRunFrom, stop, useSessions } from "../run";
import { askToExport, TARGETS } from "../ship";
import { showPage, usePanels } from "./panels";
import { closeOthers, closeRemembering, hasClosed, reopenClosed } from "./session";
import { useTheme } from "./theme";
import { create } from "zustand";

export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: "File" | "Edit" | "Code" | "View" | "Ship" | "Run" | "Help";
  /** As `Ctrl+Shift+S`. `Ctrl` is the Command key on a Mac. */
  readonly keys?: string;
  /** Works in a text field too. */
  readonly everywhere?: boolean;
  /** The keys are those of the code view only. */
  readonly inCode?: boolean;
  /** What it would do just now, where that changes. */
  now?(): string | null;
  enabled?(): boolean;
  run(): void;
}

/** “Undo rename “Charge”” rather than “Undo”. */
export function titleOf(action: Action): string {
  return action.now?.() ?? action.title;
}

type Overlay = "none" | "palette" | "shortcuts";
export const useOverlay = create<{ overlay: Overlay }>(() => ({ overlay: "none" }));

const BLANK = `{
  "StartAt": "First",
  "States": {
    "First": {
      "Type": "Pass",
      "End": true
    }
  }
}
`;

const native = (): boolean => queryClient.getQueryData<AppInfo>(["app_info", {}])?.nativeDialogs ?? false;
const current = () => activeDocument(useDocuments.getState());
const withDocument = (work: (id: number) => void) => (): void => {
  const document = current();
  if (document) work(document.id);
};
const after = (word: string, name: string | null | undefined): string | null =>
  name ? `${word} ${name.charAt(0).toLowerCase()}${name.slice(1)}` : null;
const hasDocument = (): boolean => current() !== undefined;

/** The running execution on show in the tab in front. */
export function runningExecution(): string | null {
  const tab = activeTab(useDocuments.getState());
  if (!tab) return null;
  const { shown, sessions } = useSessions.getState();
  const execution = tab.kind === "execution" ? tab.execution : (shown[tabKey(tab)] ?? null);
  return execution !== null && sessions[execution]?.status === "running" ? execution : null;
}

/** The execution on show, if it stands still or its past is on show. */
function pausedOrPast(): string | null {
  const execution = shownExecution();
  return execution !== null && (pausedExecution() !== null || useDebug.getState().past[execution] !== undefined)
    ? execution
    : null;
}

/** The event of the past that is on show. */
function pastOf(): { execution: string; event: number } | null {
  const execution = shownExecution();
  const event = execution === null ? undefined : useDebug.getState().past[execution];
  return execution === null || event === undefined ? null : { execution, event };
}

/** The execution on show, if it did not succeed. */
function endedBadly(): string | null {
  const execution = shownExecution();
  const status = execution === null ? undefined : useSessions.getState().sessions[execution]?.status;
  return status === "failed" || status === "timedOut" || status === "aborted" ? execution : null;
}

function hasBreakpoints(fits: (breakpoint: Breakpoint) => boolean): boolean {
  const document = current();
  return document !== undefined && breakpointsOf(document.id).some(fits);
}

const withRun = (which: () => string | null, work: (execution: string) => void) => (): void => {
  const execution = which();
  if (execution !== null) work(execution);
};

function selectedHere() {
  const tab = activeTab(useDocuments.getState());
  return tab ? selectedIn(tabKey(tab))(useSelection.getState()) : null;
}

function focus(selector: string): void {
  window.setTimeout(() => document.querySelector<HTMLElement>(selector)?.focus(), 30);
}

export const actions: readonly Action[] = [
  {
    id: "new",
    title: "New workflow",
    group: "File",
    keys: "Ctrl+N",
    everywhere: true,
    run: () => void newDocument("untitled.asl.json", BLANK),
  },
  {
    id: "blueprint",
    title: "New from a blueprint…",
    group: "File",
    keys: "Ctrl+Shift+N",
    everywhere: true,
    run: () => {
      ask({ kind: "blueprint" });
    },
  },
  {
    id: "open",
    title: "Open…",
    group: "File",
    keys: "Ctrl+O",
    everywhere: true,
    run: () => void openWithDialog(native()),
  },
  {
    id: "openFolder",
    title: "Open a folder…",
    group: "File",
    keys: "Ctrl+Alt+O",
    everywhere: true,
    run: () => void openFolderWithDialog(native()),
  },
  {
    id: "import",
    title: "Import from a project…",
    group: "File",
    keys: "Ctrl+Shift+O",
    everywhere: true,
    run: () => {
      ask({ kind: "import", path: null });
    },
  },
  {
    id: "save",
    title: "Save",
    group: "File",
    keys: "Ctrl+S",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument((id) => {
      save(id, { native: native() }).catch((error: unknown) => {
        say("bad", explain(error));
      });
    }),
  },
  {
    id: "saveAs",
    title: "Save as…",
    group: "File",
    keys: "Ctrl+Shift+S",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument((id) => {
      saveAs(id, native());
    }),
  },
  {
    id: "export",
    title: "Export…",
    group: "File",
    keys: "Ctrl+Shift+E",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument((document) => {
      ask({ kind: "export", document });
    }),
  },
  ...TARGETS.map((target): Action => ({
    id: `export-${target.key}`,
    title: `Export to ${target.word}…`,
    group: "Ship",
    enabled: hasDocument,
    run: withDocument((document) => {
      askToExport(document, target.key);
    }),
  })),
  {
    id: "compare",
    title: "Compare with…",
    group: "File",
    keys: "Ctrl+Shift+C",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument(chooseComparison),
  },
  {
    id: "difference",
    title: "Compare with the file on disk",
    group: "File",
    enabled: () => (current()?.path ?? null) !== null,
    run: withDocument((document) => {
      if (current()?.conflict) ask({ kind: "conflict", document });
      else compareWithDisk(document);
    }),
  },
  {
    id: "close",
    title: "Close tab",
    group: "File",
    keys: "Ctrl+W",
    everywhere: true,
    enabled: () => useDocuments.getState().active !== null,
    run: () => {
      const { active } = useDocuments.getState();
      if (active !== null) closeRemembering(active);
    },
  },
  {
    id: "closeOthers",
    title: "Close the other tabs",
    group: "File",
    enabled: () => useDocuments.getState().tabs.length > 1,
    run: () => {
      const { active } = useDocuments.getState();
      if (active !== null) closeOthers(active);
    },
  },
  {
    id: "reopen",
    title: "Reopen the last closed tab",
    group: "File",
    keys: "Ctrl+Shift+T",
    everywhere: true,
    enabled: hasClosed,
    run: () => void reopenClosed(),
  },
  {
    id: "reveal",
    title: "Show the file in the file manager",
    group: "File",
    enabled: () => typeof current()?.path === "string",
    run: () => {
      const path = current()?.path;
      if (path) reveal(path);
    },
  },
  {
    id: "copyPath",
    title: "Copy the file's path",
    group: "File",
    enabled: () => typeof current()?.path === "string",
    run: () => {
      const path = current()?.path;
      if (path) copyPath(path);
    },
  },
  {
    id: "closeFolder",
    title: "Close the folder",
    group: "File",
    enabled: () => useFolder.getState().tree !== null,
    run: closeFolder,
  },
  {
    id: "settings",
    title: "Settings…",
    group: "File",
    keys: "Ctrl+,",
    everywhere: true,
    run: () => {
      ask({ kind: "settings" });
    },
  },
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
  {
    id: "canvas",
    title: "Canvas",
    group: "View",
    keys: "Alt+1",
    everywhere: true,
    run: () => {
      setMode("canvas");
      focus(".canvas");
    },
  },
  {
    id: "split",
    title: "Split",
    group: "View",
    keys: "Alt+2",
    everywhere: true,
    run: () => {
      setMode("split");
    },
  },
  {
    id: "code",
    title: "Code",
    group: "View",
    keys: "Alt+3",
    everywhere: true,
    run: () => {
      setMode("code");
      window.setTimeout(() => {
        const document = current();
        if (document) bufferOf(document.id)?.focus();
      }, 60);
    },
  },
  {
    id: "explorer",
    title: "Explorer",
    group: "View",
    keys: "Ctrl+B",
    everywhere: true,
    run: () => {
      usePanels.setState((state) => ({ leftOpen: !state.leftOpen }));
    },
  },
  {
    id: "files",
    title: "Files",
    group: "View",
    keys: "Ctrl+Shift+F",
    everywhere: true,
    run: () => {
      usePanels.setState({ leftOpen: true });
      useSide.setState({ side: "files" });
      focus(".file-tree, .no-folder button");
    },
  },
  {
    id: "findFile",
    title: "Find a file of the folder",
    group: "Edit",
    keys: "Ctrl+Alt+P",
    everywhere: true,
    enabled: () => useFolder.getState().tree !== null,
    run: () => {
      usePanels.setState({ leftOpen: true });
      useSide.setState({ side: "files" });
      focus("#find-file");
    },
  },
  {
    id: "inspector",
    title: "Inspector",
    group: "View",
    keys: "Ctrl+I",
    everywhere: true,
    run: () => {
      usePanels.setState((state) => ({ rightOpen: !state.rightOpen }));
    },
  },
  {
    id: "workflowSettings",
    title: "Workflow settings",
    group: "Edit",
    enabled: hasDocument,
    run: () => {
      const tab = activeTab(useDocuments.getState());
      if (tab) select(tabKey(tab), null, "outline");
      usePanels.setState({ rightOpen: true });
      focus(".workflow-page textarea");
    },
  },
  {
    id: "configure",
    title: "Configure the selected state",
    group: "Edit",
    enabled: hasState,
    run: () => {
      showInspectorPage("configure");
      usePanels.setState({ rightOpen: true });
      focus("#inspector-page");
    },
  },
  {
    id: "preview",
    title: "Preview the selected state’s data",
    group: "Edit",
    enabled: hasState,
    run: () => {
      showInspectorPage("try");
      usePanels.setState({ rightOpen: true });
      focus("#inspector-page");
    },
  },
  {
    id: "panel",
    title: "Bottom panel",
    group: "View",
    keys: "Ctrl+J",
    everywhere: true,
    run: () => {
      usePanels.setState((state) => ({ bottomOpen: !state.bottomOpen }));
    },
  },
  {
    id: "problems",
    title: "Problems",
    group: "View",
    keys: "Ctrl+Shift+M",
    everywhere: true,
    run: () => {
      showPage("problems");
    },
  },
  {
    id: "executions",
    title: "Executions",
    group: "View",
    keys: "Ctrl+Shift+H",
    everywhere: true,
    run: () => {
      showPage("executions");
    },
  },
  {
    id: "timeline",
    title: "Timeline",
    group: "View",
    run: () => {
      showPage("timeline");
    },
  },
  {
    id: "events",
    title: "Events",
    group: "View",
    run: () => {
      showPage("events");
    },
  },
  {
    id: "states",
    title: "Table of states",
    group: "View",
    run: () => {
      showPage("states");
    },
  },
  {
    id: "searchRun",
    title: "Search the run",
    group: "View",
    keys: "Ctrl+Alt+F",
    everywhere: true,
    run: openSearch,
  },
  {
    id: "console",
    title: "Console",
    group: "View",
    keys: "Ctrl+Shift+L",
    everywhere: true,
    run: () => {
      showPage("console");
    },
  },
  {
    id: "inbox",
    title: "Inbox",
    group: "View",
    keys: "Ctrl+Shift+Y",
    everywhere: true,
    run: () => {
      showPage("inbox");
    },
  },
  {
    id: "nextTab",
    title: "Next tab",
    group: "View",
    keys: "Ctrl+PageDown",
    everywhere: true,
    run: () => {
      nextTab(1);
    },
  },
  {
    id: "previousTab",
    title: "Previous tab",
    group: "View",
    keys: "Ctrl+PageUp",
    everywhere: true,
    run: () => {
      nextTab(-1);
    },
  },
  {
    id: "themeDark",
    title: "Dark theme",
    group: "View",
    run: () => {
      useTheme.setState({ theme: "dark" });
    },
  },
  {
    id: "themeLight",
    title: "Light theme",
    group: "View",
    run: () => {
      useTheme.setState({ theme: "light" });
    },
  },
  {
    id: "themeSystem",
    title: "Theme of the system",
    group: "View",
    run: () => {
      useTheme.setState({ theme: "system" });
    },
  },
  {
    id: "run",
    title: "Run…",
    group: "Run",
    keys: "F5",
    everywhere: true,
    enabled: () => pausedOrPast() !== null || hasDocument(),
    run: () => {
      const execution = pausedOrPast();
      if (execution !== null) void advance(execution, "continue");
      else withDocument(askToRun)();
    },
  },
  {
    id: "pause",
    title: "Pause the run",
    group: "Run",
    keys: "F6",
    everywhere: true,
    enabled: () => runningExecution() !== null && pausedOrPast() === null,
    run: withRun(runningExecution, (execution) => void pause(execution)),
  },
  {
    id: "stepOver",
    title: "Step over",
    group: "Run",
    keys: "F10",
    everywhere: true,
    enabled: () => pausedOrPast() !== null,
    run: withRun(pausedOrPast, (execution) => void advance(execution, "over")),
  },
  {
    id: "stepInto",
    title: "Step into",
    group: "Run",
    keys: "F11",
    everywhere: true,
    enabled: () => pausedOrPast() !== null,
    run: withRun(pausedOrPast, (execution) => void advance(execution, "into")),
  },
  {
    id: "stepOut",
    title: "Step out",
    group: "Run",
    keys: "Shift+F11",
    everywhere: true,
    enabled: () => pausedOrPast() !== null,
    run: withRun(pausedOrPast, (execution) => void advance(execution, "out")),
  },
  {
    id: "stepBack",
    title: "Step back",
    group: "Run",
    keys: "Shift+F10",
    everywhere: true,
    enabled: () => shownExecution() !== null,
    run: withRun(shownExecution, (execution) => void back(execution, false)),
  },
  {
    id: "reverse",
    title: "Back to the breakpoint before",
    group: "Run",
    enabled: () => shownExecution() !== null,
    run: withRun(shownExecution, (execution) => void back(execution, true)),
  },
  {
    id: "runTo",
    title: "Run to the selected state",
    group: "Run",
    keys: "Ctrl+F10",
    everywhere: true,
    enabled: () => pausedOrPast() !== null && selectedHere()?.kind === "node",
    run: withRun(pausedOrPast, (execution) => {
      const selected = selectedHere();
      if (selected?.kind === "node") void runTo(execution, selected.id);
    }),
  },
  {
    id: "breakpoint",
    title: "Breakpoint on or off",
    group: "Run",
    keys: "F9",
    everywhere: true,
    enabled: () => hasDocument() && selectedHere() !== null,
    run: () => {
      toggleSelected(selectedHere());
    },
  },
  {
    id: "editBreakpoint",
    title: "Edit the breakpoint…",
    group: "Run",
    keys: "Shift+F9",
    everywhere: true,
    enabled: () => hasDocument() && selectedHere() !== null,
    run: withDocument((document) => {
      const selected = selectedHere();
      if (selected) editBreakpoint(document, selected.id, selected.kind === "edge" ? "transition" : "enter");
    }),
  },
  {
    id: "breakpointsOff",
    title: "Turn all breakpoints off",
    group: "Run",
    enabled: () => hasBreakpoints((breakpoint) => breakpoint.enabled),
    run: withDocument((document) => {
      enableAll(document, false);
    }),
  },
  {
    id: "breakpointsOn",
    title: "Turn all breakpoints on",
    group: "Run",
    enabled: () => hasBreakpoints((breakpoint) => !breakpoint.enabled),
    run: withDocument((document) => {
      enableAll(document, true);
    }),
  },
  {
    id: "breakpointsAway",
    title: "Remove all breakpoints",
    group: "Run",
    enabled: () => hasBreakpoints(() => true),
    run: withDocument((document) => {
      putBreakpoints(document, []);
    }),
  },
  {
    id: "detach",
    title: "Detach: let the run go on, breakpoints off",
    group: "Run",
    enabled: () => runningExecution() !== null,
    run: withRun(runningExecution, (execution) => void detach(execution)),
  },
  {
    id: "debugger",
    title: "Debugger",
    group: "View",
    keys: "Ctrl+Shift+D",
    everywhere: true,
    run: () => {
      showPage("debug");
    },
  },
  {
    id: "fixAndContinue",
    title: "Fix and continue…",
    group: "Run",
    keys: "Alt+F5",
    everywhere: true,
    enabled: () => endedBadly() !== null,
    run: withRun(endedBadly, (execution) => {
      askToFork(execution);
    }),
  },
  {
    id: "forkHere",
    title: "Fork from the event on show…",
    group: "Run",
    enabled: () => pastOf() !== null,
    run: () => {
      const past = pastOf();
      if (past) askToFork(past.execution, past.event);
    },
  },
  {
    id: "pins",
    title: "Pinned answers…",
    group: "Run",
    enabled: hasDocument,
    run: () => {
      listPins();
    },
  },
  {
    id: "runFrom",
    title: "Run from the selected state…",
    group: "Run",
    enabled: () => hasDocument() && selectedHere()?.kind === "node",
    run: () => {
      const selected = selectedHere();
      if (selected?.kind === "node")
        withDocument((document) => {
          askToRunFrom(document, selected.id);
        })();
    },
  },
  {
    id: "compareWithOrigin",
    title: "Compare the run with its origin",
    group: "Run",
    enabled: () => shownExecution() !== null,
    run: withRun(shownExecution, (execution) => void compareWithOrigin(execution)),
  },
  {
    id: "importHistory",
    title: "Import a history…",
    group: "File",
    run: askToImport,
  },
  {
    id: "exportHistory",
    title: "Export history…",
    group: "File",
    enabled: () => shownExecution() !== null,
    run: withRun(shownExecution, (execution) => void exportHistory(execution, native())),
  },
  {
    id: "stop",
    title: "Stop the run",
    group: "Run",
    keys: "Shift+F5",
    everywhere: true,
    enabled: () => runningExecution() !== null,
    run: () => {
      const execution = runningExecution();
      if (execution !== null) void stop(execution);
    },
  },
  {
    id: "palette",
    title: "Command palette",
    group: "Help",
    keys: "Ctrl+K",
    everywhere: true,
    run: () => {
      useOverlay.setState({ overlay: "palette" });
    },
  },
  {
    id: "shortcuts",
    title: "Keyboard shortcuts",
    group: "Help",
    keys: "?",
    run: () => {
      useOverlay.setState({ overlay: "shortcuts" });
    },
  },
  {
    id: "version",
    title: "About Stepwright",
    group: "Help",
    run: () => {
      call("app_info", {}).then(
        (info) => {
          say("info", `Stepwright ${info.version}`);
        },
        (error: unknown) => {
          say("bad", explain(error));
        },
      );
    },
  },
];

export function action(id: string): Action {
  const found = actions.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`there is no action ${id}`);
  return found;
}

export function perform(id: string): void {
  const found = action(id);
  if (found.enabled?.() ?? true) found.run();
}

/** The pressed keys as the table writes them. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(key));
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

function inText(target: EventTarget | null): boolean {
  const element = target instanceof Element ? target : null;
  return (
    element?.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, .editor") !==
      null && element !== null
  );
}

/** Keys for as long as the window lives. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const pressed = chord(event);
    const found =
      actions.find((candidate) => candidate.keys === pressed) ?? (pressed === "Ctrl+Y" ? action("redo") : undefined);
    if (!found || event.defaultPrevented) return;
    if (found.inCode === true) {
      if (!(event.target instanceof Element && event.target.closest(".document-editor"))) return;
    } else if (found.everywhere !== true && inText(event.target)) return;
    // A dialog is up: only what belongs to it.
    if (document.querySelector("dialog[open]") !== null) return;
    event.preventDefault();
    event.stopPropagation();
    perform(found.id);
  };
  // Before the editor, whose own keys would otherwise win over those of the window.
  window.addEventListener("keydown", onKey, { capture: true });
  return () => {
    window.removeEventListener("keydown", onKey, { capture: true });
  };
}
