// Opening, saving and closing, and what happens when somebody else changes a file that is open here.

import { create } from "zustand";

import { BackendError, call, explain, onNotice, refresh } from "../backend";
import { settleDrafts } from "./drafts";
import {
  changedOrigin,
  type Declaration,
  declare,
  declaresWorkflows,
  forgetOrigin,
  type Origin,
  originOf,
  saveBack,
  savedInto,
  setOrigin,
  takeFromOrigin,
  useOrigins,
} from "./origin";
import {
  activeDocument,
  adopt,
  adoptText,
  bufferOf,
  documentByPath,
  dropTab,
  markRenamed,
  markSaved,
  type OpenDocument,
  setConflict,
  showTab,
  tabKey,
  useDocuments,
} from "./store";
import { usePreferences } from "../ui";

/** What the person is asked before something happens to their text. */
export type Question =
  | { readonly kind: "none" }
  | { readonly kind: "open" }
  | { readonly kind: "openFolder" }
  | { readonly kind: "settings" }
  | { readonly kind: "deleteFile"; readonly path: string; readonly forever: boolean }
  | { readonly kind: "blueprint" }
  | { readonly kind: "export"; readonly document: number }
  /** Nothing where the folder or file is still to be chosen. */
  | { readonly kind: "import"; readonly path: string | null }
  | { readonly kind: "saveAs"; readonly document: number }
  | { readonly kind: "close"; readonly document: number }
  | { readonly kind: "conflict"; readonly document: number };

export interface Message {
  readonly id: number;
  readonly tone: "info" | "bad" | "ok";
  readonly text: string;
  /** What can be done about it; the message goes once it is. */
  readonly action?: MessageAction;
}

export interface MessageAction {
  readonly label: string;
  run(): void;
}

interface Desk {
  readonly question: Question;
  readonly messages: readonly Message[];
  readonly opening: string | null;
}

export const useDesk = create<Desk>(() => ({ question: { kind: "none" }, messages: [], opening: null }));

let lastMessage = 0;

export function say(tone: Message["tone"], text: string, action?: MessageAction): void {
  const message: Message = { id: ++lastMessage, tone, text, ...(action ? { action } : {}) };
  useDesk.setState((state) => ({ messages: [...state.messages.slice(-3), message] }));
  if (tone !== "bad") {
    window.setTimeout(
      () => {
        dismiss(message.id);
      },
      action ? 15_000 : 4_000,
    );
  }
}

export function dismiss(id: number): void {
  useDesk.setState((state) => ({ messages: state.messages.filter((message) => message.id !== id) }));
}

export function ask(question: Question): void {
  useDesk.setState({ question });
}

export function stopAsking(): void {
  useDesk.setState({ question: { kind: "none" } });
}

/** Opens a file. One that declares workflows rather than being one is looked through instead, unless its text is asked for. */
export async function openPath(path: string, options: { asText?: boolean } = {}): Promise<boolean> {
  useDesk.setState({ opening: path });
  try {
    const opened = await call("open_document", { path });
    const isDefinition = opened.analysis.graph?.nodes.some((node) => node.name !== "") ?? false;
    if (
      options.asText !== true &&
      !isDefinition &&
      !opened.unsaved &&
      documentByPath(opened.path ?? path) === undefined &&
      declaresWorkflows(path, opened.text)
    ) {
      await call("close_document", { document: opened.document });
      refresh("recent_files");
      ask({ kind: "import", path });
      return false;
    }
    adopt(opened);
    refresh("recent_files");
    return true;
  } catch (error) {
    say("bad", explain(error));
    refresh("recent_files");
    return false;
  } finally {
    useDesk.setState({ opening: null });
  }
}

/** A document without a file. `unsaved` where closing it would lose something that is nowhere else. */
export async function newDocument(name: string, text: string, options: { unsaved?: boolean } = {}): Promise<void> {
  try {
    const opened = await call("new_document", { name, text });
    adopt({ ...opened, unsaved: options.unsaved ?? opened.unsaved });
  } catch (error) {
    say("bad", explain(error));
  }
}

/** Opens a definition that stands inside of another file. */
export async function openEmbedded(
  name: string,
  text: string,
  origin: Origin,
  declaration: Declaration,
): Promise<boolean> {
  const known = Object.entries(useOrigins.getState().origins).find(
    ([, open]) => open.path === origin.path && open.id === origin.id,
  );
  if (known && useDocuments.getState().documents[Number(known[0])]) {
    showTab({ kind: "document", document: Number(known[0]) });
    return true;
  }
  try {
    const { path, id, within } = origin;
    const opened = await call("new_document", { name, text, declared: { path, id, within } });
    setOrigin(opened.document, origin);
    declare(opened.document, declaration);
    adopt({ ...opened, unsaved: origin.notEditable !== null });
    return true;
  } catch (error) {
    say("bad", explain(error));
    return false;
  }
}

/** Opens with the system's dialog where there is one, else with our own. */
export async function openWithDialog(native: boolean): Promise<void> {
  if (!native) {
    ask({ kind: "open" });
    return;
  }
  try {
    const { path } = await call("pick_file", {});
    if (path !== null) await openPath(path);
  } catch (error) {
    say("bad", explain(error));
  }
}

