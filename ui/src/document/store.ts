// What is open: documents (each with its text, analysis and last good graph), past runs opened on their own, and which tab
// is in front.

import { create } from "zustand";

import { type Analysis, call, type DocumentOpened, type WorkflowGraph } from "../backend";
import { Buffer, type UndoNames } from "./buffer";
import { followRenames, forgetNotes, loadNotes, renamedStates, setNotes } from "./notes";
import { renameSelected, selectedStates, selectStates, useSelection } from "./selection";

export interface OpenDocument {
  readonly id: number;
  readonly path: string | null;
  readonly name: string;
  readonly unsaved: boolean;
  /** The file may not be written to. */
  readonly readOnly: boolean;
  /** When the unsaved text was typed, if an earlier session left it behind. */
  readonly recoveredAt: string | null;
  /** What the backend finds the unsaved text by. */
  readonly recovery: string;
  readonly analysis: Analysis;
  /** The last graph that came from well-formed text; drawn greyed while `graphIsOld`. */
  readonly graph: WorkflowGraph | null;
  readonly graphIsOld: boolean;
  /** There is nothing in it, or an empty object. */
  readonly blank: boolean;
  /** Somebody else changed or removed the file while there are unsaved changes here. */
  readonly conflict: { removed: boolean } | null;
  /** The text the graph was drawn from, which its ranges are about; the one analysed last while there is no graph. */
  readonly text: string;
  readonly undo: UndoNames;
  /** Why the last change could not be handed to the backend. */
  readonly trouble: string | null;
}

export type Tab =
  | { readonly kind: "document"; readonly document: number }
  | { readonly kind: "execution"; readonly execution: string; readonly title: string };

export type ViewMode = "canvas" | "split" | "code";

interface Documents {
  readonly documents: Readonly<Record<number, OpenDocument>>;
  readonly tabs: readonly Tab[];
  readonly active: string | null;
  readonly mode: ViewMode;
}

export const tabKey = (tab: Tab): string =>
  tab.kind === "document" ? `d${String(tab.document)}` : `x${tab.execution}`;

export const useDocuments = create<Documents>(() => ({ documents: {}, tabs: [], active: null, mode: "canvas" }));

const buffers = new Map<number, Buffer>();

export function bufferOf(document: number): Buffer | undefined {
  return buffers.get(document);
}

/** The present text of a document, as it is in the file. */
export const useText = (document: number | null): string | null =>
  useDocuments(() => (document === null ? null : (buffers.get(document)?.text ?? null)));

export function activeTab(state: Documents): Tab | undefined {
  return state.tabs.find((tab) => tabKey(tab) === state.active);
}

export function activeDocument(state: Documents): OpenDocument | undefined {
  const tab = activeTab(state);
  return tab?.kind === "document" ? state.documents[tab.document] : undefined;
}

export function documentByPath(path: string): OpenDocument | undefined {
  return Object.values(useDocuments.getState().documents).find((document) => document.path === path);
}

function update(id: number, change: (document: OpenDocument) => Partial<OpenDocument>): void {
  useDocuments.setState((state) => {
    const document = state.documents[id];
    if (!document) return state;
    const changed = { ...document, ...change(document) };
    const same = (Object.keys(changed) as (keyof OpenDocument)[]).every((key) => changed[key] === document[key]);
    return same ? state : { documents: { ...state.documents, [id]: changed } };
  });
}

const LONGEST_BLANK = 1_000;

/** A graph that came from broken text may lack states, so the last whole one stays until there is another. */
export function withAnalysis(
  before: Pick<OpenDocument, "graph" | "text"> | undefined,
  analysis: Analysis,
  text: string,
): Pick<OpenDocument, "analysis" | "graph" | "graphIsOld" | "text" | "blank"> {
  const blank = /^\s*(?:\{\s*\})?\s*$/.test(text.slice(0, LONGEST_BLANK));
  if (analysis.graph !== null && analysis.wellFormed)
    return { analysis, graph: analysis.graph, graphIsOld: false, text, blank };
  if (before?.graph) return { analysis, graph: before.graph, graphIsOld: true, text: before.text, blank };
  return { analysis, graph: analysis.graph, graphIsOld: true, text, blank };
}

export function showTab(tab: Tab): void {
  useDocuments.setState((state) => ({
    tabs: state.tabs.some((open) => tabKey(open) === tabKey(tab)) ? state.tabs : [...state.tabs, tab],
    active: tabKey(tab),
  }));
}

export function activateTab(key: string): void {
  useDocuments.setState({ active: key });
}

export function nextTab(step: 1 | -1): void {
  useDocuments.setState((state) => {
    if (state.tabs.length === 0) return state;
    const at = state.tabs.findIndex((tab) => tabKey(tab) === state.active);
    const tab = state.tabs[(at + step + state.tabs.length) % state.tabs.length];
    return tab ? { active: tabKey(tab) } : state;
  });
}

/** Puts a tab before another, or at the end. */
export function moveTab(key: string, before: string | null): void {
  useDocuments.setState((state) => {
    const moved = state.tabs.find((tab) => tabKey(tab) === key);
    if (!moved || key === before) return state;
    const tabs = state.tabs.filter((tab) => tab !== moved);
    const at = tabs.findIndex((tab) => tabKey(tab) === before);
    tabs.splice(at < 0 ? tabs.length : at, 0, moved);
    return { tabs };
  });
}

