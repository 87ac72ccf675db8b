// Executions that stand still, what is seen of them, and the past that is looked at instead of the present.

import { create } from "zustand";

import {
  type Advance,
  type Breakpoint,
  call,
  type Change,
  type DebugScope,
  explain,
  onNotice,
  type Pause,
} from "../backend";
import { activeDocument, activeTab, bufferOf, say, select, tabKey, useDocuments } from "../document";
import { openExecution, show, useSessions, watch, watchAgain } from "../run";
import { remembered } from "../ui";
import { useLooked } from "./looked";

interface Debug {
  /** By execution. */
  readonly pauses: Readonly<Record<string, Pause>>;
  readonly scopes: Readonly<Record<string, DebugScope>>;
  /** An event of the past that is on show instead of the present, by execution. */
  readonly past: Readonly<Record<string, number>>;
  readonly thread: Readonly<Record<string, number>>;
  /** By document. */
  readonly breakpoints: Readonly<Record<number, readonly Breakpoint[]>>;
}

export const useDebug = create<Debug>(() => ({ pauses: {}, scopes: {}, past: {}, thread: {}, breakpoints: {} }));
export const useWatches = remembered<{ expressions: readonly string[] }>("watches", { expressions: [] });

/** A step ends one pause and begins the next; between the two nothing should flicker. */
const GRACE_MS = 80;
const leaving = new Map<string, number>();

function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));
}

async function attempt(work: () => Promise<unknown>): Promise<boolean> {
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
  window.clearTimeout(leaving.get(execution));
  leaving.delete(execution);
  useDebug.setState((state) => ({
    pauses: { ...state.pauses, [execution]: pause },
    past: without(state.past, execution),
    thread: without(state.thread, execution),
  }));
  if (shownExecution() === execution) {
    const tab = activeTab(useDocuments.getState());
    if (tab && pause.node !== null) select(tabKey(tab), { kind: "node", id: pause.node }, "run");
  }
  seen(execution);
}

function goesOn(execution: string): void {
  if (!useDebug.getState().pauses[execution] || leaving.has(execution)) return;
  leaving.set(
    execution,
    window.setTimeout(() => {
      leaving.delete(execution);
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
    useDocuments.subscribe((state, before) => {
      if (state.documents === before.documents) return;
      for (const id of Object.keys(state.documents).map(Number)) {
        if (before.documents[id] || useDebug.getState().breakpoints[id]) continue;
        call("get_breakpoints", { document: id }).then(
          ({ breakpoints }) => {
            useDebug.setState((debug) => ({ breakpoints: { ...debug.breakpoints, [id]: breakpoints } }));
          },
          () => undefined,
        );
      }
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Goes on from a moment of the past: a fork, since what happened stays as it was. */
async function forkIfPast(execution: string): Promise<string> {
  const event = useDebug.getState().past[execution];
  if (event === undefined) return execution;
  return fork(execution, event);
}

export async function fork(execution: string, event: number): Promise<string> {
  const made = await call("debug_fork", { execution, event, document: null });
  const tab = activeTab(useDocuments.getState());
  const session = useSessions.getState().sessions[execution];
  await watch(made.execution, { live: true, revision: session?.revision ?? null });
  if (tab?.kind === "document") show(tabKey(tab), made.execution);
  else openExecution({ execution: made.execution, title: `Fork of ${execution}` });
  now(execution);
  say(
    "info",
    `Going on from event ${String(event)} made a fork: execution ${made.execution}. The original stays as it was.`,
  );
  return made.execution;
}

export const advance = (execution: string, how: Advance): Promise<boolean> =>
  attempt(async () => {
    await call("advance_execution", { execution: await forkIfPast(execution), advance: how });
  });

export const runTo = (execution: string, node: string): Promise<boolean> =>
  attempt(async () => {
    await call("run_to", { execution: await forkIfPast(execution), node });
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

const NONE: readonly Breakpoint[] = [];

export function useBreakpoints(document: number | null): readonly Breakpoint[] {
  return useDebug((state) => (document === null ? NONE : (state.breakpoints[document] ?? NONE)));
}

export function putBreakpoints(document: number, breakpoints: readonly Breakpoint[]): void {
  useDebug.setState((state) => ({ breakpoints: { ...state.breakpoints, [document]: breakpoints } }));
  void attempt(async () => {
    await bufferOf(document)?.settled();
    await call("set_breakpoints", { document, breakpoints: [...breakpoints] });
  });
}

export const newBreakpoint = (place: string, on: Breakpoint["on"]): Breakpoint => ({
  place,
  on,
  condition: null,
  hits: 0,
  hitRule: "from",
  log: null,
  othersGoOn: false,
  enabled: true,
});

/** Sets a breakpoint on a state, or takes all of its breakpoints away. */
export function toggleBreakpoint(document: number, place: string, on: Breakpoint["on"] = "enter"): void {
  const known = useDebug.getState().breakpoints[document] ?? NONE;
  const rest = known.filter((breakpoint) => breakpoint.place !== place);
  putBreakpoints(document, rest.length < known.length ? rest : [...known, newBreakpoint(place, on)]);
}

/** F9: the state or transition that is selected. */
export function toggleSelected(selected: { kind: "node" | "edge"; id: string } | null): void {
  const document = activeDocument(useDocuments.getState());
  if (document && selected)
    toggleBreakpoint(document.id, selected.id, selected.kind === "edge" ? "transition" : "enter");
}
