// Containers and what is in them: what a focused container shows, and the way back out. Pure.

import type { GraphNode, WorkflowGraph } from "../backend";
import { isContainer } from "./layout";

const isScope = (node: GraphNode): boolean => node.kind === "branch" || node.kind === "processor";

/** The Parallels and Maps around a node, the outermost first, without the node itself. */
export function containersAround(graph: WorkflowGraph, id: string): GraphNode[] {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const around: GraphNode[] = [];
  for (let at = byId.get(id)?.parent ?? null; at !== null; at = byId.get(at)?.parent ?? null) {
    const node = byId.get(at);
    if (node && isContainer(node)) around.unshift(node);
  }
  return around;
}

/** The node and everything in it, at any depth. */
export function inside(graph: WorkflowGraph, id: string): Set<string> {
  const found = new Set([id]);
  // A container comes before what it contains.
  for (const node of graph.nodes) if (node.parent !== null && found.has(node.parent)) found.add(node.id);
  return found;
}

export interface Focused {
  readonly graph: WorkflowGraph;
  /** The scope that fills the canvas; the empty text is the top level. */
  readonly root: string;
}

/** A container by itself: the inside of a Map fills the canvas, the branches of a Parallel stand side by side in it. */
export function focused(graph: WorkflowGraph, container: string | null): Focused {
  const node = container === null ? undefined : graph.nodes.find((candidate) => candidate.id === container);
  if (!node || !isContainer(node)) return { graph, root: "" };
  const within = inside(graph, node.id);
  const scopes = graph.nodes.filter((candidate) => candidate.parent === node.id && isScope(candidate));
  const [only] = scopes;
  const nodes: GraphNode[] = [];
  if (scopes.length === 1 && only) {
    for (const candidate of graph.nodes)
      if (within.has(candidate.id) && candidate !== node && candidate !== only)
        nodes.push(candidate.parent === only.id ? { ...candidate, parent: null } : candidate);
  } else
    for (const candidate of graph.nodes)
      if (within.has(candidate.id)) nodes.push(candidate === node ? { ...candidate, parent: null } : candidate);
  const shown = new Set(nodes.map((candidate) => candidate.id));
  const edges = graph.edges.filter((edge) => shown.has(edge.from) && shown.has(edge.to));
  return { graph: { nodes, edges }, root: scopes.length === 1 && only ? only.id : "" };
}
