// From the graph of the backend and its layout to what React Flow draws. Pure.

import type { Edge, Node } from "@xyflow/react";

import type { GraphEdge, GraphNode, WorkflowGraph } from "../backend";
import { isContainer, isMarker, type Layout, type Point } from "./layout";

/** The worst that is wrong with a state. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly message: string;
}
export type StateNodeData = {
  readonly state: GraphNode;
  readonly collapsed: boolean;
  readonly inside: number;
  readonly problem: Problem | null;
};
export type StateNode = Node<StateNodeData, "state" | "container" | "scope" | "marker">;
export type TransitionData = {
  readonly transition: GraphEdge;
  readonly points: readonly Point[];
  readonly label: { x: number; y: number; width: number } | null;
};
export type TransitionEdge = Edge<TransitionData, "transition">;

function typeOf(node: GraphNode, collapsed: boolean): "state" | "container" | "scope" | "marker" {
  if (node.kind === "branch" || node.kind === "processor") return "scope";
  if (isMarker(node)) return "marker";
  return isContainer(node) && !collapsed ? "container" : "state";
}

const HANDLES = (width: number, height: number): NonNullable<Node["handles"]> => [
  { type: "target", position: "top" as never, x: width / 2, y: 0, width: 1, height: 1 },
  { type: "source", position: "bottom" as never, x: width / 2, y: height, width: 1, height: 1 },
];

/** How many states a container holds, at any depth. */
export function countInside(graph: WorkflowGraph): Map<string, number> {
  const parents = new Map(graph.nodes.map((node) => [node.id, node.parent]));
  const counts = new Map<string, number>();
  for (const node of graph.nodes) {
    if (isMarker(node) || node.kind === "branch" || node.kind === "processor") continue;
    for (let above = node.parent; above !== null; above = parents.get(above) ?? null)
      counts.set(above, (counts.get(above) ?? 0) + 1);
  }
  return counts;
}

export interface Picture {
  readonly nodes: readonly StateNode[];
  readonly edges: readonly TransitionEdge[];
}

const sameState = (a: GraphNode, b: GraphNode): boolean =>
  a.name === b.name &&
  a.kind === b.kind &&
  a.parent === b.parent &&
  a.summary === b.summary &&
  a.resource === b.resource &&
  a.comment === b.comment;

const samePoints = (a: readonly Point[], b: readonly Point[]): boolean =>
  a.length === b.length && a.every((point, at) => point.x === b[at]?.x && point.y === b[at]?.y);

function sameNode(a: StateNode, b: StateNode): boolean {
  return (
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.width === b.width &&
    a.height === b.height &&
    a.type === b.type &&
    a.zIndex === b.zIndex &&
    a.selected === b.selected &&
    a.data.collapsed === b.data.collapsed &&
    a.data.inside === b.data.inside &&
    a.data.problem?.severity === b.data.problem?.severity &&
    a.data.problem?.message === b.data.problem?.message &&
    sameState(a.data.state, b.data.state)
  );
}

function sameEdge(a: TransitionEdge, b: TransitionEdge): boolean {
  const one = a.data,
    other = b.data;
  return (
    one !== undefined &&
    other !== undefined &&
    a.target === b.target &&
    a.selected === b.selected &&
    a.zIndex === b.zIndex &&
    one.transition.label === other.transition.label &&
    one.transition.detail === other.transition.detail &&
    one.transition.back === other.transition.back &&
    one.transition.reason.type === other.transition.reason.type &&
    one.label?.x === other.label?.x &&
    one.label?.y === other.label?.y &&
    one.label?.width === other.label?.width &&
    samePoints(one.points, other.points)
  );
}

/** What was drawn before and looks the same stays the same object, the list as well, so that only what changed is drawn anew. */
function keepAlike<T extends { id: string }>(
  now: readonly T[],
  before: readonly T[],
  same: (a: T, b: T) => boolean,
): readonly T[] {
  const known = new Map(before.map((item) => [item.id, item]));
  const kept = now.map((item) => {
    const old = known.get(item.id);
    return old && same(old, item) ? old : item;
  });
  return kept.length === before.length && kept.every((item, at) => item === before[at]) ? before : kept;
}

