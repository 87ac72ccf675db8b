// The rows of the timeline: a row for each state of the execution, one for each branch and item, a strip for each Map. Pure.

import { type Lane, lanesInside, type Overview, partWords, type Stay } from "./model";

export type Row =
  | {
      readonly kind: "state";
      readonly key: string;
      readonly depth: number;
      readonly name: string;
      readonly state: number;
      readonly lane: number;
      readonly stays: readonly Stay[];
      /** Whether there is something inside that can be shown or hidden. */
      readonly opens: boolean;
      readonly open: boolean;
    }
  | {
      readonly kind: "lane";
      readonly key: string;
      readonly depth: number;
      readonly name: string;
      readonly lane: number;
      readonly stays: readonly Stay[];
      readonly opens: boolean;
      readonly open: boolean;
    }
  | {
      /** The items of every stay in a Map. */
      readonly kind: "strip";
      readonly key: string;
      readonly depth: number;
      readonly name: string;
      readonly state: number;
      readonly runs: readonly { readonly stay: Stay; readonly lanes: readonly Lane[] }[];
      readonly total: number;
      readonly failed: number;
      readonly open: boolean;
      readonly failedOnly: boolean;
    };

export interface Arrangement {
  /** Rows that were opened or shut by hand, against what they do on their own. */
  readonly turned: ReadonlySet<string>;
  /** Strips of which only failed items are shown. */
  readonly failedOnly: ReadonlySet<string>;
}

/** More items than this are not shown on their own. */
const FEW = 8;

export function rowsOf(overview: Overview, { turned, failedOnly }: Arrangement): Row[] {
  const rows: Row[] = [];
  const isOpen = (key: string, byItself: boolean): boolean => byItself !== turned.has(key);

  /** The states of a lane in the order of first entry, with their stays. */
  const statesOf = (lane: number): Map<number, Stay[]> => {
    const states = new Map<number, Stay[]>();
    for (const at of overview.staysOf[lane] ?? []) {
      const stay = overview.stays[at];
      if (!stay) continue;
      const own = states.get(stay.state);
      if (own) own.push(stay);
      else states.set(stay.state, [stay]);
    }
    return states;
  };

  const inside = (state: number, stays: readonly Stay[], depth: number): void => {
    const runs = stays
      .map((stay) => ({ stay, lanes: lanesInside(overview, stay) }))
      .filter((run) => run.lanes.length > 0);
    if (overview.states[state]?.type === "Map") {
      const key = `strip ${String(stays[0]?.lane ?? 0)} ${String(state)}`;
      const total = runs.reduce((sum, run) => sum + Math.max(run.lanes.length, run.stay.items), 0);
      const bad = (lane: Lane): boolean => lane.status === "failed" || lane.status === "aborted";
      const failed = runs.reduce((sum, run) => sum + run.lanes.filter(bad).length, 0);
      const only = failedOnly.has(key);
      const open = isOpen(key, total <= FEW);
      rows.push({
        kind: "strip",
        key,
        depth,
        name: "Items",
        state,
        runs,
        total,
        failed,
        open,
        failedOnly: only,
      });
      if (open)
        for (const run of runs)
          for (const lane of run.lanes) if (!only || bad(lane)) laneRow(lane, depth + 1, runs.length > 1);
    } else for (const run of runs) for (const lane of run.lanes) laneRow(lane, depth, runs.length > 1);
  };

  const laneRow = (lane: Lane, depth: number, several: boolean): void => {
    const stays = (overview.staysOf[lane.lane] ?? []).flatMap((at) => overview.stays[at] ?? []);
    const key = `lane ${String(lane.lane)}`;
    const nested = [...statesOf(lane.lane)].filter(([state]) => {
      const type = overview.states[state]?.type;
      return type === "Map" || type === "Parallel";
    });
    const open = isOpen(key, true);
    rows.push({
      kind: "lane",
      key,
      depth,
      name: several ? `${partWords(lane)} · run ${String(runOf(overview, lane))}` : partWords(lane),
      lane: lane.lane,
      stays,
      opens: nested.length > 0,
      open,
    });
    if (open) for (const [state, own] of nested) inside(state, own, depth + 1);
  };

  if (overview.lanes[0])
    for (const [state, stays] of statesOf(0)) {
      const key = `state ${String(state)}`;
      const opens = stays.some((stay) =>
        (overview.lanesOf[0] ?? []).some((lane) => overview.lanes[lane]?.owner === stay.stay),
      );
      const open = isOpen(key, true);
      rows.push({
        kind: "state",
        key,
        depth: 0,
        name: overview.states[state]?.state ?? "",
        state,
        lane: 0,
        stays,
        opens,
        open,
      });
      if (opens && open) inside(state, stays, 1);
    }
  return rows;
}

/** Of the times that its Map or Parallel ran in its lane, which one a lane belongs to, from 1. */
function runOf(overview: Overview, lane: Lane): number {
  const owner = overview.stays[lane.owner];
  if (!owner) return 1;
  const stays = overview.staysOf[owner.lane] ?? [];
  return stays.filter((at) => at <= owner.stay && overview.stays[at]?.state === owner.state).length;
}
