// A run at a glance, as rows rather than columns, and what it was at a line of its journal. Pure.

import type {
  Gauges,
  Intervention,
  LanePart,
  NestedRun,
  NodeStatus,
  OverviewState,
  RunOverview,
  SpanKind,
} from "../backend";

/** The execution, a branch, an item, a child of a distributed Map. */
export interface Lane {
  readonly lane: number;
  /** -1 for the execution. */
  readonly parent: number;
  /** The stay of the Parallel or Map that it belongs to. */
  readonly owner: number;
  readonly part: LanePart;
  readonly index: number;
  readonly first: number;
  /** 0 while it goes on. */
  readonly last: number;
  readonly status: NodeStatus;
  readonly error: string | null;
}

/** One time that a state was entered. Times are milliseconds since the start. */
export interface Stay {
  readonly stay: number;
  readonly lane: number;
  readonly state: number;
  readonly entered: number;
  readonly exited: number;
  readonly enteredAt: number;
  readonly exitedAt: number | null;
  readonly status: NodeStatus;
  readonly attempts: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly items: number;
  readonly error: string | null;
}

export interface Span {
  readonly span: number;
  readonly stay: number;
  readonly kind: SpanKind;
  readonly from: number;
  readonly to: number;
  readonly fromAt: number;
  readonly toAt: number | null;
  readonly attempt: number;
  readonly failed: boolean;
}

/** The arrays grow in place; a new object says that they did. */
export interface Overview {
  readonly line: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly express: boolean;
  readonly states: readonly OverviewState[];
  readonly kinds: readonly string[];
  /** By event: its line, time, type, state, lane. Event 1 comes first. */
  readonly events: {
    readonly line: number[];
    readonly at: number[];
    readonly kind: number[];
    readonly state: number[];
    readonly lane: number[];
  };
  readonly lanes: Lane[];
  readonly stays: Stay[];
  readonly spans: Span[];
  /** Of each lane, its stays, and the lanes inside of them. */
  readonly staysOf: number[][];
  readonly lanesOf: number[][];
  readonly spansOf: Map<number, number[]>;
  readonly tickLines: number[];
  readonly tickTimes: number[];
  readonly gauges: Gauges;
  /** What a person changed, in the order of lines. */
  readonly interventions: readonly Intervention[];
  readonly nested: readonly NestedRun[];
  readonly caller: NestedRun | null;
}

/** Takes an answer in: all of the run, or what changed since the one before. */
export function merged(before: Overview | undefined, answer: RunOverview): Overview {
  const known = answer.states.length > 0 ? undefined : before;
  const overview: Overview = {
    line: answer.line,
    startedAt: new Date(answer.startedAt).getTime(),
    express: answer.express,
    states: known?.states ?? answer.states,
    kinds: answer.kinds,
    events: known?.events ?? { line: [], at: [], kind: [], state: [], lane: [] },
    lanes: known?.lanes ?? [],
    stays: known?.stays ?? [],
    spans: known?.spans ?? [],
    staysOf: known?.staysOf ?? [],
    lanesOf: known?.lanesOf ?? [],
    spansOf: known?.spansOf ?? new Map<number, number[]>(),
    tickLines: known?.tickLines ?? [],
    tickTimes: known?.tickTimes ?? [],
    gauges: answer.gauges,
    interventions: [
      ...(known?.interventions ?? []),
      ...answer.interventions.filter((change) => change.line > (known?.line ?? 0)),
    ],
    nested: answer.nested,
    caller: answer.caller,
  };
  takeEvents(overview, answer);
  takeLanes(overview, answer);
  takeStays(overview, answer);
  takeSpans(overview, answer);
  answer.tickLines.forEach((line, index) => {
    if (line <= (overview.tickLines.at(-1) ?? 0)) return;
    overview.tickLines.push(line);
    overview.tickTimes.push(answer.tickTimes[index] ?? 0);
  });
  return overview;
}

function takeEvents({ events }: Overview, { events: more }: RunOverview): void {
  more.line.forEach((line, index) => {
    // An answer that came twice adds nothing.
    if (more.first + index <= events.line.length) return;
    events.line.push(line);
    events.at.push(more.at[index] ?? 0);
    events.kind.push(more.kind[index] ?? 0);
    events.state.push(more.state[index] ?? -1);
    events.lane.push(more.lane[index] ?? 0);
  });
}