export function setMode(mode: ViewMode): void {
  useDocuments.setState({ mode });
}

const tellOf =
  (id: number) =>
  (trouble: string): void => {
    update(id, () => ({ trouble }));
  };

/** Takes up a document the backend has opened. */
export function adopt(opened: DocumentOpened): void {
  const id = opened.document;
  if (buffers.has(id)) {
    showTab({ kind: "document", document: id });
    return;
  }
  const buffer: Buffer = new Buffer(id, opened.text, opened.version, opened.unsaved, {
    changed: () => {
      const undo = buffer.undoNames();
      update(id, (document) => ({
        unsaved: buffer.unsaved,
        undo: undo.undo === document.undo.undo && undo.redo === document.undo.redo ? document.undo : undo,
      }));
    },
    analysed: (analysis) => {
      const before = useDocuments.getState().documents[id]?.graph ?? null;
      const renamed = analysis.wellFormed ? renamedStates(before, analysis.graph) : new Map<string, string>();
      followRenames(id, renamed, tellOf(id));
      renameSelected(tabKey({ kind: "document", document: id }), renamed);
      update(id, (document) => ({ ...withAnalysis(document, analysis, buffer.shown), trouble: null }));
    },
    selected: (before, after) => {
      // After the editor has taken the change in; a person who has selected something else since keeps that.
      queueMicrotask(() => {
        const tab = tabKey({ kind: "document", document: id });
        const present = selectedStates(tab)(useSelection.getState());
        if (present.join("\n") === before.join("\n")) selectStates(tab, after, "outline");
      });
    },
    noted: (notes) => {
      setNotes(id, notes, tellOf(id));
    },
    failed: (error) => {
      update(id, () => ({ trouble: error instanceof Error ? error.message : String(error) }));
    },
    fetchText: async () => {
      const path = useDocuments.getState().documents[id]?.path;
      if (path === null || path === undefined)
        throw new Error("the backend lost track of this document; save it to go on");
      return call("open_document", { path });
    },
  });
  buffers.set(id, buffer);
  void loadNotes(id, tellOf(id));
  const document: OpenDocument = {
    id,
    path: opened.path,
    name: opened.name,
    unsaved: opened.unsaved,
    readOnly: opened.readOnly,
    recoveredAt: opened.recoveredAt,
    recovery: opened.recovery,
    conflict: null,
    undo: { undo: null, redo: null },
    trouble: null,
    ...withAnalysis(undefined, buffer.adopt(opened.analysis), buffer.shown),
  };
  useDocuments.setState((state) => ({ documents: { ...state.documents, [id]: document } }));
  showTab({ kind: "document", document: id });
}

/** The backend holds another text now: take it, as one step that can be undone. */
export function adoptText(opened: DocumentOpened, name: string): void {
  const buffer = buffers.get(opened.document);
  if (!buffer) return;
  buffer.replaceFromBackend(opened.text, opened.version, name);
  update(opened.document, (document) => ({
    ...withAnalysis(document, buffer.adopt(opened.analysis), buffer.shown),
    conflict: null,
    recoveredAt: null,
    readOnly: opened.readOnly,
  }));
}

export function markSaved(
  id: number,
  saved: { path: string; name: string; version: number },
  doc: Buffer["state"]["doc"],
): void {
  buffers.get(id)?.markSaved(doc, saved.version);
  update(id, () => ({
    path: saved.path,
    name: saved.name,
    recovery: saved.path,
    conflict: null,
    recoveredAt: null,
    readOnly: false,
  }));
}

/** The file has another name now. */
export function markRenamed(renamed: { document: number; path: string; name: string; recovery: string }): void {
  update(renamed.document, ({ conflict }) => ({
    path: renamed.path,
    name: renamed.name,
    recovery: renamed.recovery,
    // It was gone from where it was, and is here now.
    conflict: conflict?.removed ? null : conflict,
  }));
}

/** The person has seen where the text comes from and keeps it. */
export function acceptRecovered(id: number): void {
  update(id, () => ({ recoveredAt: null }));
}

export function setConflict(id: number, conflict: OpenDocument["conflict"]): void {
  update(id, () => ({ conflict }));
}

export function dropTab(key: string): void {
  useDocuments.setState((state) => {
    const at = state.tabs.findIndex((tab) => tabKey(tab) === key);
    const tab = state.tabs[at];
    if (!tab) return state;
    const tabs = state.tabs.filter((open) => open !== tab);
    const neighbour = tabs[Math.min(at, tabs.length - 1)];
    const documents = { ...state.documents };
    if (tab.kind === "document") {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete documents[tab.document];
      buffers.delete(tab.document);
      forgetNotes(tab.document);
    }
    return { tabs, documents, active: state.active === key ? (neighbour ? tabKey(neighbour) : null) : state.active };
  });
}

export function undoIn(id: number): void {
  buffers.get(id)?.undo();
}

export function redoIn(id: number): void {
  buffers.get(id)?.redo();
}
