// From history to the lanes of the timeline. Pure.

import type { HistoryEvent } from "../backend";

export interface Bar {
  readonly node: string;
  readonly state: string;
  readonly iterations: readonly number[];
  readonly from: number;
  /** Nothing while it goes on. */
  readonly to: number | null;
  readonly tone: "ok" | "bad" | "caught" | "open";
}

export interface Lane {
  readonly node: string;
  readonly state: string;
  readonly depth: number;
  readonly bars: readonly Bar[];
}

/** One lane per state in the order of first entry, a bar for each time it ran. Times are milliseconds since the start. */
export function lanesOf(events: readonly HistoryEvent[]): { lanes: Lane[]; moments: number[] } {
  const start = events[0] ? new Date(events[0].timestamp).getTime() : 0;
  const lanes = new Map<string, { node: string; state: string; depth: number; bars: Bar[] }>();
  const open = new Map<string, { node: string; state: string; iterations: readonly number[]; from: number; failed: boolean }>();
  const moments = new Set<number>([0]);
  let last = 0;
  const shut = (key: string, at: number | null, tone: Bar["tone"]): void => {
    const bar = open.get(key);
    if (!bar) return;
    open.delete(key);
    lanes.get(bar.node)?.bars.push({ node: bar.node, state: bar.state, iterations: bar.iterations, from: bar.from, to: at, tone });
  };
  for (const event of events) {
    const at = new Date(event.timestamp).getTime() - start;
    last = at;
    moments.add(at);
    const key = `${event.node ?? ""} ${event.iterations.join(".")}`;
    if (event.node !== null && event.state !== null && event.type.endsWith("StateEntered")) {
      // A state that failed and is entered anew never exits.
      shut(key, at, "bad");
      if (!lanes.has(event.node)) lanes.set(event.node, { node: event.node, state: event.state, depth: (event.node.match(/\/(?:Branches\/\d+|ItemProcessor|Iterator)/g) ?? []).length, bars: [] });
      open.set(key, { node: event.node, state: event.state, iterations: event.iterations, from: at, failed: false });
    } else if (event.type.endsWith("StateExited")) {
      shut(key, at, open.get(key)?.failed ? "caught" : "ok");
    } else if (/^(Task|LambdaFunction|Activity|Map|Parallel).*(Failed|TimedOut)$/.test(event.type)) {
      const bar = open.get(key);
      if (bar) bar.failed = true;
    } else if (/^(Task|LambdaFunction|Activity).*Succeeded$/.test(event.type)) {
      const bar = open.get(key);
      if (bar) bar.failed = false;
    } else if (/^Execution(Succeeded|Failed|TimedOut|Aborted)$/.test(event.type)) {
      const failedRun = event.type !== "ExecutionSucceeded";
      for (const left of [...open.keys()]) shut(left, at, failedRun ? "bad" : "ok");
    }
  }
  for (const left of [...open.keys()]) shut(left, null, "open");
  moments.add(last);
  return { lanes: [...lanes.values()], moments: [...moments].sort((a, b) => a - b) };
}

/**
 * Where moments lie on an axis from 0 to 1. A workflow works for milliseconds and waits for days, so a span counts by the
 * logarithm of its length: short work stays visible beside a long wait.
 */
export function axis(moments: readonly number[]): (at: number) => number {
  const stops: { at: number; x: number }[] = [];
  let x = 0;
  moments.forEach((at, index) => {
    const before = moments[index - 1];
    if (before !== undefined) x += 1 + Math.log2(1 + (at - before) / 4);
    stops.push({ at, x });
  });
  const width = Math.max(x, 1);
  return (at) => {
    let low = 0, high = stops.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((stops[middle]?.at ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    const here = stops[low], next = stops[low + 1];
    if (!here) return 0;
    if (!next || next.at === here.at) return here.x / width;
    return (here.x + ((at - here.at) / (next.at - here.at)) * (next.x - here.x)) / width;
  };
}
