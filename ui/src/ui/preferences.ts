// What the person likes, wherever it is used. Kept by the backend, and here for the time before it answers.

import { remembered } from "./settings";

export type Motion = "system" | "reduced" | "full";
export type Autosave = "off" | "delay" | "focus";

export interface Preferences {
  /** Pixels. */
  readonly codeSize: number;
  /** Columns of a tab, and spaces of a step where a document shows none of its own. */
  readonly tabSize: number;
  readonly motion: Motion;
  readonly autosave: Autosave;
  readonly confirmClose: boolean;
  readonly confirmDelete: boolean;
  /** Opens at start what was open at the end. */
  readonly restore: boolean;
}

export const PREFERENCES: Preferences = {
  codeSize: 12.5,
  tabSize: 2,
  motion: "system",
  autosave: "off",
  confirmClose: true,
  confirmDelete: true,
  restore: true,
};

export const usePreferences = remembered<Preferences>("preferences", PREFERENCES);

export function prefersStillness(): boolean {
  const { motion } = usePreferences.getState();
  return motion === "reduced" || (motion === "system" && window.matchMedia("(prefers-reduced-motion: reduce)").matches);
}

/** Puts what style sheets need to know onto the page, now and after every change. */
export function followPreferences(): () => void {
  const apply = (): void => {
    const { codeSize } = usePreferences.getState();
    const { style, dataset } = document.documentElement;
    style.setProperty("--code-size", `${String(codeSize)}px`);
    dataset["motion"] = prefersStillness() ? "reduced" : "full";
  };
  apply();
  const media = window.matchMedia("(prefers-reduced-motion: reduce)");
  media.addEventListener("change", apply);
  const stop = usePreferences.subscribe(apply);
  return () => {
    media.removeEventListener("change", apply);
    stop();
  };
}
