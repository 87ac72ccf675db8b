// The executions, branches and items of a run as a tree, as it was at a line. Pure.

import type { NestedRun, NodeStatus } from "../backend";
import {
  countsAt,
  type Counts,
  type Group,
  groupOf,
  type Lane,
  laneAt,
  lanesInside,
  type Overview,
  partWords,
} from "./model";
import type { Level } from "./nested";

export type TreeRow =
  | { readonly kind: "caller"; readonly key: string; readonly depth: number; readonly run: NestedRun }
  | {
      readonly kind: "nested";
      readonly key: string;
      readonly depth: number;
      readonly run: NestedRun;
      /** Whether what it has started is shown below it. */
      readonly open: boolean;
    }
  | {
      /** In place of executions: that they are read, or why they cannot be, or that there are more of them. */
      readonly kind: "note";
      readonly key: string;
      readonly depth: number;
      readonly text: string;
    }
  | {
      readonly kind: "lane";
      readonly key: string;
      readonly depth: number;
      readonly lane: Lane;
      readonly name: string;
      readonly status: NodeStatus;
      /** Where it stands, or stood last. */
      readonly state: string;
      readonly error: string | null;
    }
  | {
      /** All that is inside of one run of a Parallel or Map. */
      readonly kind: "fan";
      readonly key: string;
      readonly depth: number;
      readonly name: string;
      readonly counts: Counts;
      readonly open: boolean;
    }
  | {
      readonly kind: "group";
      readonly key: string;
      readonly depth: number;
      readonly group: Group;
      readonly count: number;
      readonly open: boolean;
    };

/** More than this are put in groups by how they stand. */
const MANY = 24;
/** So many executions that one has started are opened without being asked, and so many levels of them. */
const FEW = 8;
const LEVELS_BY_THEMSELVES = 2;
/** As many as there can be. */
const MOST_LEVELS = 16;
/** As many as are told of. */
const MOST_NESTED = 1_000;
const GROUPS: readonly Group[] = ["failed", "running", "waiting", "succeeded"];

export function treeAt(
  overview: Overview,
  line: number,
  turned: ReadonlySet<string>,
  chosen: number,
  levels: Readonly<Record<string, Level>> = {},
): TreeRow[] {
  const rows: TreeRow[] = [];
  const isOpen = (key: string, byItself: boolean): boolean => byItself !== turned.has(key);
  // The way to what is chosen is open.
  const way = new Set<number>();
  for (let at = overview.lanes[chosen]; at && at.parent >= 0; at = overview.lanes[at.parent]) way.add(at.lane);

  // Executions stand where the task is that started them.
  const started = new Map<number, NestedRun[]>();
  for (const run of overview.nested) {
    const lane = run.call?.lane ?? 0;
    started.set(lane, [...(started.get(lane) ?? []), run]);
  }

  const nested = (run: NestedRun, depth: number, level: number, siblings: number): void => {
    const key = `nested ${run.execution}`;
    const few = level <= LEVELS_BY_THEMSELVES && siblings <= FEW && run.nested <= FEW;
    const open = run.nested > 0 && level < MOST_LEVELS && isOpen(key, few);
    rows.push({ kind: "nested", key, depth, run, open });
    if (!open) return;
    const known = levels[run.execution];
    const note = (text: string): void => {
      rows.push({ kind: "note", key: `${key} note`, depth: depth + 1, text });
    };
    if (known === undefined) note("Reading…");
    else if ("trouble" in known) note(known.trouble);
    else {
      for (const inner of known.runs) nested(inner, depth + 1, level + 1, known.runs.length);
      if (known.runs.length >= MOST_NESTED) note(`the first ${MOST_NESTED.toLocaleString("en")}`);
    }
  };

  const put = (lane: Lane, depth: number): void => {
    const at = laneAt(overview, lane, line);
    if (!at) return;
    rows.push({
      kind: "lane",
      key: `lane ${String(lane.lane)}`,
      depth,
      lane,
      name: partWords(lane),
      status: at.status,
      state: at.stay ? (overview.states[at.stay.state]?.state ?? "") : "",
      error: at.error,
    });
    const owners = new Set((overview.lanesOf[lane.lane] ?? []).map((inside) => overview.lanes[inside]?.owner ?? -1));
    const inside: { readonly since: number; readonly put: () => void }[] = [];
    for (const owner of owners) {
      const stay = overview.stays[owner];
      if (!stay || stay.entered > line) continue;
      inside.push({
        since: stay.entered,
        put: () => {
          fan(stay.stay, depth + 1);
        },
      });
    }
    for (const run of started.get(lane.lane) ?? []) {
      if ((run.call?.line ?? 0) > line) continue;
      inside.push({
        since: run.call?.line ?? Infinity,
        put: () => {
          nested(run, depth + 1, 1, overview.nested.length);
        },
      });
    }
    // As they came to be.
    inside.sort((a, b) => a.since - b.since);
    for (const one of inside) one.put();
  };

  const fan = (owner: number, depth: number): void => {
    const stay = overview.stays[owner];
    if (!stay) return;
    const lanes = lanesInside(overview, stay);
    const counts = countsAt(overview, lanes, line);
    if (counts.total === 0) return;
    const key = `fan ${String(owner)}`;
    const goesOn = stay.exited === 0 || stay.exited > line;
    const open = isOpen(key, goesOn || lanes.some((lane) => way.has(lane.lane)));
    const total = Math.max(stay.items, counts.total);
    const state = overview.states[stay.state];
    const word = state?.type === "Map" ? "item" : "branch";
    const words = total === 1 ? `1 ${word}` : `${total.toLocaleString("en")} ${word === "item" ? "items" : "branches"}`;
    rows.push({ kind: "fan", key, depth, name: `${state?.state ?? ""} · ${words}`, counts, open });
    if (!open) return;
    if (lanes.length <= MANY) {
      for (const lane of lanes) put(lane, depth + 1);
      return;
    }
    const groups = new Map<Group, Lane[]>();
    for (const lane of lanes) {
      const at = laneAt(overview, lane, line);
      if (!at) continue;
      const group = groupOf(at.status);
      const own = groups.get(group);
      if (own) own.push(lane);
      else groups.set(group, [lane]);
    }
    for (const group of GROUPS) {
      const members = groups.get(group);
      if (!members) continue;
      const groupKey = `${key} ${group}`;
      const shown = isOpen(
        groupKey,
        (members.length <= MANY && group !== "succeeded") || members.some((lane) => way.has(lane.lane)),
      );
      rows.push({ kind: "group", key: groupKey, depth: depth + 1, group, count: members.length, open: shown });
      if (shown) for (const lane of members) put(lane, depth + 2);
    }
  };

  if (overview.caller) rows.push({ kind: "caller", key: "caller", depth: 0, run: overview.caller });
  const root = overview.lanes[0];
  if (root) put(root, overview.caller ? 1 : 0);
  return rows;
}
