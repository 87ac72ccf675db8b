// Executions that stand still, what is seen of them, and the past that is looked at instead of the present.

import { create } from "zustand";

import {
  type Advance,
  type Breakpoint,
  call,
  type Change,
  type DebugScope,
  explain,
  type LogLine,
  onNotice,
  refresh,
  type Pause,
} from "../backend";
import { activeTab, say, select, tabKey, useDocuments } from "../document";
import { documentToGoOn, fork as makeFork } from "../forks";
import { openExecution, useSessions, watchAgain } from "../run";
import { useLooked } from "./looked";
import { followBreakpoints } from "./breakpoints";

interface Debug {
  /** By execution. */
  readonly pauses: Readonly<Record<string, Pause>>;
  readonly scopes: Readonly<Record<string, DebugScope>>;
  /** An event of the past that is on show instead of the present, by execution. */
  readonly past: Readonly<Record<string, number>>;
  readonly thread: Readonly<Record<string, number>>;
  /** By document. */
  readonly breakpoints: Readonly<Record<number, readonly Breakpoint[]>>;
  /** What breakpoints said instead of stopping, by execution. */
  readonly logs: Readonly<Record<string, readonly LogLine[]>>;
}

const MOST_LINES = 2_000;

export const useDebug = create<Debug>(() => ({
  pauses: {},
  scopes: {},
  past: {},
  thread: {},
  breakpoints: {},
  logs: {},
}));

/** A step ends one pause and begins the next; between the two nothing should flicker. */
const GRACE_MS = 80;
const leaving = new Map<string, number>();

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
}

export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say("bad", explain(error));
    return false;
  }
}

/** The execution on show in the tab in front. */
export function shownExecution(): string | null {
  const tab = activeTab(useDocuments.getState());
  if (!tab) return null;
  return tab.kind === "execution" ? tab.execution : (useSessions.getState().shown[tabKey(tab)] ?? null);
}

export function pausedExecution(): string | null {
  const execution = shownExecution();
  return execution !== null && useDebug.getState().pauses[execution] ? execution : null;
}

/** Asks what there is to see, now or at the event of the past that is on show. */
export async function look(execution: string): Promise<void> {
  const { past, thread } = useDebug.getState();
  const event = past[execution] ?? null;
  const lane = useLooked.getState().lane[execution];
  const scope = await call("debug_look", {
    execution,
    event,
    thread: thread[execution] ?? null,
    ...(lane === undefined ? {} : { lane }),
  });
  const now = useDebug.getState();
  // Somebody may have gone elsewhere meanwhile.
  if ((now.past[execution] ?? null) !== event) return;
  useDebug.setState((state) => ({ scopes: { ...state.scopes, [execution]: scope } }));
  if (event === null) return;
  const session = useSessions.getState().sessions[execution];
  if (!session) return;
  useSessions.setState((state) => ({
    sessions: {
      ...state.sessions,
      [execution]: {
        ...session,
        nodes: Object.fromEntries(scope.nodes.map((node) => [node.node, node])),
        edges: Object.fromEntries(scope.edges.map((edge) => [edge.edge, edge.taken])),
      },
    },
  }));
}

const seen = (execution: string): void => {
  void attempt(() => look(execution));
};

function stopped(execution: string, pause: Pause): void {
  const before = useDebug.getState().pauses[execution];
  const known = before !== undefined;
  const again = !leaving.has(execution) && JSON.stringify(before) === JSON.stringify(pause);
  window.clearTimeout(leaving.get(execution));
  leaving.delete(execution);
  if (again) {
    // The same pause told of once more, as after a change: the thread and the past that are on show stay.
    seen(execution);
    return;
  }
  useDebug.setState((state) => ({
    pauses: { ...state.pauses, [execution]: pause },
    past: without(state.past, execution),
    thread: without(state.thread, execution),
  }));
  followInto(execution, pause);
  if (!known) refresh("list_sessions");
  if (shownExecution() === execution) {
    const tab = activeTab(useDocuments.getState());
    if (tab && pause.node !== null) select(tabKey(tab), { kind: "node", id: pause.node }, "run");
  }
  seen(execution);
}

/** A step into a task that starts another execution leads there, and back to whoever started it at its end. */
function followInto(execution: string, pause: Pause): void {
  const shown = shownExecution();
  if (shown === null || shown === execution) return;
  const started = pause.reason.type === "start" && pause.caller !== null && pause.caller === wentInto;
  const cameBack = callers.get(shown) === execution && pause.reason.type !== "start";
  if (pause.caller !== null) callers.set(execution, pause.caller);
  if (started || cameBack) openExecution({ execution, title: `Execution ${execution}` });
}

/** Executions that were gone into, and whose tasks started them. */
const callers = new Map<string, string>();

function goesOn(execution: string): void {
  if (!useDebug.getState().pauses[execution] || leaving.has(execution)) return;
  leaving.set(
    execution,
    window.setTimeout(() => {
      leaving.delete(execution);
      refresh("list_sessions");
      useDebug.setState((state) => ({
        pauses: without(state.pauses, execution),
        scopes: without(state.scopes, execution),
        past: without(state.past, execution),
      }));
    }, GRACE_MS),
  );
}

