// What can be done to the selected states, for keys, menus and the palette of commands.

import { type DocumentEdit, type GraphNode, type WorkflowGraph, type Wrapper } from "../backend";
import {
  activeDocument,
  copyStates,
  edit,
  say,
  type Selected,
  selectedStates,
  selectStates,
  tabKey,
  useDocuments,
  useSelection,
} from "../document";
import { statesInJsonPath } from "./language";
import { freeName } from "./names";
import { editAt, type Piece, slotOf, sourceOf, type Target, targetAfter } from "./place";

const MARKERS = new Set(["start", "end", "branch", "processor"]);

interface Context {
  readonly id: number;
  readonly tab: string;
  readonly graph: WorkflowGraph;
  readonly selected: Selected | null;
  readonly node: GraphNode | undefined;
  /** Every selected state, one or several, in the order of the text. */
  readonly nodes: readonly GraphNode[];
}

/** The document in front and what is selected in it; nothing while its text is broken. */
export function context(): Context | null {
  const document = activeDocument(useDocuments.getState());
  if (!document?.graph || document.graphIsOld) return null;
  const tab = tabKey({ kind: "document", document: document.id });
  const selection = useSelection.getState();
  const selected = selection.byTab[tab] ?? null;
  const ids = new Set(selectedStates(tab)(selection));
  const nodes = document.graph.nodes.filter((candidate) => ids.has(candidate.id) && !MARKERS.has(candidate.kind));
  const node = selected?.kind === "node" ? nodes.find((candidate) => candidate.id === selected.id) : undefined;
  return { id: document.id, tab, graph: document.graph, selected, node, nodes };
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

const idsOf = (here: Context): string[] => here.nodes.map((node) => node.id);

export function removeSelected(): void {
  const here = context();
  if (!here) return;
  if (here.nodes.length > 0) void edit(here.id, { type: "delete", states: idsOf(here), reconnect: true });
  else if (here.selected?.kind === "edge") {
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
  if (here && here.nodes.length > 0) void edit(here.id, { type: "duplicate", states: idsOf(here) });
}

const WRAPPER_NAMES: Record<Wrapper, (name: string) => string> = {
  catch: (name) => `${name} failed`,
  map: (name) => `For each: ${name}`,
  parallel: (name) => `${name} and more`,
  branches: () => "Side by side",
};

export function wrapSelected(wrapper: Wrapper): void {
  const here = context();
  const [first] = here?.nodes ?? [];
  if (!here || !first) return;
  const name = freeName(here.graph, WRAPPER_NAMES[wrapper](first.name));
  void edit(here.id, { type: "wrap", states: idsOf(here), wrapper, name });
}

/** Puts the selected states on the clipboard, as a piece of the States Language. */
export async function copySelected(): Promise<boolean> {
  const here = context();
  if (!here || here.nodes.length === 0) return false;
  const fragment = await copyStates(here.id, idsOf(here));
  if (fragment === null) return false;
  try {
    await navigator.clipboard.writeText(fragment);
    return true;
  } catch {
    say("bad", "The clipboard is not open to this window.");
    return false;
  }
}

export async function cutSelected(): Promise<void> {
  const here = context();
  if (!here || !(await copySelected())) return;
  await edit(
    here.id,
    { type: "delete", states: idsOf(here), reconnect: true },
    { name: (label) => label.replace(/^Delete/, "Cut") },
  );
}

export function selectAll(): void {
  const here = context();
  if (!here) return;
  const scope = here.node?.parent ?? null;
  const inside = here.graph.nodes.filter((node) => node.parent === scope && !MARKERS.has(node.kind));
  selectStates(
    here.tab,
    inside.map((node) => node.id),
    "canvas",
  );
}

/** Pastes onto the selected transition, into the selected container, else beside what is selected. */
export async function pasteText(text: string): Promise<void> {
  const here = context();
  if (!here || text.trim() === "") return;
  if (await edit(here.id, pasteAt(here, text))) offerConversion(here, text);
}

function pasteAt(here: Context, text: string): DocumentEdit {
  const edge =
    here.selected?.kind === "edge"
      ? here.graph.edges.find((candidate) => candidate.id === here.selected?.id)
      : undefined;
  if (edge) return { type: "paste", scope: "", fragment: text, on: { from: sourceOf(edge), slot: slotOf(edge) } };
  const [only, ...others] = here.nodes;
  const into = others.length === 0 && (only?.kind === "parallel" || only?.kind === "map") ? only : undefined;
  const scope = into
    ? (here.graph.nodes.find((node) => node.parent === into.id)?.id ?? "")
    : (here.nodes.at(-1)?.parent ?? "");
  return { type: "paste", scope, fragment: text };
}

/** Says so where states of JSONPath have come into a workflow of JSONata, and offers to rewrite them. */
function offerConversion(here: Context, pasted: string): void {
  const count = statesInJsonPath(pasted);
  const isJsonata = here.graph.nodes.some((node) => node.queryLanguage === "JSONata");
  // A workflow of JSONPath takes states of both.
  const mixed = here.graph.nodes.some((node) => node.queryLanguage === "JSONPath" && !MARKERS.has(node.kind));
  if (count === 0 || !isJsonata || mixed) return;
  const states = [...selectedStates(here.tab)(useSelection.getState())];
  say(
    "info",
    count === 1
      ? "The pasted state is written in JSONPath, the workflow in JSONata."
      : `${String(count)} pasted states are written in JSONPath, the workflow in JSONata.`,
    {
      label: count === 1 ? "Convert it" : "Convert them",
      run: () => void edit(here.id, { type: "convertPasted", states }),
    },
  );
}

export function pasteFromClipboard(): void {
  navigator.clipboard.readText().then(pasteText, () => {
    say("bad", "The clipboard is not open to this window.");
  });
}
