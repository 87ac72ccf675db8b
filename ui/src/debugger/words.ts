// A pause and a breakpoint in words.

import type { Breakpoint, DebugTimerKind, Pause } from "../backend";

/** The last part of a node's or an edge's id: `One`, `Check → rule 1`. */
export function placeName(place: string): string {
  if (place === "") return "any state";
  const [pointer = "", way] = place.split("#");
  const name = (pointer.split("/").at(-1) ?? pointer).replaceAll("~1", "/").replaceAll("~0", "~");
  return way === undefined ? name : `${name} → ${wayName(way)}`;
}

function wayName(way: string): string {
  const counted = /^(rule|catch)(\d+)$/.exec(way);
  return counted ? `${counted[1] ?? ""} ${String(Number(counted[2]) + 1)}` : way;
}

export const ON_WORDS: Record<Breakpoint["on"], string> = {
  enter: "before",
  exit: "after",
  transition: "on the way out of",
  error: "when an error is raised in",
  retry: "before a retry of",
  token: "while it waits for its token:",
  item: "at each item of",
};

/** In a menu or a list, where the state is named beside it. */
export const ON_TITLES: Record<Breakpoint["on"], string> = {
  enter: "Before it runs",
  exit: "After it",
  transition: "When it is taken",
  error: "On its errors",
  retry: "Before its retries",
  token: "When it waits for its token",
  item: "At each item",
};

export const TIMER_WORDS: Record<DebugTimerKind, string> = {
  wait: "End of the wait",
  retry: "Next attempt",
  timeout: "Timeout",
  heartbeat: "Heartbeat due",
};

/** What makes a breakpoint more than a plain one: its condition, its count, its message. */
export function detailsOf(breakpoint: Breakpoint): string {
  const count = Math.max(1, breakpoint.hits);
  const hits =
    count === 1 && breakpoint.hitRule !== "at"
      ? ""
      : {
          from: `from hit ${String(count)} on`,
          at: `only at hit ${String(count)}`,
          every: `every ${String(count)} hits`,
        }[breakpoint.hitRule];
  return [
    breakpoint.on === "error" ? breakpoint.errors.join(", ") : "",
    (breakpoint.condition ?? "") === "" ? "" : `if ${breakpoint.condition ?? ""}`,
    breakpoint.hits === 0 ? "" : hits,
    breakpoint.log === null ? "" : `logs “${breakpoint.log}”`,
    breakpoint.othersGoOn ? "others go on" : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

export function whyPaused(pause: Pause, breakpoints: readonly Breakpoint[]): string {
  const others = pause.held === null ? "" : "; the others go on";
  switch (pause.reason.type) {
    case "start":
      return "at the start";
    case "asked":
      return "as asked";
    case "step":
      return `after a step${others}`;
    case "waits":
      return "nothing moves without you";
    case "breakpoint": {
      const breakpoint = breakpoints[pause.reason.index];
      if (pause.reason.problem !== null)
        return `the breakpoint's condition cannot be evaluated: ${pause.reason.problem}`;
      return `${breakpoint?.condition ? `breakpoint, ${breakpoint.condition}` : "breakpoint"}${others}`;
    }
  }
}
