// The layered layout of one scope by elkjs, in a worker of its own.

import type { ELK, ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";

import type { Box, Point, Problem, Solution, Solve } from "./layout";

const OPTIONS: Record<string, string> = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.hierarchyHandling": "SEPARATE_CHILDREN",
  "elk.spacing.nodeNode": "28",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "12",
  "elk.spacing.edgeLabel": "2",
  "elk.spacing.componentComponent": "36",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.considerModelOrder.components": "MODEL_ORDER",
  "elk.layered.cycleBreaking.strategy": "MODEL_ORDER",
};

/**
 * How much care a scope gets. The best placement takes seconds for a hundred tangled transitions (measured: 60 states with
 * long jumps 8.4 s, with the middle setting 1.6 s; 120 states with the last 0.6 s), so larger scopes get a quicker one.
 */
function careFor(edges: number): Record<string, string> {
  if (edges <= 40) {
    return {
      "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
      "elk.layered.nodePlacement.favorStraightEdges": "true",
      "elk.layered.feedbackEdges": "true",
    };
  }
  const quick = {
    "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
    "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
  };
  return edges <= 120
    ? { ...quick, "elk.layered.feedbackEdges": "true" }
    : { ...quick, "elk.layered.thoroughness": "2" };
}

/** Transitions leave at the bottom and arrive at the top; Catch edges leave at the right, so that they are seen as such. */
export function toElk(problem: Problem): ElkNode {
  const leavingAtSide = new Set(
    problem.edges.filter((edge) => edge.side && edge.from !== edge.to).map((edge) => edge.from),
  );
  return {
    id: "scope",
    layoutOptions: { ...OPTIONS, ...careFor(problem.edges.length) },
    children: problem.nodes.map(({ id, width, height }) => ({
      id,
      width,
      height,
      ...(leavingAtSide.has(id)
        ? {
            layoutOptions: { "elk.portConstraints": "FIXED_SIDE" },
            ports: problem.edges.flatMap((edge) => [
              ...(edge.from === id
                ? [
                    {
                      id: `${edge.id}>`,
                      width: 0,
                      height: 0,
                      layoutOptions: { "elk.port.side": edge.side ? "EAST" : "SOUTH" },
                    },
                  ]
                : []),
              ...(edge.to === id
                ? [{ id: `${edge.id}<`, width: 0, height: 0, layoutOptions: { "elk.port.side": "NORTH" } }]
                : []),
            ]),
          }
        : {}),
    })),
    edges: problem.edges.map((edge) => ({
      id: edge.id,
      sources: [leavingAtSide.has(edge.from) ? `${edge.id}>` : edge.from],
      targets: [leavingAtSide.has(edge.to) ? `${edge.id}<` : edge.to],
      ...(edge.label
        ? {
            labels: [
              {
                id: `${edge.id}~`,
                text: "x",
                width: edge.label.width,
                height: edge.label.height,
                layoutOptions: { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" },
              },
            ],
          }
        : {}),
    })),
  };
}

function routeOf(edge: ElkExtendedEdge): { points: Point[]; label: Box | null } {
  const points: Point[] = [];
  for (const section of edge.sections ?? [])
    points.push(section.startPoint, ...(section.bendPoints ?? []), section.endPoint);
  const label = edge.labels?.[0];
  return {
    points: points.map(({ x, y }) => ({ x, y })),
    label: label ? { x: label.x ?? 0, y: label.y ?? 0, width: label.width ?? 0, height: label.height ?? 0 } : null,
  };
}

export function fromElk(laidOut: ElkNode): Solution {
  return {
    width: laidOut.width ?? 0,
    height: laidOut.height ?? 0,
    nodes: Object.fromEntries(
      (laidOut.children ?? []).map((child) => [child.id, { x: child.x ?? 0, y: child.y ?? 0 }]),
    ),
    edges: Object.fromEntries((laidOut.edges ?? []).map((edge) => [edge.id, routeOf(edge)])),
  };
}

/** A plain stack, for the case that the solver fails on a graph: a picture that is poor is better than none. */
export function stacked(problem: Problem): Solution {
  const nodes: Record<string, Point> = {};
  let y = 0;
  const width = Math.max(0, ...problem.nodes.map((node) => node.width));
  const sizes = new Map(problem.nodes.map((node) => [node.id, node]));
  for (const node of problem.nodes) {
    nodes[node.id] = { x: (width - node.width) / 2, y };
    y += node.height + 40;
  }
  const edges: Record<string, { points: Point[]; label: Box | null }> = {};
  for (const edge of problem.edges) {
    const from = nodes[edge.from],
      to = nodes[edge.to],
      fromSize = sizes.get(edge.from),
      toSize = sizes.get(edge.to);
    if (!from || !to || !fromSize || !toSize) continue;
    edges[edge.id] = {
      points: [
        { x: from.x + fromSize.width / 2, y: from.y + fromSize.height },
        { x: to.x + toSize.width / 2, y: to.y },
      ],
      label: null,
    };
  }
  return { width, height: Math.max(0, y - 40), nodes, edges };
}

export function solveWith(elk: ELK): Solve {
  return async (problem) => {
    try {
      return fromElk(await elk.layout(toElk(problem)));
    } catch (error) {
      console.error("layout failed, falling back to a stack", error);
      return stacked(problem);
    }
  };
}

let worker: Promise<Solve> | undefined;

/** The solver in its worker, started on first use and kept. */
export function workerSolve(): Promise<Solve> {
  worker ??= Promise.all([import("elkjs/lib/elk-api.js"), import("elkjs/lib/elk-worker.min.js?url")]).then(
    ([{ default: Elk }, { default: url }]) => solveWith(new Elk({ workerFactory: () => new Worker(url) })),
  );
  return worker;
}

/** Lets the solver start and warm up while nobody waits for it: its first answers are several times slower than later ones. */
export async function warmUp(): Promise<void> {
  const solve = await workerSolve();
  const nodes = Array.from({ length: 40 }, (_, at) => ({ id: `n${String(at)}`, width: 212, height: 52 }));
  const edges = nodes.flatMap((node, at) =>
    [1, 3]
      .filter((step) => at + step < nodes.length && (step === 1 || at % 4 === 0))
      .map((step) => ({
        id: `e${String(at)}.${String(step)}`,
        from: node.id,
        to: `n${String(at + step)}`,
        side: step === 3,
        label: step === 3 ? { width: 80, height: 18 } : null,
      })),
  );
  await solve({ nodes, edges });
}
