// Where lines of the journal lie on the timeline. Pure.

import { countUpTo, type Overview, timeAt } from "./model";

export interface Axis {
  /** From 0 to 1. */
  at(line: number): number;
  /** The line at or before a place. */
  lineAt(x: number): number;
}

/** True time: what took no time lies on one spot, and a wait of days hides all else. */
export function trueAxis(overview: Overview): Axis {
  const end = Math.max(1, overview.tickTimes.at(-1) ?? 1);
  return {
    at: (line) => timeAt(overview, line) / end,
    lineAt: (x) => {
      const tick = countUpTo(overview.tickTimes, x * end);
      const next = overview.tickLines[tick];
      return next === undefined ? overview.line : Math.max(1, next - 1);
    },
  };
}

/**
 * Each line takes a step, so that work which took no time keeps its order, and the time before it counts by its logarithm:
 * short work stays visible beside a wait of days.
 */
export function compressedAxis(overview: Overview): Axis {
  // Between two ticks lines are one step apart; a tick adds the room for the time that passed.
  const lines = overview.tickLines;
  const starts: number[] = [];
  let x = 0;
  lines.forEach((line, index) => {
    if (index > 0) {
      const before = lines[index - 1] ?? line;
      const passed = (overview.tickTimes[index] ?? 0) - (overview.tickTimes[index - 1] ?? 0);
      x += line - before + 2 * Math.log2(1 + Math.max(0, passed) / 4);
    }
    starts.push(x);
  });
  const width = Math.max(1, x + overview.line - (lines.at(-1) ?? 0));
  return {
    at: (line) => {
      const tick = countUpTo(lines, line) - 1;
      return ((starts[tick] ?? 0) + line - (lines[tick] ?? line)) / width;
    },
    lineAt: (place) => {
      const wanted = place * width;
      const tick = Math.max(0, countUpTo(starts, wanted) - 1);
      const first = lines[tick] ?? 1;
      const last = (lines[tick + 1] ?? overview.line + 1) - 1;
      return Math.max(1, Math.min(last, first + Math.floor(wanted - (starts[tick] ?? 0))));
    },
  };
}

export interface Tick {
  readonly x: number;
  readonly at: number;
}

/** Times to write on the axis, no two nearer than `gap`, within the part on show. */
export function ticksOf(overview: Overview, axis: Axis, from: number, to: number, gap: number): Tick[] {
  const first = Math.max(0, countUpTo(overview.tickLines, axis.lineAt(from)) - 1);
  const ticks: Tick[] = [];
  let free = from - gap;
  // A run may have a tick for each event; those that do not fit are leapt over.
  for (let index = first; index < overview.tickLines.length;) {
    const x = axis.at(overview.tickLines[index] ?? 0);
    if (x > to) break;
    if (x >= free && x >= from) {
      ticks.push({ x, at: overview.tickTimes[index] ?? 0 });
      free = x + gap;
    }
    index = Math.max(index + 1, countUpTo(overview.tickLines, axis.lineAt(Math.max(free, from))) - 1);
  }
  return ticks;
}
