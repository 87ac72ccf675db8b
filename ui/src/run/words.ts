// Words and figures for runs.

import type { ExecutionStatus, ItemProgress, NodeProgress, NodeStatus } from "../backend";

export const STATUS_WORDS: Record<ExecutionStatus, string> = {
  running: "Running",
  interrupted: "Interrupted",
  succeeded: "Succeeded",
  failed: "Failed",
  timedOut: "Timed out",
  aborted: "Stopped",
};

export const NODE_WORDS: Record<NodeStatus, string> = {
  running: "running",
  waiting: "waiting",
  retrying: "retrying",
  succeeded: "succeeded",
  caught: "error caught",
  failed: "failed",
  aborted: "aborted",
};

/** A span of time in at most two units: `42 ms`, `1.5 s`, `3 min 12 s`, `2 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 1) return "0 ms";
  if (ms < 1_000) return `${String(Math.round(ms))} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(ms % 1_000 === 0 ? 0 : 1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${String(seconds)} s`;
  const units: [number, string][] = [
    [86_400, "d"],
    [3_600, "h"],
    [60, "min"],
    [1, "s"],
  ];
  const first = units.findIndex(([size]) => seconds >= size);
  const [size, word] = units[first] ?? [1, "s"];
  const whole = Math.floor(seconds / size);
  const next = units[first + 1];
  const rest = next ? Math.floor((seconds % size) / next[0]) : 0;
  return `${String(whole)} ${word}${next && rest > 0 ? ` ${String(rest)} ${next[1]}` : ""}`;
}

export function bytes(count: number): string {
  if (count < 1_024) return `${String(count)} B`;
  if (count < 1_024 * 1_024) return `${(count / 1_024).toFixed(count < 10_240 ? 1 : 0)} KiB`;
  return `${(count / 1_024 / 1_024).toFixed(1)} MiB`;
}

/** Local clock time; the date too when it is another day. */
export function moment(timestamp: string, now = new Date()): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return timestamp;
  const time = date.toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
  });
  return date.toDateString() === now.toDateString()
    ? time
    : `${date.toLocaleDateString(undefined, { day: "numeric", month: "short" })} ${time}`;
}

/** Whether anything is known of an item: the history of a parent says how many there are, and not how each of them fares. */
export function hasBegun(items: ItemProgress): boolean {
  return items.running + items.succeeded + items.failed > 0;
}

export function countOfItems(count: number): string {
  return count === 1 ? "1 item" : `${count.toLocaleString("en")} items`;
}

/** What is said of a node that ran when somebody points at its corner. */
export function cornerWords(progress: NodeProgress): string {
  const status = `${NODE_WORDS[progress.status]}${progress.error === null ? "" : `: ${progress.error}`}`;
  // Items of an execution of ours begin before their Map can succeed.
  return progress.status === "succeeded" && progress.items && progress.items.total > 0 && !hasBegun(progress.items)
    ? `${status}\n${countOfItems(progress.items.total)}, whose histories are not part of this one`
    : status;
}

/** The one number a state shows while a run is on its node. */
export function figure(progress: NodeProgress): string {
  if (progress.items && hasBegun(progress.items))
    return `${String(progress.items.succeeded + progress.items.failed)}/${String(progress.items.total)}`;
  if (progress.items && progress.items.total > 0) return countOfItems(progress.items.total);
  if (progress.active > 1) return `${String(progress.active)} active`;
  if (progress.status === "retrying") return `retry ${String(progress.retries)}`;
  if (progress.entered > 1) return `×${String(progress.entered)}`;
  return progress.durationMs === null || progress.durationMs < 1 ? "" : duration(progress.durationMs);
}
