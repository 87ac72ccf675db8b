// The canvas as a place to drop: which transition, container or state lies under the pointer, and what that would mean.

import type { ReactFlowInstance } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { create } from "zustand";

import type { DocumentEdit, GraphEdge, GraphNode, QueryLanguage, WorkflowGraph } from "../backend";
import { addPiece, complete, type Load, setDropZone, slotOf, sourceOf, type Target, type Verdict } from "../design";
import { edit } from "../document";
import { isContainer, isMarker, type Layout, type Point } from "./layout";

interface Lit {
  readonly edge: string | null;
  readonly node: string | null;
  /** Where a transition that is being pulled may end; nothing while none is. */
  readonly legal: ReadonlySet<string> | null;
  /** The transition under the pointer. */
  readonly hovered: string | null;
}

const DARK: Omit<Lit, "hovered"> = { edge: null, node: null, legal: null };

/** What is lit up while something is dragged. */
export const useLit = create<Lit>(() => ({ ...DARK, hovered: null }));

const REACH = 26;

function distance(point: Point, a: Point, b: Point): number {
  const dx = b.x - a.x,
    dy = b.y - a.y;
  const length = dx * dx + dy * dy;
  const part = length === 0 ? 0 : Math.min(1, Math.max(0, ((point.x - a.x) * dx + (point.y - a.y) * dy) / length));
  return Math.hypot(point.x - a.x - part * dx, point.y - a.y - part * dy);
}

/** The transition nearest to a point, if one is within reach. */
export function edgeNear(layout: Layout, point: Point, reach: number): string | null {
  let best: { id: string; far: number } | null = null;
  for (const [id, { points }] of layout.edges) {
    for (let at = 1; at < points.length; at++) {
      const a = points[at - 1],
        b = points[at];
      if (!a || !b) continue;
      const far = distance(point, a, b);
      if (far <= reach && (!best || far < best.far)) best = { id, far };
    }
  }
  return best?.id ?? null;
}

/** The innermost node at a point that satisfies the test. */
export function nodeAt(
  graph: WorkflowGraph,
  layout: Layout,
  point: Point,
  test: (node: GraphNode) => boolean,
): GraphNode | null {
  let found: GraphNode | null = null;
  // A container comes before what it contains, so the last match is the innermost.
  for (const node of graph.nodes) {
    const box = layout.nodes.get(node.id);
    if (!box || !test(node)) continue;
    if (point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height)
      found = node;
  }
  return found;
}

const isScope = (node: GraphNode): boolean => node.kind === "branch" || node.kind === "processor";

export interface Landing {
  readonly target: Target;
  readonly hint: string;
  readonly lit: { edge: string | null; node: string | null };
}

/** Where a new state would land. */
export function landing(
  graph: WorkflowGraph,
  layout: Layout,
  point: Point,
  reach: number,
  /** The scope that empty canvas stands for. */
  root = "",
): Landing {
  const name = (id: string): string => {
    const node = graph.nodes.find((candidate) => candidate.id === id);
    return node === undefined
      ? id
      : node.kind === "start"
        ? "the start"
        : node.kind === "end"
          ? "the end"
          : `“${node.name}”`;
  };
  const onEdge = edgeNear(layout, point, reach);
  const over = nodeAt(
    graph,
    layout,
    point,
    (node) => !isScope(node) && !isMarker(node) && (!isContainer(node) || layout.nodes.get(node.id)?.height === 52),
  );
  const after = over
    ? graph.edges.find(
        (edge) =>
          edge.from === over.id &&
          (edge.reason.type === "next" || edge.reason.type === "end" || edge.reason.type === "default") &&
          layout.edges.has(edge.id),
      )
    : undefined;
  const id = after?.id ?? onEdge;
  const edge = graph.edges.find((candidate) => candidate.id === id);
  if (edge)
    return {
      target: { kind: "edge", edge: edge.id },
      hint: `Between ${name(edge.from)} and ${name(edge.to)}`,
      lit: { edge: edge.id, node: null },
    };
  const scope = nodeAt(graph, layout, point, isScope);
  if (scope) {
    const container = graph.nodes.find((node) => node.id === scope.parent);
    return {
      target: { kind: "scope", scope: scope.id },
      hint: `Inside “${container?.name ?? ""}”, unconnected`,
      lit: { edge: null, node: scope.id },
    };
  }
  return {
    target: { kind: "scope", scope: root },
    hint: "Unconnected; drop it on a line to insert it",
    lit: { edge: null, node: null },
  };
}

type Judged = Verdict & { readonly lit: string | null };

const refused = (hint: string): Judged => ({ legal: false, hint, lit: null });

/** Whether a transition may lead from one state to another, and how. */
export function connection(graph: WorkflowGraph, from: string, to: GraphNode | null): Judged {
  const source = graph.nodes.find((node) => node.id === from);
  if (!source) return refused("That state is gone");
  if (!to || isScope(to)) return refused("Pull it onto a state");
  if (to.kind === "start") return refused("Nothing can lead to the start");
  if (to.parent !== source.parent) return refused("A transition cannot leave its Parallel or Map");
  if (to.kind === "end" && source.kind === "choice")
    return refused("A Choice cannot end the workflow; lead to a state");
  const how = source.kind === "choice" ? "a new rule" : "Next";
  return {
    legal: true,
    hint: to.kind === "end" ? `“${source.name}” ends here` : `${how}: “${source.name}” → “${to.name}”`,
    lit: to.id,
  };
}