function takeLanes(overview: Overview, { lanes }: RunOverview): void {
  lanes.lane.forEach((lane, index) => {
    const parent = lanes.parent[index] ?? -1;
    if (!overview.lanes[lane]) {
      overview.staysOf[lane] = [];
      overview.lanesOf[lane] = [];
      overview.lanesOf[parent]?.push(lane);
    }
    overview.lanes[lane] = {
      lane,
      parent,
      owner: lanes.owner[index] ?? -1,
      part: lanes.part[index] ?? "execution",
      index: lanes.index[index] ?? 0,
      first: lanes.first[index] ?? 0,
      last: lanes.last[index] ?? 0,
      status: lanes.status[index] ?? "running",
      error: lanes.error[index] ?? null,
    };
  });
}

function takeStays(overview: Overview, { stays }: RunOverview): void {
  stays.stay.forEach((stay, index) => {
    const lane = stays.lane[index] ?? 0;
    if (!overview.stays[stay]) overview.staysOf[lane]?.push(stay);
    overview.stays[stay] = {
      stay,
      lane,
      state: stays.state[index] ?? 0,
      entered: stays.entered[index] ?? 0,
      exited: stays.exited[index] ?? 0,
      enteredAt: stays.enteredAt[index] ?? 0,
      exitedAt: stays.exitedAt[index] ?? null,
      status: stays.status[index] ?? "running",
      attempts: stays.attempts[index] ?? 1,
      bytesIn: stays.bytesIn[index] ?? 0,
      bytesOut: stays.bytesOut[index] ?? 0,
      items: stays.items[index] ?? 0,
      error: stays.error[index] ?? null,
    };
  });
}

function takeSpans(overview: Overview, { spans }: RunOverview): void {
  spans.span.forEach((span, index) => {
    const stay = spans.stay[index] ?? 0;
    if (!overview.spans[span]) {
      const own = overview.spansOf.get(stay);
      if (own) own.push(span);
      else overview.spansOf.set(stay, [span]);
    }
    overview.spans[span] = {
      span,
      stay,
      kind: spans.kind[index] ?? "call",
      from: spans.from[index] ?? 0,
      to: spans.to[index] ?? 0,
      fromAt: spans.fromAt[index] ?? 0,
      toAt: spans.toAt[index] ?? null,
      attempt: spans.attempt[index] ?? 0,
      failed: spans.failed[index] ?? false,
    };
  });
}

/** How many of `sorted` are at or below `value`. */
export function countUpTo(sorted: readonly number[], value: number): number {
  let low = 0,
    high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? Infinity) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The number of the event at or before a line, at least 1. */
export const eventAt = (overview: Overview, line: number): number => Math.max(1, countUpTo(overview.events.line, line));

/** The line up to which the run is shown when this event was the last. */
export const lineOf = (overview: Overview, event: number): number =>
  event >= overview.events.line.length ? overview.line : (overview.events.line[event - 1] ?? overview.line);

/** The stay that began at a line. Stays are in the order of their beginnings. */
export function stayAt(overview: Overview, entered: number): Stay | null {
  let low = 0,
    high = overview.stays.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((overview.stays[middle]?.entered ?? Infinity) < entered) low = middle + 1;
    else high = middle;
  }
  const found = overview.stays[low];
  return found?.entered === entered ? found : null;
}

export const timeAt = (overview: Overview, line: number): number =>
  overview.tickTimes[countUpTo(overview.tickLines, line) - 1] ?? 0;

/** How a lane stood at a line; nothing if it had not begun. */
export function laneAt(
  overview: Overview,
  lane: Lane,
  line: number,
): { readonly status: NodeStatus; readonly stay: Stay | null; readonly error: string | null } | null {
  if (lane.first > line) return null;
  const stays = overview.staysOf[lane.lane] ?? [];
  let low = 0,
    high = stays.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((overview.stays[stays[middle] ?? 0]?.entered ?? Infinity) <= line) low = middle + 1;
    else high = middle;
  }
  const stay = low === 0 ? null : (overview.stays[stays[low - 1] ?? 0] ?? null);
  if (lane.last !== 0 && lane.last <= line) return { status: lane.status, stay, error: lane.error };
  const now = stay !== null && (stay.exited === 0 || stay.exited > line);
  // What the state is in the middle of is known for the present only.
  const status = now && stay.exited === 0 && line >= overview.line ? stay.status : "running";
  return { status, stay, error: null };
}

