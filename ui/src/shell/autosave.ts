// Saves by itself where the person wants that. Unsaved text reaches the recovery store in any case.

import { call } from "../backend";
import { originOf, save, useDocuments } from "../document";
import { usePreferences } from "../ui";

const DELAY_MS = 1_000;

function saveAll(): void {
  for (const document of Object.values(useDocuments.getState().documents)) {
    // Only what goes to a file of its own without a question.
    if (!document.unsaved || document.path === null || document.conflict || document.readOnly) continue;
    if (document.recoveredAt !== null || originOf(document.id)) continue;
    void save(document.id);
  }
}

export function followAutosave(): () => void {
  let timer: number | undefined;
  const stop = useDocuments.subscribe((state, before) => {
    if (usePreferences.getState().autosave !== "delay" || state.documents === before.documents) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(saveAll, DELAY_MS);
  });
  const away = (): void => {
    if (usePreferences.getState().autosave === "focus") saveAll();
  };
  window.addEventListener("blur", away);
  return () => {
    stop();
    window.clearTimeout(timer);
    window.removeEventListener("blur", away);
  };
}

/** Gives up unsaved text that nobody wants. */
export function discardRecovery(recovery: string): Promise<unknown> {
  return call("discard_recovery", { recovery });
}
