// Which change a person is making at a pause.

import { create } from "zustand";

import type { DebugTimerKind } from "../backend";
import { pausedExecution } from "./store";

export type What =
  | { readonly kind: "input" | "leave" | "fail" | "answer" }
  | { readonly kind: "stage"; readonly stage: string }
  | { readonly kind: "variable"; readonly name: string; readonly value: string }
  | { readonly kind: "timer"; readonly timer: DebugTimerKind; readonly at: string };

/** The execution is kept: another may come to the front while the dialog is open. */
export const useChanging = create<{ what: What | null; execution: string | null }>(() => ({
  what: null,
  execution: null,
}));

export function openChange(what: What): void {
  useChanging.setState({ what, execution: pausedExecution() });
}

export function closeChange(): void {
  useChanging.setState({ what: null, execution: null });
}