export function toFlow(
  graph: WorkflowGraph,
  layout: Layout,
  selected: { readonly nodes: ReadonlySet<string>; readonly edge: string | null },
  collapsed: ReadonlySet<string>,
  problems: ReadonlyMap<string, Problem> = new Map(),
  before: Picture = { nodes: [], edges: [] },
): Picture {
  const inside = countInside(graph);
  const nodes: StateNode[] = [];
  for (const node of graph.nodes) {
    const box = layout.nodes.get(node.id);
    if (!box) continue;
    const type = typeOf(node, collapsed.has(node.id));
    const { width, height } = box;
    nodes.push({
      id: node.id,
      type,
      position: { x: box.x, y: box.y },
      width,
      height,
      measured: { width, height },
      handles: HANDLES(width, height),
      // Containers lie beneath their transitions, and those beneath their states.
      zIndex: box.depth * 3 + (type === "container" ? 0 : type === "scope" ? 1 : 2),
      selected: selected.nodes.has(node.id),
      selectable: type === "state" || type === "container",
      draggable: false,
      connectable: false,
      focusable: false,
      className: `node-${type} kind-${node.kind}`,
      data: {
        state: node,
        collapsed: collapsed.has(node.id),
        inside: inside.get(node.id) ?? 0,
        problem: problems.get(node.id) ?? null,
      },
    });
  }
  const edges: TransitionEdge[] = [];
  for (const edge of graph.edges) {
    const route = layout.edges.get(edge.id);
    if (!route) continue;
    edges.push({
      id: edge.id,
      type: "transition",
      source: edge.from,
      target: edge.to,
      zIndex: route.depth * 3 + 1,
      selected: selected.edge === edge.id,
      focusable: false,
      data: { transition: edge, points: route.points, label: route.label },
    });
  }
  return { nodes: keepAlike(nodes, before.nodes, sameNode), edges: keepAlike(edges, before.edges, sameEdge) };
}

/** An SVG path along right-angled points with rounded corners. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const last = rest.at(-1);
  if (!last) return `M${String(first.x)},${String(first.y)}`;
  let path = `M${String(first.x)},${String(first.y)}`;
  for (let at = 0; at < rest.length - 1; at++) {
    const before = points[at],
      corner = rest[at],
      after = rest[at + 1];
    if (!before || !corner || !after) continue;
    const inLength = Math.hypot(corner.x - before.x, corner.y - before.y);
    const outLength = Math.hypot(after.x - corner.x, after.y - corner.y);
    const r = Math.min(radius, inLength / 2, outLength / 2);
    if (r < 0.5) {
      path += `L${String(corner.x)},${String(corner.y)}`;
      continue;
    }
    const inX = corner.x - ((corner.x - before.x) / inLength) * r,
      inY = corner.y - ((corner.y - before.y) / inLength) * r;
    const outX = corner.x + ((after.x - corner.x) / outLength) * r,
      outY = corner.y + ((after.y - corner.y) / outLength) * r;
    path += `L${String(inX)},${String(inY)}Q${String(corner.x)},${String(corner.y)} ${String(outX)},${String(outY)}`;
  }
  return `${path}L${String(last.x)},${String(last.y)}`;
}

export type Direction = "up" | "down" | "left" | "right";

/** The state to go to from another with an arrow key: the nearest whose middle lies that way, straight ahead preferred. */
export function neighbour(
  graph: WorkflowGraph,
  layout: Layout,
  from: string | null,
  direction: Direction,
): string | null {
  const states = graph.nodes.filter(
    (node) => !isMarker(node) && node.kind !== "branch" && node.kind !== "processor" && layout.nodes.has(node.id),
  );
  if (from === null || !layout.nodes.has(from)) return states[0]?.id ?? null;
  const origin = layout.nodes.get(from);
  if (!origin) return null;
  const middle = (id: string): Point => {
    const box = layout.nodes.get(id);
    // A container is found by its header.
    return box ? { x: box.x + box.width / 2, y: box.y + Math.min(box.height, 52) / 2 } : { x: 0, y: 0 };
  };
  const here = middle(from);
  let best: { id: string; cost: number } | null = null;
  for (const node of states) {
    if (node.id === from) continue;
    const there = middle(node.id);
    const dx = there.x - here.x,
      dy = there.y - here.y;
    const ahead = direction === "up" ? -dy : direction === "down" ? dy : direction === "left" ? -dx : dx;
    const aside = Math.abs(direction === "up" || direction === "down" ? dx : dy);
    if (ahead <= 1 || aside > ahead * 3) continue;
    const cost = ahead + aside * 2;
    if (!best || cost < best.cost) best = { id: node.id, cost };
  }
  return best?.id ?? null;
}
