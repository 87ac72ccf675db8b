// How runs go: clock and speed, kept between sessions of work.

import type { ClockMode } from "../backend";
import { remembered } from "../ui";

interface RunSettings {
  readonly clock: ClockMode;
  /** Position on the speed slider, an index into `PACES`. */
  readonly pace: number;
}

/** Milliseconds between two steps, from slow to as fast as it goes. */
export const PACES = [2_000, 1_000, 600, 350, 200, 100, 40, 0] as const;

export const useRunSettings = remembered<RunSettings>("run", { clock: { type: "virtual" }, pace: 3 });

export const paceOf = (index: number): number => PACES[index] ?? 0;

export function paceWords(index: number): string {
  const pace = paceOf(index);
  return pace === 0
    ? "no pause between steps"
    : `${pace >= 1_000 ? `${String(pace / 1_000)} s` : `${String(pace)} ms`} between steps`;
}

export const CLOCKS: readonly { readonly mode: ClockMode; readonly word: string; readonly hint: string }[] = [
  { mode: { type: "virtual" }, word: "Virtual", hint: "waits pass at once" },
  { mode: { type: "scaled", factor: 60 }, word: "60 × faster", hint: "a minute takes a second" },
  { mode: { type: "scaled", factor: 10 }, word: "10 × faster", hint: "a minute takes six seconds" },
  { mode: { type: "real" }, word: "Real time", hint: "waits take as long as they say" },
];

export const sameClock = (a: ClockMode, b: ClockMode): boolean => JSON.stringify(a) === JSON.stringify(b);

export function clockWord(clock: ClockMode): string {
  return (
    CLOCKS.find((choice) => sameClock(choice.mode, clock))?.word ??
    (clock.type === "scaled" ? `${String(clock.factor)} × faster` : clock.type)
  );
}
