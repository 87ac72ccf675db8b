// The open folder, and what can be done to its files.

import { create } from "zustand";

import { BackendError, call, explain, type FolderTree, onNotice, refresh } from "../backend";
import { ask, closeTab, documentByPath, newDocument, openPath, say, tabKey, useDocuments } from "../document";

interface OpenFolder {
  readonly tree: FolderTree | null;
  /** Closed folders and files, by path. */
  readonly closed: Readonly<Record<string, boolean>>;
  readonly active: string | null;
  /** The row whose name is being typed. */
  readonly renaming: string | null;
  /** How often a person has opened one: each time it wants to be seen. */
  readonly asked: number;
}

export const useFolder = create<OpenFolder>(() => ({
  tree: null,
  closed: {},
  active: null,
  renaming: null,
  asked: 0,
}));

/** Opens a folder; one that comes back by itself does not come to the front. */
export async function openFolder(path: string, options: { quiet?: boolean } = {}): Promise<boolean> {
  try {
    const before = useFolder.getState().tree?.path;
    const tree = await call("open_folder", { path });
    if (before !== undefined && before !== tree.path) await call("close_folder", { path: before });
    useFolder.setState(({ asked }) => ({
      tree,
      closed: {},
      active: null,
      renaming: null,
      asked: options.quiet === true ? asked : asked + 1,
    }));
    refresh("recent_folders");
    // What was said of it before this answer came was said to nobody.
    void fetchTree(tree.path);
    return true;
  } catch (error) {
    say("bad", explain(error));
    refresh("recent_folders");
    return false;
  }
}

export async function openFolderWithDialog(native: boolean): Promise<void> {
  if (!native) {
    ask({ kind: "openFolder" });
    return;
  }
  try {
    const { path } = await call("pick_folder", {});
    if (path !== null) await openFolder(path);
  } catch (error) {
    say("bad", explain(error));
  }
}

export function closeFolder(): void {
  const { tree } = useFolder.getState();
  if (!tree) return;
  useFolder.setState({ tree: null, active: null, renaming: null });
  call("close_folder", { path: tree.path }).catch((error: unknown) => {
    say("bad", explain(error));
  });
}

export function stopSearch(): void {
  const { tree } = useFolder.getState();
  if (tree) void call("stop_folder_scan", { path: tree.path });
}

let fetching = false;
let again = false;

/** Asks for the tree again; while an answer is under way, once more after it. */
async function fetchTree(path: string): Promise<void> {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    do {
      again = false;
      const tree = await call("get_folder", { path });
      if (useFolder.getState().tree?.path === path) useFolder.setState({ tree });
    } while (again as boolean);
  } catch (error) {
    // The backend was started anew and knows of no folder yet.
    if (error instanceof BackendError && error.code === "fileNotFound" && useFolder.getState().tree?.path === path)
      await openFolder(path, { quiet: true });
  } finally {
    fetching = false;
  }
}

/** Asks again after the connection was gone. */
export function catchUpFolder(): void {
  const { tree } = useFolder.getState();
  if (tree) void fetchTree(tree.path);
}

