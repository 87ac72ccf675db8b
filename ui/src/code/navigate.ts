// From the name of a state to where it is defined, and to wherever else it is named.

import { foldable, foldEffect, unfoldAll } from "@codemirror/language";
import { EditorSelection, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

import { call, explain } from "../backend";
import { bufferOf, say, useDocuments } from "../document";

interface Named {
  readonly state: string | null;
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
}

const NOTHING: Named = { state: null, ranges: [] };

/** The state named at a position: its own name first, then what refers to it. */
export async function namesAt(document: number, position: number): Promise<Named> {
  const buffer = bufferOf(document);
  if (!buffer) return NOTHING;
  await buffer.settled();
  const { doc } = buffer.state;
  try {
    const { state, ranges } = await call("find_state_names", {
      document,
      version: buffer.currentVersion,
      offset: buffer.toFile(position),
    });
    if (buffer.state.doc !== doc) return NOTHING;
    return { state, ranges: ranges.map(({ from, to }) => ({ from: buffer.toEditor(from), to: buffer.toEditor(to) })) };
  } catch (error) {
    say("bad", explain(error));
    return NOTHING;
  }
}

function show(view: EditorView, { from, to }: { from: number; to: number }): void {
  view.dispatch({
    selection: EditorSelection.range(from, to),
    effects: EditorView.scrollIntoView(from, { y: "center" }),
    userEvent: "select",
  });
  view.focus();
}

/** Inside of the quotes, where there are any. */
function bare(view: EditorView, { from, to }: { from: number; to: number }): { from: number; to: number } {
  return to - from >= 2 && /^["']/.test(view.state.sliceDoc(from, from + 1))
    ? { from: from + 1, to: to - 1 }
    : { from, to };
}

export async function goToState(document: number, position: number): Promise<void> {
  const { ranges } = await namesAt(document, position);
  const view = bufferOf(document)?.editor;
  const [definition] = ranges;
  if (!view) return;
  if (definition) show(view, bare(view, definition));
  else say("info", "No state is named here.");
}

/** On to the next place that names the same state, round and round. */
export async function nextReference(document: number, position: number): Promise<void> {
  const { ranges } = await namesAt(document, position);
  const view = bufferOf(document)?.editor;
  if (!view) return;
  const places = [...ranges].sort((a, b) => a.from - b.from);
  const next = places.find((range) => range.from > position) ?? places[0];
  if (!next) say("info", "No state is named here.");
  else if (places.length === 1) say("info", "Nothing else names this state.");
  else show(view, bare(view, next));
}

export function followNames(document: number): Extension {
  return EditorView.domEventHandlers({
    mousedown: (event, view) => {
      if (event.button !== 0 || !(event.ctrlKey || event.metaKey)) return false;
      const position = view.posAtCoords({ x: event.clientX, y: event.clientY });
      if (position === null) return false;
      event.preventDefault();
      void goToState(document, position);
      return true;
    },
  });
}

/** Folds every state to the line of its name, inner ones within outer ones. */
export function foldStates(document: number): void {
  const view = bufferOf(document)?.editor;
  const graph = useDocuments.getState().documents[document]?.analysis.graph;
  if (!view || !graph) return;
  const { state } = view;
  const folds = new Map<number, { from: number; to: number }>();
  for (const node of graph.nodes) {
    if (node.name === "" || node.nameRange.from > state.doc.length) continue;
    const line = state.doc.lineAt(node.nameRange.from);
    const range = foldable(state, line.from, line.to);
    if (range) folds.set(line.from, range);
  }
  view.dispatch({ effects: [...folds.values()].map((range) => foldEffect.of(range)) });
}

export function unfold(document: number): void {
  const view = bufferOf(document)?.editor;
  if (view) unfoldAll(view);
}
