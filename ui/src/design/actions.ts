// What can be done to the selected states, for keys, menus and the palette of commands.

import { type GraphNode, type WorkflowGraph } from "../backend";
import { activeDocument, bufferOf, edit, say, type Selected, tabKey, useDocuments, useSelection } from "../document";
import { freeName } from "./names";
import { editAt, type Piece, slotOf, sourceOf, type Target, targetAfter } from "./place";

const MARKERS = new Set(["start", "end", "branch", "processor"]);

interface Context {
  readonly id: number;
  readonly graph: WorkflowGraph;
  readonly selected: Selected | null;
  readonly node: GraphNode | undefined;
}

/** The document in front and what is selected in it; nothing while its text is broken. */
export function context(): Context | null {
  const document = activeDocument(useDocuments.getState());
  if (!document?.graph || document.graphIsOld) return null;
  const selected = useSelection.getState().byTab[tabKey({ kind: "document", document: document.id })] ?? null;
  const node =
    selected?.kind === "node"
      ? document.graph.nodes.find((candidate) => candidate.id === selected.id && !MARKERS.has(candidate.kind))
      : undefined;
  return { id: document.id, graph: document.graph, selected, node };
}

export const hasState = (): boolean => context()?.node !== undefined;

export async function addPiece(piece: Piece, at?: Target): Promise<boolean> {
  const here = context();
  if (!here) {
    say("info", "Mend the text first: its graph cannot be changed while it is broken.");
    return false;
  }
  const named: Piece = piece.kind === "state" ? { ...piece, name: freeName(here.graph, piece.name) } : piece;
  const target = at ?? targetAfter(here.graph, here.selected);
  return edit(here.id, editAt(here.graph, target, named));
}

export function removeSelected(): void {
  const here = context();
  if (here?.node) void edit(here.id, { type: "delete", state: here.node.id, reconnect: true });
  else if (here?.selected?.kind === "edge") {
    const edge = here.graph.edges.find((candidate) => candidate.id === here.selected?.id);
    if (!edge) return;
    // A Choice rule or a Catcher goes as a whole; a plain transition ends the scope instead.
    if (edge.reason.type === "rule")
      void edit(here.id, { type: "clearField", pointer: `${edge.from}/Choices/${String(edge.reason.index)}` });
    else if (edge.reason.type === "catch")
      void edit(here.id, { type: "clearField", pointer: `${edge.from}/Catch/${String(edge.reason.index)}` });
    else if (edge.reason.type === "default")
      void edit(here.id, { type: "clearField", pointer: `${edge.from}/Default` });
    else if (edge.reason.type === "next")
      void edit(here.id, { type: "connect", from: sourceOf(edge), slot: slotOf(edge), to: null });
  }
}

export function duplicateSelected(): void {
  const here = context();
  if (here?.node) void edit(here.id, { type: "duplicate", state: here.node.id });
}

export function wrapSelected(wrapper: "parallel" | "map" | "catch"): void {
  const here = context();
  if (!here?.node) return;
  const name = freeName(
    here.graph,
    wrapper === "catch"
      ? `${here.node.name} failed`
      : wrapper === "map"
        ? `For each: ${here.node.name}`
        : `${here.node.name} and more`,
  );
  void edit(here.id, { type: "wrap", state: here.node.id, wrapper, name });
}

/** The selected state as a piece of the States Language. */
function fragmentOf(here: Context): string | null {
  const text = bufferOf(here.id)?.state.doc.toString();
  if (!here.node || text === undefined) return null;
  const definition = text.slice(here.node.range.from, here.node.range.to);
  // The range may hold the name before the definition.
  const value = definition.startsWith("{") ? definition : definition.slice(definition.indexOf("{"));
  return `{\n  ${JSON.stringify(here.node.name)}: ${value}\n}`;
}

export async function copySelected(): Promise<boolean> {
  const here = context();
  const fragment = here ? fragmentOf(here) : null;
  if (fragment === null) return false;
  try {
    await navigator.clipboard.writeText(fragment);
    return true;
  } catch {
    say("bad", "The clipboard is not open to this window.");
    return false;
  }
}

export function cutSelected(): void {
  void copySelected().then((copied) => {
    if (copied) removeSelected();
  });
}

export async function pasteText(text: string): Promise<void> {
  const here = context();
  if (!here || text.trim() === "") return;
  const scope =
    here.node?.kind === "parallel" || here.node?.kind === "map"
      ? (here.graph.nodes.find((node) => node.parent === here.node?.id)?.id ?? "")
      : (here.node?.parent ?? "");
  await edit(here.id, { type: "paste", scope, fragment: text });
}

export function pasteFromClipboard(): void {
  navigator.clipboard.readText().then(pasteText, () => {
    say("bad", "The clipboard is not open to this window.");
  });
}
