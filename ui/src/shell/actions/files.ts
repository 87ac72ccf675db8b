// What is done with files.

import { explain } from "../../backend";
import { chooseComparison, compareWithDisk } from "../../compare";
import { ask, newDocument, openWithDialog, save, saveAs, say, useDocuments } from "../../document";
import { closeFolder, copyPath, openFolderWithDialog, reveal, useFolder } from "../../files";
import { askToExport, TARGETS } from "../../ship";
import { closeOthers, closeRemembering, hasClosed, reopenClosed } from "../session";
import { type Action, native, current, withDocument, hasDocument } from "./action";

const BLANK = `{
  "StartAt": "First",
  "States": {
    "First": {
      "Type": "Pass",
      "End": true
    }
  }
}
`;

export const fileActions: readonly Action[] = [
  {
    id: "new",
    title: "New workflow",
    group: "File",
    keys: "Ctrl+N",
    everywhere: true,
    run: () => void newDocument("untitled.asl.json", BLANK),
  },
  {
    id: "blueprint",
    title: "New from a blueprint…",
    group: "File",
    keys: "Ctrl+Shift+N",
    everywhere: true,
    run: () => {
      ask({ kind: "blueprint" });
    },
  },
  {
    id: "open",
    title: "Open…",
    group: "File",
    keys: "Ctrl+O",
    everywhere: true,
    run: () => void openWithDialog(native()),
  },
  {
    id: "openFolder",
    title: "Open a folder…",
    group: "File",
    keys: "Ctrl+Alt+O",
    everywhere: true,
    run: () => void openFolderWithDialog(native()),
  },
  {
    id: "import",
    title: "Import from a project…",
    group: "File",
    keys: "Ctrl+Shift+O",
    everywhere: true,
    run: () => {
      ask({ kind: "import", path: null });
    },
  },
  {
    id: "save",
    title: "Save",
    group: "File",
    keys: "Ctrl+S",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument((id) => {
      save(id, { native: native() }).catch((error: unknown) => {
        say("bad", explain(error));
      });
    }),
  },
  {
    id: "saveAs",
    title: "Save as…",
    group: "File",
    keys: "Ctrl+Shift+S",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument((id) => {
      saveAs(id, native());
    }),
  },
  {
    id: "export",
    title: "Export…",
    group: "File",
    keys: "Ctrl+Shift+E",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument((document) => {
      ask({ kind: "export", document });
    }),
  },
  ...TARGETS.map((target): Action => ({
    id: `export-${target.key}`,
    title: `Export to ${target.word}…`,
    group: "Ship",
    enabled: hasDocument,
    run: withDocument((document) => {
      askToExport(document, target.key);
    }),
  })),
  {
    id: "compare",
    title: "Compare with…",
    group: "File",
    keys: "Ctrl+Shift+C",
    everywhere: true,
    enabled: hasDocument,
    run: withDocument(chooseComparison),
  },
  {
    id: "difference",
    title: "Compare with the file on disk",
    group: "File",
    enabled: () => (current()?.path ?? null) !== null,
    run: withDocument((document) => {
      if (current()?.conflict) ask({ kind: "conflict", document });
      else compareWithDisk(document);
    }),
  },
  {
    id: "close",
    title: "Close tab",
    group: "File",
    keys: "Ctrl+W",
    everywhere: true,
    enabled: () => useDocuments.getState().active !== null,
    run: () => {
      const { active } = useDocuments.getState();
      if (active !== null) closeRemembering(active);
    },
  },
  {
    id: "closeOthers",
    title: "Close the other tabs",
    group: "File",
    enabled: () => useDocuments.getState().tabs.length > 1,
    run: () => {
      const { active } = useDocuments.getState();
      if (active !== null) closeOthers(active);
    },
  },
  {
    id: "reopen",
    title: "Reopen the last closed tab",
    group: "File",
    keys: "Ctrl+Shift+T",
    everywhere: true,
    enabled: hasClosed,
    run: () => void reopenClosed(),
  },
  {
    id: "reveal",
    title: "Show the file in the file manager",
    group: "File",
    enabled: () => typeof current()?.path === "string",
    run: () => {
      const path = current()?.path;
      if (path) reveal(path);
    },
  },
  {
    id: "copyPath",
    title: "Copy the file's path",
    group: "File",
    enabled: () => typeof current()?.path === "string",
    run: () => {
      const path = current()?.path;
      if (path) copyPath(path);
    },
  },
  {
    id: "closeFolder",
    title: "Close the folder",
    group: "File",
    enabled: () => useFolder.getState().tree !== null,
    run: closeFolder,
  },
  {
    id: "settings",
    title: "Settings…",
    group: "File",
    keys: "Ctrl+,",
    everywhere: true,
    run: () => {
      ask({ kind: "settings" });
    },
  },
];