/** Follows the folder for as long as the window lives. */
export function followFolder(): () => void {
  const stops = [
    onNotice("folderChanged", ({ path }) => {
      if (useFolder.getState().tree?.path === path) void fetchTree(path);
    }),
    onNotice("workflowsMoved", ({ paths }) => {
      refresh("recent_files");
      const [only] = paths;
      say(
        "info",
        paths.length === 1 && only !== undefined
          ? `${fileName(only)} has another place now: its breakpoints, pins and runs came along.`
          : `${String(paths.length)} workflows have other places now: their breakpoints, pins and runs came along.`,
      );
    }),
    onNotice("openFolder", ({ path }) => void openFolder(path)),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export const folderOf = (path: string): string => path.replace(/[\\/][^\\/]*$/, "");
export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

const SKELETON = `{
  "StartAt": "First",
  "States": {
    "First": {
      "Type": "Pass",
      "End": true
    }
  }
}
`;

/** Makes a file with the least workflow, opens it, and lets its name be typed. */
export async function newWorkflowIn(folder: string): Promise<void> {
  for (let number = 1; number < 100; number++) {
    const name = number === 1 ? "workflow.asl.json" : `workflow-${String(number)}.asl.json`;
    try {
      const { path } = await call("create_file", { folder, name, text: SKELETON });
      await openPath(path, { asText: true });
      useFolder.setState({ active: path, renaming: path });
      return;
    } catch (error) {
      if (error instanceof BackendError && error.code === "fileNotWritable" && / is there already/.test(error.message))
        continue;
      say("bad", explain(error));
      return;
    }
  }
}

export async function renameFile(path: string, name: string): Promise<boolean> {
  try {
    const renamed = await call("rename_file", { path, name });
    useFolder.setState({ active: renamed.path });
    refresh("recent_files");
    return true;
  } catch (error) {
    say("bad", explain(error));
    return false;
  }
}

export async function duplicateFile(path: string): Promise<void> {
  try {
    const copy = await call("duplicate_file", { path });
    await openPath(copy.path, { asText: true });
    useFolder.setState({ active: copy.path });
  } catch (error) {
    say("bad", explain(error));
  }
}

/** Into the trash, or for good where the person says so. */
export async function deleteFile(path: string, forever: boolean): Promise<void> {
  try {
    const open = documentByPath(path);
    await call("delete_file", { path, forever });
    // Unsaved text is worth asking about even if its file is not.
    if (open && !open.unsaved) closeTab(tabKey({ kind: "document", document: open.id }));
    say("ok", forever ? `${fileName(path)} was deleted.` : `${fileName(path)} is in the trash.`);
  } catch (error) {
    if (!forever && error instanceof BackendError && error.code === "unsupported")
      ask({ kind: "deleteFile", path, forever: true });
    else say("bad", explain(error));
  }
}

export function reveal(path: string): void {
  call("reveal_file", { path }).catch((error: unknown) => {
    say("bad", explain(error));
  });
}

export function copyPath(path: string): void {
  navigator.clipboard.writeText(path).then(
    () => {
      say("ok", "The path is in the clipboard.");
    },
    () => {
      say("bad", "The clipboard is not open to this window.");
    },
  );
}

/** What was dropped on the page of a browser, which knows no paths: the text becomes a new document. */
export async function openDropped(data: DataTransfer): Promise<void> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry());
  if (entries.some((entry) => entry?.isDirectory))
    say("info", "A browser does not say where a dropped folder is. Use “Open a folder…” in the File menu.");
  for (const file of data.files) {
    if (entries.some((entry) => entry?.isDirectory && entry.name === file.name)) continue;
    if (file.size > MOST_DROPPED) {
      say("bad", `${file.name} is too large for a workflow.`);
      continue;
    }
    try {
      await newDocument(file.name, await file.text(), { unsaved: true });
    } catch (error) {
      say("bad", `${file.name}: ${explain(error)}`);
    }
  }
}

const MOST_DROPPED = 16 * 1024 * 1024;

/** Takes files dropped on the page. On the desktop the window gets them with their paths instead. */
export function takeDrops(): () => void {
  const carries = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (event: DragEvent): void => {
    if (!carries(event) || !event.dataTransfer) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    document.documentElement.dataset["dropping"] = "";
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) delete document.documentElement.dataset["dropping"];
  };
  const drop = (event: DragEvent): void => {
    delete document.documentElement.dataset["dropping"];
    if (!carries(event) || !event.dataTransfer) return;
    event.preventDefault();
    void openDropped(event.dataTransfer);
  };
  window.addEventListener("dragover", over);
  window.addEventListener("dragleave", leave);
  window.addEventListener("drop", drop);
  return () => {
    window.removeEventListener("dragover", over);
    window.removeEventListener("dragleave", leave);
    window.removeEventListener("drop", drop);
  };
}

/** The path of the document in front, for marking it in the tree. */
export function useActivePath(): string | null {
  return useDocuments((state) => {
    const tab = state.tabs.find((open) => tabKey(open) === state.active);
    return tab?.kind === "document" ? (state.documents[tab.document]?.path ?? null) : null;
  });
}
