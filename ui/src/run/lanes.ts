// From history to the lanes of the timeline. Pure.

import type { HistoryEvent } from "../backend";

export interface Bar {
  readonly node: string;
  readonly state: string;
  readonly iterations: readonly number[];
  readonly from: number;
  /** Nothing while it goes on. */
  readonly to: number | null;
  /** The events it lies between, by their place in the history. */
  readonly first: number;
  readonly last: number | null;
  readonly tone: "ok" | "bad" | "caught" | "open";
}

export interface Lane {
  readonly node: string;
  readonly state: string;
  readonly depth: number;
  readonly bars: readonly Bar[];
}

/** One lane per state in the order of first entry, a bar for each time it ran. Times are milliseconds since the start. */
export function lanesOf(events: readonly HistoryEvent[]): { lanes: Lane[]; times: number[] } {
  const start = events[0] ? new Date(events[0].timestamp).getTime() : 0;
  const lanes = new Map<string, { node: string; state: string; depth: number; bars: Bar[] }>();
  const open = new Map<
    string,
    { node: string; state: string; iterations: readonly number[]; from: number; first: number; failed: boolean }
  >();
  const times: number[] = [];
  const shut = (key: string, at: number | null, tone: Bar["tone"]): void => {
    const bar = open.get(key);
    if (!bar) return;
    open.delete(key);
    lanes.get(bar.node)?.bars.push({
      node: bar.node,
      state: bar.state,
      iterations: bar.iterations,
      from: bar.from,
      to: at,
      first: bar.first,
      last: at === null ? null : times.length - 1,
      tone,
    });
  };
  for (const event of events) {
    const at = new Date(event.timestamp).getTime() - start;
    times.push(at);
    const key = `${event.node ?? ""} ${event.iterations.join(".")}`;
    if (event.node !== null && event.state !== null && event.type.endsWith("StateEntered")) {
      // A state that failed and is entered anew never exits.
      shut(key, at, "bad");
      if (!lanes.has(event.node))
        lanes.set(event.node, {
          node: event.node,
          state: event.state,
          depth: (event.node.match(/\/(?:Branches\/\d+|ItemProcessor|Iterator)/g) ?? []).length,
          bars: [],
        });
      open.set(key, {
        node: event.node,
        state: event.state,
        iterations: event.iterations,
        from: at,
        first: times.length - 1,
        failed: false,
      });
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
  return { lanes: [...lanes.values()], times };
}

/**
 * Where events lie on an axis from 0 to 1, by their place in the history. Each takes a step, so that work which took no
 * time keeps its order, and the time before it counts by its logarithm: short work stays visible beside a wait of days.
 */
export function axis(times: readonly number[]): number[] {
  let x = 0;
  const stops = times.map((at, index) => {
    const before = times[index - 1];
    if (before !== undefined) x += 1 + 2 * Math.log2(1 + Math.max(0, at - before) / 4);
    return x;
  });
  const width = Math.max(x, 1);
  return stops.map((stop) => stop / width);
}
