// A pause in words.

import type { Breakpoint, Pause } from "../backend";

/** The last part of a node's or an edge's id: `One`, `Check → rule0`. */
export function placeName(place: string): string {
  const [pointer = "", way] = place.split("#");
  const name = (pointer.split("/").at(-1) ?? pointer).replaceAll("~1", "/").replaceAll("~0", "~");
  return way === undefined ? name : `${name} → ${way}`;
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

export function whyPaused(pause: Pause, breakpoints: readonly Breakpoint[]): string {
  switch (pause.reason.type) {
    case "start":
      return "at the start";
    case "asked":
      return "as asked";
    case "step":
      return "after a step";
    case "waits":
      return "only an answer leads on";
    case "breakpoint": {
      const breakpoint = breakpoints[pause.reason.index];
      if (pause.reason.problem !== null)
        return `the breakpoint's condition cannot be evaluated: ${pause.reason.problem}`;
      return breakpoint?.condition ? `breakpoint, ${breakpoint.condition}` : "breakpoint";
    }
  }
}
