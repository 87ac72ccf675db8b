// Sticky notes of open documents. They live beside the workflow, never in it, and are undone and redone with its text.

import { create } from "zustand";

import { call, explain, type GraphNode, type Note, type WorkflowGraph } from "../backend";

const NONE: readonly Note[] = [];

export const useNotes = create<{ byDocument: Readonly<Record<number, readonly Note[]>> }>(() => ({ byDocument: {} }));

export const notesOf =
  (document: number | null) =>
  (state: { byDocument: Readonly<Record<number, readonly Note[]>> }): readonly Note[] =>
    document === null ? NONE : (state.byDocument[document] ?? NONE);

function put(document: number, notes: readonly Note[]): void {
  useNotes.setState((state) => ({ byDocument: { ...state.byDocument, [document]: notes } }));
}

/** What is to be written, and a write that is under way; one at a time, the last wins. */
const waiting = new Map<number, readonly Note[]>();
const writing = new Set<number>();

async function write(document: number, tell: (why: string) => void): Promise<void> {
  if (writing.has(document)) return;
  writing.add(document);
  try {
    for (let notes = waiting.get(document); notes; notes = waiting.get(document)) {
      waiting.delete(document);
      await call("put_notes", { document, notes: [...notes] });
    }
  } catch (error) {
    tell(`The notes are not saved: ${explain(error)}`);
  } finally {
    writing.delete(document);
  }
}

/** Takes up the notes that lie beside a document that was opened. */
export async function loadNotes(document: number, tell: (why: string) => void): Promise<void> {
  try {
    put(document, (await call("get_notes", { document })).notes);
  } catch (error) {
    tell(`The notes cannot be read: ${explain(error)}`);
  }
}

/** Shows and writes the notes of a document. */
export function setNotes(document: number, notes: readonly Note[], tell: (why: string) => void): void {
  put(document, notes);
  waiting.set(document, notes);
  void write(document, tell);
}

export function forgetNotes(document: number): void {
  useNotes.setState((state) => {
    const byDocument = { ...state.byDocument };
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete byDocument[document];
    return { byDocument };
  });
}

const isState = (node: GraphNode): boolean =>
  node.kind !== "start" && node.kind !== "end" && node.kind !== "branch" && node.kind !== "processor";

/**
 * The states that have another path in the new graph, by their old one: those that stand where one of their kind stood, and
 * those that are gone while one of their name and kind has come elsewhere.
 */
export function renamedStates(before: WorkflowGraph | null, after: WorkflowGraph | null): Map<string, string> {
  const renamed = new Map<string, string>();
  const was = before?.nodes.filter(isState) ?? [],
    is = after?.nodes.filter(isState) ?? [];
  const old = new Set(was.map((node) => node.id)),
    present = new Set(is.map((node) => node.id));
  const came = is.filter((node) => !old.has(node.id));
  if (came.length === 0) return renamed;
  const key = (node: GraphNode): string => `${node.kind} ${node.name}`;
  const byName = new Map<string, GraphNode | null>();
  // Where two of one name have come, neither is known to be the one that went.
  for (const node of came) byName.set(key(node), byName.has(key(node)) ? null : node);
  was.forEach((node, at) => {
    if (present.has(node.id)) return;
    const there = byName.get(key(node));
    const here = was.length === is.length ? is[at] : undefined;
    if (there) renamed.set(node.id, there.id);
    else if (here && here.kind === node.kind && !old.has(here.id)) renamed.set(node.id, here.id);
  });
  return renamed;
}

/** Lets notes go along with states that were renamed. */
export function followRenames(
  document: number,
  renamed: ReadonlyMap<string, string>,
  tell: (why: string) => void,
): void {
  const notes = notesOf(document)(useNotes.getState());
  const moved = (note: Note): string | undefined => renamed.get(note.state ?? "");
  if (!notes.some((note) => moved(note) !== undefined)) return;
  setNotes(
    document,
    notes.map((note) => {
      const state = moved(note);
      return state === undefined ? note : { ...note, state };
    }),
    tell,
  );
}
