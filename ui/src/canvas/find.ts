// Finding states: by name, type, resource, or any text of their definition. Pure, but for the field that is open.

import { create } from "zustand";

import { kindWord } from "../asl";
import type { GraphNode, WorkflowGraph } from "../backend";

interface Finding {
  readonly open: boolean;
  /** Grows with every wish to search, also while the field is open. */
  readonly asked: number;
  readonly query: string;
  readonly hits: readonly string[];
  readonly current: string | null;
}

const CLOSED: Finding = { open: false, asked: 0, query: "", hits: [], current: null };

export const useFind = create<Finding>(() => CLOSED);

export function openFind(): void {
  useFind.setState((state) => ({ open: true, asked: state.asked + 1 }));
}

export function closeFind(): void {
  useFind.setState((state) => ({ ...CLOSED, asked: state.asked }));
}

const isState = (node: GraphNode): boolean =>
  node.kind !== "start" && node.kind !== "end" && node.kind !== "branch" && node.kind !== "processor";

/** What a state says by itself: of a container, not what its states say. */
function ownText(text: string, node: GraphNode, inner: readonly GraphNode[]): string {
  let own = "";
  let from = node.range.from;
  for (const state of inner) {
    if (state.range.from < from) continue;
    own += `${text.slice(from, state.range.from)} `;
    from = state.range.to;
  }
  return own + text.slice(from, node.range.to);
}

/** The states that a search finds, in the order of the text. Several words are all wanted. */
export function findStates(graph: WorkflowGraph, text: string, query: string): string[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return [];
  const states = graph.nodes.filter(isState);
  const parents = new Map(graph.nodes.map((node) => [node.id, node.parent]));
  const children = new Map<string, GraphNode[]>();
  for (const state of states) {
    const container = state.parent === null ? null : (parents.get(state.parent) ?? null);
    if (container !== null) children.set(container, [...(children.get(container) ?? []), state]);
  }
  return states
    .filter((state) => {
      const described = [state.name, kindWord(state.kind), state.summary, state.resource ?? ""].join("\n");
      const everything = `${described}\n${ownText(text, state, children.get(state.id) ?? [])}`.toLowerCase();
      return words.every((word) => everything.includes(word));
    })
    .map((state) => state.id);
}

/** The hit after or before another; from nowhere, the first or last. */
export function nextHit(hits: readonly string[], current: string | null, step: 1 | -1): string | null {
  const at = current === null ? -1 : hits.indexOf(current);
  if (at < 0) return (step === 1 ? hits[0] : hits.at(-1)) ?? null;
  return hits[(at + step + hits.length) % hits.length] ?? null;
}