export function partWords(lane: Lane): string {
  switch (lane.part) {
    case "execution":
      return "Execution";
    case "branch":
      return `Branch ${String(lane.index + 1)}`;
    case "item":
      return `Item ${String(lane.index)}`;
    case "child":
      return `Child ${String(lane.index)}`;
  }
}

/** Where a lane is: `Each › item 3 › Both › branch 2`. */
export function laneWords(overview: Overview, lane: number): string {
  const words: string[] = [];
  for (let at = overview.lanes[lane]; at && at.parent >= 0; at = overview.lanes[at.parent]) {
    const owner = overview.stays[at.owner];
    words.unshift(`${overview.states[owner?.state ?? -1]?.state ?? ""} › ${partWords(at).toLowerCase()}`);
  }
  return words.join(" › ");
}

/** The lanes inside of one stay of a Parallel or Map, by their index. */
export function lanesInside(overview: Overview, stay: Stay): Lane[] {
  const found: Lane[] = [];
  for (const lane of overview.lanesOf[stay.lane] ?? []) {
    const inside = overview.lanes[lane];
    if (inside?.owner === stay.stay) found.push(inside);
  }
  return found.sort((a, b) => a.index - b.index || a.lane - b.lane);
}

export interface Counts {
  readonly total: number;
  readonly running: number;
  readonly waiting: number;
  readonly succeeded: number;
  readonly failed: number;
}

export type Group = "running" | "waiting" | "succeeded" | "failed";

export function groupOf(status: NodeStatus): Group {
  switch (status) {
    case "running":
      return "running";
    case "waiting":
    case "retrying":
      return "waiting";
    case "succeeded":
    case "caught":
      return "succeeded";
    case "failed":
    case "aborted":
      return "failed";
  }
}

/** How many lanes stood how at a line. */
export function countsAt(overview: Overview, lanes: readonly Lane[], line: number): Counts {
  const counts = { total: 0, running: 0, waiting: 0, succeeded: 0, failed: 0 };
  for (const lane of lanes) {
    const at = laneAt(overview, lane, line);
    if (!at) continue;
    counts.total++;
    counts[groupOf(at.status)]++;
  }
  return counts;
}

export interface StateTotals {
  readonly state: number;
  readonly visits: number;
  readonly active: number;
  readonly failed: number;
  readonly caught: number;
  readonly attempts: number;
  /** Milliseconds, of stays that are over. */
  readonly total: number;
  readonly longest: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The latest stay at the line. */
  readonly last: Stay;
}

/** What every state had come to at a line, in the order of first entry. */
export function totalsAt(overview: Overview, line: number): StateTotals[] {
  const totals = new Map<number, { -readonly [K in keyof StateTotals]: StateTotals[K] }>();
  for (const stay of overview.stays) {
    if (stay.entered > line) continue;
    const over = stay.exited !== 0 && stay.exited <= line;
    const took = over && stay.exitedAt !== null ? stay.exitedAt - stay.enteredAt : 0;
    let sum = totals.get(stay.state);
    if (!sum) {
      sum = {
        state: stay.state,
        visits: 0,
        active: 0,
        failed: 0,
        caught: 0,
        attempts: 0,
        total: 0,
        longest: 0,
        bytesIn: 0,
        bytesOut: 0,
        last: stay,
      };
      totals.set(stay.state, sum);
    }
    sum.visits++;
    sum.last = stay;
    sum.attempts += stay.attempts;
    sum.bytesIn = Math.max(sum.bytesIn, stay.bytesIn);
    sum.total += took;
    sum.longest = Math.max(sum.longest, took);
    if (!over) sum.active++;
    else {
      sum.bytesOut = Math.max(sum.bytesOut, stay.bytesOut);
      if (stay.status === "failed" || stay.status === "aborted") sum.failed++;
      if (stay.status === "caught") sum.caught++;
    }
  }
  return [...totals.values()];
}
