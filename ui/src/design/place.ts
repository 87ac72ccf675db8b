// Where a new state goes: onto a transition, into a container, after the selection, or beside everything. Pure.

import type { DocumentEdit, EdgeReason, GraphEdge, GraphNode, GraphNodeKind, WorkflowGraph } from "../backend";

/** A state to be added, or a fragment of several. */
export type Piece =
  | { readonly kind: "state"; readonly name: string; readonly type: GraphNodeKind; readonly definition: string | null }
  | { readonly kind: "fragment"; readonly title: string; readonly definition: string };

export type Target =
  { readonly kind: "edge"; readonly edge: string } | { readonly kind: "scope"; readonly scope: string };

/** A state that ends its scope leads on once it has a Next. */
export function slotOf(edge: GraphEdge): EdgeReason {
  return edge.reason.type === "end" ? { type: "next" } : edge.reason;
}

/** What the edits call the source of a transition: a state by its node, a start marker by its scope. */
export function sourceOf(edge: GraphEdge): string {
  return edge.reason.type === "start" ? edge.from.replace(/#start$/, "") : edge.from;
}

const scopeOf = (node: GraphNode): string => node.parent ?? "";

/** Succeed and Fail end their scope, so nothing can follow them. */
const canLeadOn = (node: GraphNode): boolean => node.kind !== "succeed" && node.kind !== "fail";

export function editAt(graph: WorkflowGraph, target: Target, piece: Piece): DocumentEdit {
  const edge = target.kind === "edge" ? graph.edges.find((candidate) => candidate.id === target.edge) : undefined;
  if (piece.kind === "fragment") {
    const source = edge ? graph.nodes.find((node) => node.id === edge.from) : undefined;
    return {
      type: "paste",
      scope: target.kind === "scope" ? target.scope : (source?.parent ?? ""),
      fragment: piece.definition,
      ...(edge ? { on: { from: sourceOf(edge), slot: slotOf(edge) } } : {}),
    };
  }
  const { name, type: kind, definition } = piece;
  if (edge) return { type: "insert", from: sourceOf(edge), slot: slotOf(edge), name, kind, definition };
  return { type: "add", scope: target.kind === "scope" ? target.scope : "", name, kind, definition };
}

/** Where a state goes that is added without being dropped: after the selected state, on the selected transition, else at the end. */
export function targetAfter(graph: WorkflowGraph, selected: { kind: "node" | "edge"; id: string } | null): Target {
  if (selected?.kind === "edge" && graph.edges.some((edge) => edge.id === selected.id))
    return { kind: "edge", edge: selected.id };
  const node = graph.nodes.find((candidate) => candidate.id === selected?.id);
  if (node && canLeadOn(node)) {
    const out = graph.edges.filter((edge) => edge.from === node.id);
    const next =
      out.find((edge) => edge.reason.type === "next" || edge.reason.type === "end") ??
      out.find((edge) => edge.reason.type === "default");
    return next ? { kind: "edge", edge: next.id } : { kind: "scope", scope: scopeOf(node) };
  }
  const scope = node ? scopeOf(node) : "";
  const last = graph.edges
    .filter(
      (edge) =>
        edge.reason.type === "end" &&
        (graph.nodes.find((candidate) => candidate.id === edge.from)?.parent ?? "") === scope,
    )
    .filter((edge) => graph.nodes.some((candidate) => candidate.id === edge.from && canLeadOn(candidate)))
    .at(-1);
  return last ? { kind: "edge", edge: last.id } : { kind: "scope", scope };
}
