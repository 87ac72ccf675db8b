// What of a run is looked at: a moment, a branch or item, one stay in a state. Choosing one draws it everywhere.

import { create } from "zustand";

import { activeTab, select, tabKey, useDocuments } from "../document";
import { useSessions } from "../run";
import { type Lane, laneAt, laneWords, lineOf, type Overview, type Stay } from "./model";
import { knownOverview, useKnownOverview } from "./overview";
import { goTo, look, shownExecution, useDebug } from "./store";

interface Looked {
  /** The branch or item whose data is wanted, by execution. */
  readonly lane: Readonly<Record<string, number>>;
  /** A stay that was picked, by the line at which its state was entered. */
  readonly stay: Readonly<Record<string, number>>;
}

export const useLooked = create<Looked>(() => ({ lane: {}, stay: {} }));

const without = (record: Readonly<Record<string, number>>, key: string): Record<string, number> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));

/** Whether moments of the run can be looked at: a run that goes on would draw over them at once. */
export function canLookBack(execution: string): boolean {
  const status = useSessions.getState().sessions[execution]?.status;
  return useDebug.getState().pauses[execution] !== undefined || (status !== undefined && status !== "running");
}

export function useCanLookBack(execution: string | null): boolean {
  const paused = useDebug((state) => execution !== null && state.pauses[execution] !== undefined);
  const status = useSessions((state) => (execution === null ? undefined : state.sessions[execution]?.status));
  return paused || (status !== undefined && status !== "running");
}

/** The line that is shown: that of the event looked back at, or the last. */
export function useShownLine(execution: string | null, overview: Overview | null): number {
  const past = useDebug((state) => (execution === null ? undefined : state.past[execution]));
  if (!overview) return 0;
  return past === undefined ? overview.line : lineOf(overview, past);
}

export function selectNode(execution: string, node: string | null): void {
  const tab = activeTab(useDocuments.getState());
  if (tab && node !== null && shownExecution() === execution) select(tabKey(tab), { kind: "node", id: node }, "run");
}

/** Where the hand is by now, while an earlier place is still being fetched; and the stay that is meant there. */
const wanted = new Map<string, { event: number; stay: Stay | null }>();
const moving = new Set<string>();

/** Shows the run right after an event. Quick movements skip what nobody would see. */
export function showEvent(execution: string, event: number, stay: Stay | null = null): void {
  if (!canLookBack(execution)) return;
  wanted.set(execution, { event, stay });
  if (moving.has(execution)) {
    useDebug.setState((state) => ({ past: { ...state.past, [execution]: event } }));
    return;
  }
  moving.add(execution);
  void (async () => {
    for (let next = wanted.get(execution); next !== undefined; next = wanted.get(execution)) {
      wanted.delete(execution);
      useLooked.setState((state) => ({ lane: without(state.lane, execution), stay: without(state.stay, execution) }));
      await goTo(execution, next.event);
      if (next.stay) chooseStay(execution, next.stay);
    }
  })().finally(() => moving.delete(execution));
}

/** Shows the data of a branch or an item as it was at the line that is shown. */
export function chooseLane(execution: string, lane: Lane, line: number): void {
  const overview = knownOverview(execution);
  const at = overview ? laneAt(overview, lane, line) : null;
  useLooked.setState((state) => ({
    lane: { ...state.lane, [execution]: lane.lane },
    stay: at?.stay ? { ...state.stay, [execution]: at.stay.entered } : without(state.stay, execution),
  }));
  useDebug.setState((state) => ({ thread: without(state.thread, execution) }));
  if (overview && at?.stay) selectNode(execution, overview.states[at.stay.state]?.node ?? null);
  void look(execution).catch(() => undefined);
}

/** Picks one stay: its state on the canvas, its data in the inspector. */
export function chooseStay(execution: string, stay: Stay): void {
  const overview = knownOverview(execution);
  useLooked.setState((state) => ({ stay: { ...state.stay, [execution]: stay.entered } }));
  if (overview) selectNode(execution, overview.states[stay.state]?.node ?? null);
}

/** Jumps to where something happened: the moment, and the state with the data that it was about. */
export function jumpTo(execution: string, line: number, event: number): void {
  const overview = knownOverview(execution);
  const within = (stay: Stay): boolean => stay.entered <= line && (stay.exited === 0 || stay.exited >= line);
  const lane = overview?.events.line[event - 1] === line ? overview.events.lane[event - 1] : undefined;
  const stay = overview?.stays.findLast((one) => within(one) && (lane === undefined || one.lane === lane)) ?? null;
  if (canLookBack(execution)) showEvent(execution, event, stay);
  else if (stay) chooseStay(execution, stay);
}

/** The event before or after the one that is shown. */
export function step(execution: string, by: number): void {
  const overview = knownOverview(execution);
  if (!overview) return;
  const total = overview.events.line.length;
  const from = useDebug.getState().past[execution] ?? total;
  showEvent(execution, Math.min(total, Math.max(1, from + by)));
}

/** Where an expression is evaluated, in words. */
export function useScopeWords(execution: string): string {
  const overview = useKnownOverview(execution);
  const scope = useDebug((state) => state.scopes[execution]);
  const past = useDebug((state) => state.past[execution]);
  const where = overview && scope ? laneWords(overview, scope.lane ?? 0) : "";
  return [scope?.state ?? "", where, past === undefined ? "" : `event ${String(past)}`]
    .filter((part) => part !== "")
    .join(" · ");
}