/** How often each execution has said something: an answer that is older than a notice does not count. */
const said = new Map<string, number>();

/** Whoever looks at an execution that stands still already has missed its notice. */
async function askWhetherPaused(execution: string): Promise<void> {
  const before = said.get(execution);
  const { pause } = await call("get_paused", { execution });
  if (pause && said.get(execution) === before) stopped(execution, pause);
}

export function followPauses(): () => void {
  const stops = [
    onNotice("executionMoved", (notice) => {
      said.set(notice.execution, (said.get(notice.execution) ?? 0) + 1);
      if (notice.pause) stopped(notice.execution, notice.pause);
      else goesOn(notice.execution);
    }),
    useSessions.subscribe((state, before) => {
      for (const execution of Object.keys(state.sessions)) {
        if (before.sessions[execution]?.status !== "running" && state.sessions[execution]?.status === "running")
          askWhetherPaused(execution).catch(() => undefined);
      }
    }),
    followBreakpoints(),
    onNotice("debugLogged", ({ execution, lines }) => {
      useDebug.setState((state) => ({
        logs: { ...state.logs, [execution]: [...(state.logs[execution] ?? []), ...lines].slice(-MOST_LINES) },
      }));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/**
 * Goes on from a moment of the past: a fork, since what happened stays as it was. Nothing when the person turns back at the
 * question which definition goes on.
 */
async function forkIfPast(execution: string): Promise<string | null> {
  const event = useDebug.getState().past[execution];
  if (event === undefined) return execution;
  return fork(execution, event);
}

export async function fork(execution: string, event: number): Promise<string | null> {
  const document = await documentToGoOn(execution, event);
  if (document === undefined) return null;
  const made = await makeFork({ execution, event, document, recordedAnswers: false });
  now(execution);
  say(
    "info",
    `Going on from event ${String(event)} made a fork${document === null ? "" : " with the definition in the editor"}: execution ${made.execution}. The original stays as it was.`,
  );
  return made.execution;
}

/** Steps are taken by the thread that is looked at, else by that of the pause. */
export const advance = (execution: string, how: Advance): Promise<boolean> =>
  attempt(async () => {
    const own = await forkIfPast(execution);
    if (own === null) return;
    const thread = own === execution ? useDebug.getState().thread[execution] : undefined;
    if (how === "into") wentInto = own;
    else if (wentInto === own) wentInto = null;
    await call("advance_execution", { execution: own, advance: how, ...(thread === undefined ? {} : { thread }) });
  });

/** The execution whose last step went in: what it starts is shown. */
let wentInto: string | null = null;

/** Lets it run to its end; breakpoints are of no interest to it any more. */
export const detach = (execution: string): Promise<boolean> =>
  attempt(async () => {
    await call("detach_execution", { execution });
    now(execution);
    say("info", "The run goes on by itself and stops at no breakpoint. Pause it to take it up again.");
  });

export const runTo = (execution: string, node: string): Promise<boolean> =>
  attempt(async () => {
    const own = await forkIfPast(execution);
    if (own !== null) await call("run_to", { execution: own, node });
  });

export const pause = (execution: string): Promise<boolean> => attempt(() => call("pause_execution", { execution }));

export function goTo(execution: string, event: number): Promise<boolean> {
  useDebug.setState((state) => ({
    past: { ...state.past, [execution]: event },
    thread: without(state.thread, execution),
  }));
  return attempt(async () => {
    await look(execution);
    const tab = activeTab(useDocuments.getState());
    const node = useDebug.getState().scopes[execution]?.node ?? null;
    if (tab && node !== null && shownExecution() === execution) select(tabKey(tab), { kind: "node", id: node }, "run");
  });
}

/** Back to the present. */
export function now(execution: string): void {
  if (useDebug.getState().past[execution] === undefined) return;
  useDebug.setState((state) => ({ past: without(state.past, execution), thread: without(state.thread, execution) }));
  void attempt(() => watchAgain(execution));
  seen(execution);
}

export const back = (execution: string, toBreakpoint: boolean): Promise<boolean> =>
  attempt(async () => {
    const { past, pauses } = useDebug.getState();
    const from =
      past[execution] ?? pauses[execution]?.events ?? useSessions.getState().sessions[execution]?.events ?? 0;
    const { event } = await call("debug_back", { execution, from, toBreakpoint });
    if (event === null) say("info", toBreakpoint ? "No breakpoint was passed before." : "This is the first state.");
    else await goTo(execution, event);
  });

export function focusThread(execution: string, thread: number): void {
  useDebug.setState((state) => ({ thread: { ...state.thread, [execution]: thread } }));
  seen(execution);
}

export const change = (execution: string, thread: number, made: Change): Promise<boolean> =>
  attempt(async () => {
    await call("debug_change", { execution, thread, change: made });
    await look(execution);
  });
