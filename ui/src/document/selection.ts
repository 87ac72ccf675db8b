// What is selected in each tab. Canvas, outline, code and inspector all show and change the same selection.

import { create } from "zustand";

import type { GraphNode, WorkflowGraph } from "../backend";

export type Selected = { readonly kind: "node"; readonly id: string } | { readonly kind: "edge"; readonly id: string };
export type Origin = "canvas" | "code" | "outline" | "problems" | "run";

interface Selection {
  /** The foremost: what the inspector shows, where the keyboard stands. */
  readonly byTab: Readonly<Record<string, Selected | null>>;
  /** All selected states where there are several, the foremost among them; otherwise nothing. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Who changed it last, so that nobody scrolls because of their own change. */
  readonly origin: Origin;
  /** Grows with every request to show the selection, even an unchanged one. */
  readonly reveal: number;
}

export const useSelection = create<Selection>(() => ({ byTab: {}, groups: {}, origin: "canvas", reveal: 0 }));

export function select(tab: string, selected: Selected | null, origin: Origin): void {
  useSelection.setState((state) => ({
    byTab: { ...state.byTab, [tab]: selected },
    groups: state.groups[tab] === undefined ? state.groups : { ...state.groups, [tab]: NONE },
    origin,
    reveal: state.reveal + 1,
  }));
}

/** Selects states, the last of them foremost. */
export function selectStates(tab: string, ids: readonly string[], origin: Origin): void {
  const unique = [...new Set(ids)];
  const foremost = unique.at(-1);
  select(tab, foremost === undefined ? null : { kind: "node", id: foremost }, origin);
  if (unique.length > 1) useSelection.setState((state) => ({ groups: { ...state.groups, [tab]: unique } }));
}

/** Adds a state to the selection, or takes it away. */
export function toggleSelection(tab: string, id: string, origin: Origin): void {
  const ids = selectedStates(tab)(useSelection.getState());
  selectStates(tab, ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id], origin);
}

/** What is selected stays so under another name; nobody scrolls for it. */
export function renameSelected(tab: string, renamed: ReadonlyMap<string, string>): void {
  if (renamed.size === 0) return;
  const now = (id: string): string => {
    const [state, way] = [id.replace(/#[^#/]*$/, ""), /#[^#/]*$/.exec(id)?.[0] ?? ""];
    return renamed.get(id) ?? (renamed.has(state) ? `${renamed.get(state) ?? ""}${way}` : id);
  };
  useSelection.setState((state) => {
    const selected = state.byTab[tab];
    const group = state.groups[tab] ?? NONE;
    if ((!selected || now(selected.id) === selected.id) && group.every((id) => now(id) === id)) return state;
    return {
      byTab: selected ? { ...state.byTab, [tab]: { ...selected, id: now(selected.id) } } : state.byTab,
      groups: group.length > 0 ? { ...state.groups, [tab]: group.map(now) } : state.groups,
    };
  });
}

const NONE: readonly string[] = [];

/** The several states that are selected; nothing where it is one or none. */
export function groupIn(tab: string | null): (state: Selection) => readonly string[] {
  return (state) => (tab === null ? NONE : (state.groups[tab] ?? NONE));
}

/** Every selected state, one or several. */
export function selectedStates(tab: string | null): (state: Selection) => readonly string[] {
  return (state) => {
    const group = groupIn(tab)(state);
    const selected = selectedIn(tab)(state);
    return group.length > 0 ? group : selected?.kind === "node" ? [selected.id] : NONE;
  };
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