/** Saves; asks for a name where there is none, and for a decision where the file has changed. True if it is on disk. */
export async function save(
  id: number,
  options: { path?: string; overwrite?: boolean; native?: boolean } = {},
): Promise<boolean> {
  await settleDrafts();
  const document = useDocuments.getState().documents[id];
  const buffer = bufferOf(id);
  if (!document || !buffer) return false;
  let path = options.path ?? null;
  const origin = originOf(id);
  if (origin?.notEditable === null && path === null) {
    try {
      await saveBack(id, origin);
      const into = savedInto(origin);
      say("ok", `Saved into ${into.split(/[\\/]/).at(-1) ?? into}.`);
      // Somebody else may have written it in the same breath.
      void originChanged(id);
      return true;
    } catch (error) {
      if (error instanceof BackendError && error.code === "fileChanged") {
        await originChanged(id);
        if (useDocuments.getState().documents[id]?.conflict) {
          ask({ kind: "conflict", document: id });
          return false;
        }
      }
      say("bad", `Not saved: ${explain(error)} “Save as…” keeps the text in a file of its own.`);
      return false;
    }
  }
  if (document.path === null && path === null) {
    if (options.native !== true) {
      ask({ kind: "saveAs", document: id });
      return false;
    }
    path = (await call("pick_save_path", { suggestedName: document.name })).path;
    if (path === null) return false;
  }
  try {
    await buffer.settled();
    // It may have been closed meanwhile, which asks about what is not saved.
    if (bufferOf(id) !== buffer) return false;
    const { doc } = buffer.state;
    markSaved(id, await call("save_document", { document: id, path, overwrite: options.overwrite ?? false }), doc);
    forgetOrigin(id);
    refresh("recent_files");
    return true;
  } catch (error) {
    if (error instanceof BackendError && error.code === "fileChanged") {
      setConflict(id, { removed: false });
      ask({ kind: "conflict", document: id });
    } else if (bufferOf(id) === buffer) say("bad", explain(error));
    return false;
  }
}

export function saveAs(id: number, native: boolean): void {
  const document = useDocuments.getState().documents[id];
  if (!document) return;
  if (!native) {
    ask({ kind: "saveAs", document: id });
    return;
  }
  void call("pick_save_path", { suggestedName: document.name }).then(
    ({ path }) => (path === null ? false : save(id, { path })),
    (error: unknown) => {
      say("bad", explain(error));
    },
  );
}

/** Closes a tab; asks first when that would lose text. */
export function closeTab(key: string): void {
  const state = useDocuments.getState();
  const tab = state.tabs.find((open) => tabKey(open) === key);
  if (tab?.kind === "document" && state.documents[tab.document]?.unsaved && usePreferences.getState().confirmClose) {
    showTab(tab);
    ask({ kind: "close", document: tab.document });
    return;
  }
  close(key);
}

export function close(key: string): void {
  const tab = useDocuments.getState().tabs.find((open) => tabKey(open) === key);
  dropTab(key);
  if (tab?.kind === "document") {
    forgetOrigin(tab.document);
    call("close_document", { document: tab.document }).catch((error: unknown) => {
      say("bad", explain(error));
    });
  }
}

export async function takeTheirs(id: number): Promise<void> {
  try {
    if (originOf(id)) {
      const { text } = await call("read_disk_version", { document: id });
      if (text === null) return;
      await takeFromOrigin(id, text);
      setConflict(id, null);
    } else adoptText(await call("reload_document", { document: id }), "take the text on disk");
    stopAsking();
  } catch (error) {
    say("bad", explain(error));
  }
}

/** Keeps the text here: the next save overwrites what is on disk. */
export async function keepMine(id: number): Promise<void> {
  const origin = originOf(id);
  if (origin) {
    const { text } = await call("read_disk_version", { document: id });
    if (text !== null) setOrigin(id, { ...origin, base: text });
  }
  if (await save(id, { overwrite: true })) {
    setConflict(id, null);
    stopAsking();
  }
}

async function changedOnDisk(document: OpenDocument, notice: { reloaded: boolean; removed: boolean }): Promise<void> {
  if (notice.removed) {
    setConflict(document.id, { removed: true });
    return;
  }
  // The backend reloads a document it believes unsaved work is not in; an edit may be under way to it.
  if (!notice.reloaded || document.unsaved) {
    setConflict(document.id, { removed: false });
    return;
  }
  try {
    adoptText(await call("reload_document", { document: document.id }), "change on disk");
    say("info", `${document.name} was changed on disk and has been read again.`);
  } catch (error) {
    say("bad", explain(error));
  }
}

/** The file that a definition stands within was written by somebody. */
async function originChanged(id: number): Promise<void> {
  try {
    const changed = await changedOrigin(id);
    const document = useDocuments.getState().documents[id];
    if (!changed || !document) return;
    if (changed.text === null) {
      say("bad", `${document.name} is not in its file any more; “Save as…” keeps the text in a file of its own.`);
      forgetOrigin(id);
    }
    // A copy is the person's own.
    else if (document.unsaved || originOf(id)?.notEditable !== null) setConflict(id, { removed: false });
    else {
      await takeFromOrigin(id, changed.text);
      say("info", `${document.name} was changed on disk and has been read again.`);
    }
  } catch (error) {
    console.warn(`the file of a definition cannot be read just now: ${explain(error)}`);
  }
}

/** Follows the files on disk for as long as the window lives. */
export function watchFiles(): () => void {
  const stops = [
    onNotice("documentChangedOnDisk", (notice) => {
      const document = useDocuments.getState().documents[notice.document];
      if (document) void changedOnDisk(document, notice);
    }),
    onNotice("declarationChanged", ({ document }) => void originChanged(document)),
    onNotice("documentRenamed", markRenamed),
    onNotice("openFiles", ({ paths }) => {
      for (const path of paths) void openPath(path);
    }),
  ];
  const warn = (event: BeforeUnloadEvent) => {
    if (Object.values(useDocuments.getState().documents).some((document) => document.unsaved)) event.preventDefault();
  };
  window.addEventListener("beforeunload", warn);
  return () => {
    for (const stop of stops) stop();
    window.removeEventListener("beforeunload", warn);
  };
}

export function activeId(): number | undefined {
  return activeDocument(useDocuments.getState())?.id;
}
