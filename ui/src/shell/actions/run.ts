// Runs and their debugger.

import { type Breakpoint, type PendingTasks, queryClient } from "../../backend";
import {
  advance,
  back,
  breakpointsOf,
  detach,
  editBreakpoint,
  enableAll,
  pause,
  pausedExecution,
  putBreakpoints,
  runTo,
  shownExecution,
  toggleSelected,
  useDebug,
} from "../../debugger";
import { activeTab, tabKey, useDocuments, selectedIn, useSelection } from "../../document";
import { askToFork, askToImport, compareWithOrigin, exportHistory } from "../../forks";
import { listPins } from "../../pins";
import { askToRun, askToRunFrom, resume, type Session, skipWait, stop, useSessions, waitsForTime } from "../../run";
import { showPage } from "../panels";
import { type Action, native, current, withDocument, hasDocument } from "./action";

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

/** The execution on show, if it is as is asked. */
function shownIf(fits: (session: Session) => boolean): string | null {
  const execution = shownExecution();
  const session = execution === null ? undefined : useSessions.getState().sessions[execution];
  return session && fits(session) ? session.execution : null;
}

const waiting = (): string | null =>
  shownIf((session) =>
    waitsForTime(session, queryClient.getQueryData<PendingTasks>(["pending_tasks", {}])?.tasks ?? []),
  );
const interrupted = (): string | null => shownIf((session) => session.status === "interrupted");

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

export const runActions: readonly Action[] = [
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
    id: "skipWait",
    title: "Skip the wait",
    group: "Run",
    enabled: () => waiting() !== null,
    run: withRun(waiting, (execution) => void skipWait(execution)),
  },
  {
    id: "resume",
    title: "Resume the run that was interrupted",
    group: "Run",
    enabled: () => interrupted() !== null,
    run: withRun(interrupted, (execution) => void resume(execution)),
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
    title: "Fix and continue: fork where it failed…",
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
];
