// What is open is open again at the next start: the folder, the tabs with their unsaved text, the tab in front.

import { type AppInfo, call, explain } from "../backend";
import {
  activateTab,
  adopt,
  close,
  closeTab,
  openPath,
  originOf,
  say,
  setMode,
  showTab,
  type Tab,
  tabKey,
  useDocuments,
  type ViewMode,
} from "../document";
import { openFolder, useFolder } from "../files";
import { openDeclared } from "../ship";
import { usePreferences } from "../ui";

const KEY = "session";
const DELAY_MS = 300;

type SavedTab =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "untitled"; readonly recovery: string }
  | { readonly kind: "declared"; readonly path: string; readonly id: string }
  | { readonly kind: "execution"; readonly execution: string; readonly title: string };

interface Saved {
  readonly folder: string | null;
  readonly tabs: readonly SavedTab[];
  readonly active: number;
  readonly mode: ViewMode;
}

function savedTab(tab: Tab): SavedTab | null {
  if (tab.kind === "execution") return { kind: "execution", execution: tab.execution, title: tab.title };
  const document = useDocuments.getState().documents[tab.document];
  if (!document) return null;
  if (document.path !== null) return { kind: "file", path: document.path };
  const origin = originOf(tab.document);
  return origin
    ? { kind: "declared", path: origin.path, id: origin.id }
    : { kind: "untitled", recovery: document.recovery };
}

function present(): Saved {
  const { tabs, active, mode } = useDocuments.getState();
  const saved = tabs.map(savedTab);
  return {
    folder: useFolder.getState().tree?.path ?? null,
    tabs: saved.filter((tab) => tab !== null),
    active: tabs.slice(0, tabs.findIndex((tab) => tabKey(tab) === active) + 1).filter((_, at) => saved[at]).length - 1,
    mode,
  };
}

async function readSession(): Promise<Saved | null> {
  try {
    const { value } = await call("get_setting", { key: KEY });
    return value === null ? null : (JSON.parse(value) as Saved);
  } catch {
    // Without a store there is nothing to go on from.
    return null;
  }
}

/** Opens one tab again. What is gone by now is left out without a word: its path is among the recent files. */
async function reopen(tab: SavedTab): Promise<string | null> {
  const before = new Set(useDocuments.getState().tabs.map(tabKey));
  switch (tab.kind) {
    case "file":
      try {
        adopt(await call("open_document", { path: tab.path }));
      } catch {
        return null;
      }
      break;
    case "untitled":
      try {
        adopt(await call("recover_document", { recovery: tab.recovery }));
      } catch {
        return null;
      }
      break;
    case "declared":
      await openDeclared(tab.path, tab.id);
      break;
    case "execution":
      try {
        await call("get_execution", { execution: tab.execution });
      } catch {
        return null;
      }
      showTab({ kind: "execution", execution: tab.execution, title: tab.title });
  }
  return (
    useDocuments
      .getState()
      .tabs.map(tabKey)
      .find((key) => !before.has(key)) ?? null
  );
}

/** Begins where the last session ended, then opens what was asked for at start. */
export async function startSession(info: AppInfo): Promise<void> {
  const saved = usePreferences.getState().restore ? await readSession() : null;
  const folder = info.folderAtStart ?? saved?.folder ?? null;
  if (folder !== null) await openFolder(folder, { quiet: info.folderAtStart === null });
  // Another folder is another piece of work: what was open in the last one stays there.
  const same = info.folderAtStart === null || info.folderAtStart === saved?.folder;
  if (saved && same) {
    const keys: (string | null)[] = [];
    for (const tab of saved.tabs) keys.push(await reopen(tab));
    const front = keys[saved.active] ?? null;
    if (front !== null) activateTab(front);
    setMode(saved.mode);
  }
  for (const path of info.openAtStart) await openPath(path);
  followSession();
}

function followSession(): void {
  let written = "";
  let timer: number | undefined;
  const write = (): void => {
    const value = JSON.stringify(present());
    if (value === written) return;
    written = value;
    call("put_setting", { key: KEY, value }).catch((error: unknown) => {
      console.warn(`the session is not kept: ${explain(error)}`);
    });
  };
  const later = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(write, DELAY_MS);
  };
  useDocuments.subscribe(later);
  useFolder.subscribe(later);
  write();
}

const closed: SavedTab[] = [];
const MOST_CLOSED = 20;

/** Remembers a tab that is being closed. */
export function rememberClosed(key: string): void {
  const tab = useDocuments.getState().tabs.find((open) => tabKey(open) === key);
  const saved = tab ? savedTab(tab) : null;
  // Unsaved text of a document without a file is given up when it is closed.
  if (saved && saved.kind !== "untitled") closed.push(saved);
  if (closed.length > MOST_CLOSED) closed.shift();
}

/** Closes a tab so that it can be had back; asks first when that would lose text. */
export function closeRemembering(key: string): void {
  rememberClosed(key);
  closeTab(key);
  // The question may be answered with “Cancel”.
  if (useDocuments.getState().tabs.some((tab) => tabKey(tab) === key)) closed.pop();
}

export const hasClosed = (): boolean => closed.length > 0;

export async function reopenClosed(): Promise<void> {
  const tab = closed.pop();
  if (tab && (await reopen(tab)) === null) say("info", "What was closed last is gone, or open already.");
}

/** Closes every tab but one; those with unsaved text stay and ask. */
export function closeOthers(keep: string): void {
  const { tabs, documents } = useDocuments.getState();
  let kept = 0;
  for (const tab of tabs) {
    const key = tabKey(tab);
    if (key === keep) continue;
    if (tab.kind === "document" && documents[tab.document]?.unsaved) kept++;
    else {
      rememberClosed(key);
      close(key);
    }
  }
  if (kept > 0)
    say("info", `${kept === 1 ? "One tab has" : `${String(kept)} tabs have`} unsaved changes and stayed open.`);
}
