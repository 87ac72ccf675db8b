// The canvas as a place to drop: which transition, container or state lies under the pointer, and what that would mean.

import type { ReactFlowInstance } from "@xyflow/react";
import { type RefObject, useEffect } from "react";
import { create } from "zustand";

import { type GraphNode, type QueryLanguage, type WorkflowGraph } from "../backend";
import { addPiece, complete, type Load, setDropZone, type Target, type Verdict } from "../design";
import { edit } from "../document";
import { isContainer, isMarker, type Layout, type Point } from "./layout";

/** What is lit up while something is dragged. */
export const useLit = create<{ edge: string | null; node: string | null }>(() => ({ edge: null, node: null }));

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
export function landing(graph: WorkflowGraph, layout: Layout, point: Point, reach: number): Landing {
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
    target: { kind: "scope", scope: "" },
    hint: "Unconnected; drop it on a line to insert it",
    lit: { edge: null, node: null },
  };
}

/** Whether a transition may lead from one state to another, and how. */
export function connection(graph: WorkflowGraph, from: string, to: GraphNode | null): Verdict & { lit: string | null } {
  const source = graph.nodes.find((node) => node.id === from);
  if (!source) return { legal: false, hint: "That state is gone", lit: null };
  if (!to || isScope(to)) return { legal: false, hint: "Pull it onto a state", lit: null };
  if (to.kind === "start") return { legal: false, hint: "Nothing can lead to the start", lit: null };
  if (to.parent !== source.parent)
    return { legal: false, hint: "A transition cannot leave its Parallel or Map", lit: null };
  const how = source.kind === "choice" ? "a new rule" : "Next";
  return {
    legal: true,
    hint: to.kind === "end" ? `“${source.name}” ends here` : `${how}: “${source.name}” → “${to.name}”`,
    lit: to.id,
  };
}

/** Lets the canvas take what is dragged onto it. */
export function useDropping(
  frame: RefObject<HTMLElement | null>,
  flow: Pick<ReactFlowInstance<never>, "screenToFlowPosition" | "getZoom">,
  drawn: { graph: WorkflowGraph; layout: Layout } | null,
  document: number | null,
  language: QueryLanguage,
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
          const found = landing(graph, layout, point, REACH / flow.getZoom());
          useLit.setState(found.lit);
          return {
            legal: true,
            hint:
              load.piece.kind === "fragment" && found.target.kind === "edge"
                ? "Beside what is here; connect it afterwards"
                : found.hint,
          };
        }
        const verdict = connection(graph, load.from, anyNode(point));
        useLit.setState({ edge: null, node: verdict.lit });
        return verdict;
      },
      leave(): void {
        useLit.setState({ edge: null, node: null });
      },
      drop(x: number, y: number, load: Load): void {
        const point = flow.screenToFlowPosition({ x, y });
        if (load.kind === "piece") {
          const { target } = landing(graph, layout, point, REACH / flow.getZoom());
          void complete(load.piece, language).then((piece) => addPiece(piece, target));
          return;
        }
        const to = anyNode(point);
        const source = graph.nodes.find((node) => node.id === load.from);
        if (!to || !source) return;
        const rules = graph.edges.filter((edge) => edge.from === source.id && edge.reason.type === "rule").length;
        void edit(document, {
          type: "connect",
          from: source.id,
          slot: source.kind === "choice" ? { type: "rule", index: rules } : { type: "next" },
          to: to.kind === "end" ? null : to.id,
        });
      },
    };
    setDropZone(zone);
    return () => {
      setDropZone(null);
    };
  }, [frame, flow, drawn, document, language]);
}
