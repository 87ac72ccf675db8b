// Showing an execution: on the document it was started from in this window, else in a tab of its own with its own graph.

import { explain } from "../backend";
import { activateTab, say, showTab, type Tab, tabKey, useDocuments } from "../document";
import { show, useSessions, watch } from "./session";

/** The tab the execution is shown in. */
export function openExecution({ execution, title }: { execution: string; title: string }): string {
  const { shown } = useSessions.getState();
  const { tabs } = useDocuments.getState();
  const home = tabs.find((tab) => shown[tabKey(tab)] === execution);
  if (home) {
    activateTab(tabKey(home));
    return tabKey(home);
  }
  const tab: Tab = { kind: "execution", execution, title };
  showTab(tab);
  show(tabKey(tab), execution);
  watch(execution, { live: true, version: null }).catch((error: unknown) => {
    say("bad", explain(error));
  });
  return tabKey(tab);
}
