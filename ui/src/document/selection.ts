// What is selected in each tab. Canvas, outline, code and inspector all show and change the same selection.

import { create } from "zustand";

import type { GraphNode, WorkflowGraph } from "../backend";

export type Selected = { readonly kind: "node"; readonly id: string } | { readonly kind: "edge"; readonly id: string };
export type Origin = "canvas" | "code" | "outline" | "problems" | "run";

interface Selection {
  readonly byTab: Readonly<Record<string, Selected | null>>;
  /** Who changed it last, so that nobody scrolls because of their own change. */
  readonly origin: Origin;
  /** Grows with every request to show the selection, even an unchanged one. */
  readonly reveal: number;
}

export const useSelection = create<Selection>(() => ({ byTab: {}, origin: "canvas", reveal: 0 }));

export function select(tab: string, selected: Selected | null, origin: Origin): void {
  useSelection.setState((state) => ({ byTab: { ...state.byTab, [tab]: selected }, origin, reveal: state.reveal + 1 }));
}

export function selectedIn(tab: string | null): (state: Selection) => Selected | null {
  return (state) => (tab === null ? null : (state.byTab[tab] ?? null));
}

const isState = (node: GraphNode): boolean =>
  node.kind !== "branch" && node.kind !== "processor" && node.kind !== "start" && node.kind !== "end";

/** The innermost state whose definition contains the position. */
export function stateAt(graph: WorkflowGraph | null, position: number): string | null {
  let found: GraphNode | null = null;
  for (const node of graph?.nodes ?? []) {
    if (!isState(node) || position < node.range.from || position > node.range.to) continue;
    // A container comes before what it contains, so a later match lies within an earlier one.
    found = node;
  }
  return found?.id ?? null;
}