/** Whether the end of a transition may be moved to a state, and what that would mean. */
export function reconnection(
  graph: WorkflowGraph,
  edge: GraphEdge,
  end: "from" | "to",
  node: GraphNode | null,
): Judged {
  const nameOf = (id: string): string => graph.nodes.find((candidate) => candidate.id === id)?.name ?? "";
  const source = graph.nodes.find((candidate) => candidate.id === edge.from);
  if (!source) return refused("That transition is gone");
  if (!node || isScope(node)) return refused("Pull it onto a state");
  if (node.parent !== source.parent) return refused("A transition cannot leave its Parallel or Map");
  const { type } = edge.reason;
  if (end === "to") {
    if (node.kind === "start") return refused("Nothing can lead to the start");
    if (node.id === edge.to) return refused("It leads there already");
    if (node.kind === "end") {
      if (type === "start") return refused("The workflow has to start with a state");
      if (type !== "next") return refused("Only a plain transition can end here; delete this one instead");
      return { legal: true, hint: `“${source.name}” ends here`, lit: node.id };
    }
    const from = source.kind === "start" ? "Start" : `“${source.name}”`;
    return { legal: true, hint: `${from} → “${node.name}”`, lit: node.id };
  }
  if (type === "start") return refused("A workflow starts in one place; move the other end");
  if (type === "end") return refused("The end of a state is its own; pull its other end onto a state");
  if (isMarker(node)) return refused("Pull it onto a state");
  if (node.id === edge.from) return refused("It starts there already");
  if (node.kind === "succeed" || node.kind === "fail") return refused(`“${node.name}” ends the flow`);
  if (type === "catch" && node.kind !== "task" && node.kind !== "parallel" && node.kind !== "map")
    return refused("Only Task, Parallel and Map can catch errors");
  const replaces =
    node.kind !== "choice" && type !== "catch"
      ? graph.edges.find((other) => other.from === node.id && other.reason.type === "next")
      : undefined;
  return {
    legal: true,
    hint: `“${node.name}” → “${nameOf(edge.to)}”${replaces ? `, instead of “${nameOf(replaces.to)}”` : ""}`,
    lit: node.id,
  };
}

/** What pulling an end onto a node would do. */
function judge(graph: WorkflowGraph, load: Exclude<Load, { kind: "piece" }>, node: GraphNode | null): Judged {
  if (load.kind === "connect") return connection(graph, load.from, node);
  const edge = graph.edges.find((candidate) => candidate.id === load.edge);
  return edge ? reconnection(graph, edge, load.end, node) : refused("That transition is gone");
}

/** Every node onto which the end may be pulled. */
export function legalTargets(graph: WorkflowGraph, load: Exclude<Load, { kind: "piece" }>): Set<string> {
  return new Set(graph.nodes.filter((node) => judge(graph, load, node).legal).map((node) => node.id));
}

/** The edit that leads a transition, new or there already, to or from a node. */
export function connectingEdit(
  graph: WorkflowGraph,
  load: Exclude<Load, { kind: "piece" }>,
  node: GraphNode,
): DocumentEdit | null {
  const to = node.kind === "end" ? null : node.id;
  if (load.kind === "reconnect") {
    const edge = graph.edges.find((candidate) => candidate.id === load.edge);
    if (!edge) return null;
    return load.end === "to"
      ? { type: "connect", from: sourceOf(edge), slot: slotOf(edge), to }
      : { type: "takeOver", from: edge.from, slot: slotOf(edge), onto: node.id };
  }
  const source = graph.nodes.find((candidate) => candidate.id === load.from);
  if (!source) return null;
  // Which Rule of a Choice it becomes only the text knows: rules that lead nowhere are not in the graph.
  return { type: "connect", from: source.id, slot: null, to };
}

/** Lets the canvas take what is dragged onto it. */
export function useDropping(
  frame: RefObject<HTMLElement | null>,
  flow: Pick<ReactFlowInstance<never>, "screenToFlowPosition" | "getZoom">,
  drawn: { graph: WorkflowGraph; layout: Layout } | null,
  document: number | null,
  language: QueryLanguage,
  /** The scope that empty canvas stands for. */
  root: string,
): void {
  useEffect(() => {
    if (!drawn || document === null) return;
    const { graph, layout } = drawn;
    const inside = (x: number, y: number): boolean => {
      const box = frame.current?.getBoundingClientRect();
      return box !== undefined && x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    };
    const anyNode = (point: Point): GraphNode | null => nodeAt(graph, layout, point, (node) => !isScope(node));
    const zone = {
      over(x: number, y: number, load: Load): Verdict | null {
        if (!inside(x, y)) {
          zone.leave();
          return null;
        }
        const point = flow.screenToFlowPosition({ x, y });
        if (load.kind === "piece") {
          const found = landing(graph, layout, point, REACH / flow.getZoom(), root);
          useLit.setState(found.lit);
          return { legal: true, hint: found.hint };
        }
        const verdict = judge(graph, load, anyNode(point));
        const legal = useLit.getState().legal ?? legalTargets(graph, load);
        useLit.setState({ edge: load.kind === "reconnect" ? load.edge : null, node: verdict.lit, legal });
        return verdict;
      },
      leave(): void {
        useLit.setState(DARK);
      },
      drop(x: number, y: number, load: Load): void {
        const point = flow.screenToFlowPosition({ x, y });
        if (load.kind === "piece") {
          const { target } = landing(graph, layout, point, REACH / flow.getZoom(), root);
          void complete(load.piece, language).then((piece) => addPiece(piece, target));
          return;
        }
        const node = anyNode(point);
        const what = node ? connectingEdit(graph, load, node) : null;
        if (what) void edit(document, what);
      },
    };
    setDropZone(zone);
    return () => {
      setDropZone(null);
    };
  }, [frame, flow, drawn, document, language, root]);
}
