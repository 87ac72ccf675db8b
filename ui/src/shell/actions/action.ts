// What an action is, and what several of them ask.

import { create } from "zustand";

import { type AppInfo, queryClient } from "../../backend";
import { activeDocument, useDocuments } from "../../document";

export interface Action {
  readonly id: string;
  readonly title: string;
  readonly group: "File" | "Edit" | "Code" | "View" | "Ship" | "Run" | "Help";
  /** As `Ctrl+Shift+S`. `Ctrl` is the Command key on a Mac. */
  readonly keys?: string;
  /** Works in a text field too. */
  readonly everywhere?: boolean;
  /** The keys are those of the code view only. */
  readonly inCode?: boolean;
  /** What it would do just now, where that changes. */
  now?(): string | null;
  enabled?(): boolean;
  run(): void;
}

/** “Undo rename “Charge”” rather than “Undo”. */
export function titleOf(action: Action): string {
  return action.now?.() ?? action.title;
}

export type Overlay = "none" | "palette" | "shortcuts";

export const useOverlay = create<{ overlay: Overlay }>(() => ({ overlay: "none" }));

export const native = (): boolean => queryClient.getQueryData<AppInfo>(["app_info", {}])?.nativeDialogs ?? false;

export const current = () => activeDocument(useDocuments.getState());

export const withDocument = (work: (id: number) => void) => (): void => {
  const document = current();
  if (document) work(document.id);
};

export const hasDocument = (): boolean => current() !== undefined;

export function focus(selector: string): void {
  window.setTimeout(() => {
    // A menu that was opened meanwhile would close.
    if (document.activeElement?.closest('[role="menu"][data-state="open"]')) return;
    document.querySelector<HTMLElement>(selector)?.focus();
  }, 30);
}
