// Where everything goes. Transitions never cross a scope, so each scope is laid out by itself, innermost first, and its
// answer is kept for as long as nothing in it changes: an edit lays out its own scope and those around it, no other.

import type { GraphEdge, GraphNode, WorkflowGraph } from "../backend";
import { shorten } from "./labels";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Box = Point & Size;

/** One scope for the solver. */
export interface Problem {
  readonly nodes: readonly (Size & { readonly id: string })[];
  readonly edges: readonly {
    readonly id: string;
    readonly from: string;
    readonly to: string;
    readonly side: boolean;
    readonly label: Size | null;
  }[];
}

export interface Solution extends Size {
  readonly nodes: Readonly<Record<string, Point>>;
  readonly edges: Readonly<Record<string, { readonly points: readonly Point[]; readonly label: Box | null }>>;
}

export type Solve = (problem: Problem) => Promise<Solution>;

export interface PlacedNode extends Box {
  readonly depth: number;
}

export interface PlacedEdge {
  readonly points: readonly Point[];
  readonly label: Box | null;
  readonly depth: number;
}

export interface Layout extends Size {
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly edges: ReadonlyMap<string, PlacedEdge>;
}

export const NODE: Size = { width: 212, height: 52 };
/** Long names get wider states, in steps, so that typing moves nothing at most keys. */
const STEP = 24;
const WIDEST = NODE.width + 4 * STEP;
/** What stands beside the name: the sign, a mark at the end, and the room between. */
const BESIDE_NAME = 84;
const BESIDE_SUMMARY = 56;
/** The rounded end of a Choice. */
const ROUND = 10;
const PILL: Size = { width: 62, height: 26 };
const DOT: Size = { width: 14, height: 14 };
const HEADER = 44;
const PADDING = 12;
const GAP = 10;
const SCOPE_PADDING = 14;
/** Width of a character of the labels' font at 11 px, and what surrounds the text. */
const LABEL_CHARACTER = 6.65;
const LABEL_EXTRA = 14;
const LABEL_HEIGHT = 18;

const isScope = (node: GraphNode): boolean => node.kind === "branch" || node.kind === "processor";
export const isContainer = (node: GraphNode): boolean => node.kind === "parallel" || node.kind === "map";
export const isMarker = (node: GraphNode): boolean => node.kind === "start" || node.kind === "end";

export function labelSize(label: string): Size | null {
  const text = shorten(label);
  return text === ""
    ? null
    : { width: Math.ceil([...text].length * LABEL_CHARACTER + LABEL_EXTRA), height: LABEL_HEIGHT };
}

const pen = typeof document === "undefined" ? null : document.createElement("canvas").getContext("2d");
const widths = new Map<string, number>();
let family: string | null = null;

/** Width of a text in the font of the states, as this machine draws it. */
function textWidth(text: string, size: number, weight: number): number {
  if (!pen) return [...text].length * size * 0.6;
  const key = `${String(size)} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 10_000) widths.clear();
    // Asked for once: each time it would have the whole page styled first.
    family ??= getComputedStyle(document.body).fontFamily;
    pen.font = `${String(weight)} ${String(size)}px ${family}`;
    width = pen.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** The size of a state without states inside. */
export function stateSize(node: Pick<GraphNode, "kind" | "name" | "summary">): Size {
  // Longer texts than can be shown need no measuring.
  const name = BESIDE_NAME + textWidth(node.name.slice(0, 60), 13, 600);
  const summary = BESIDE_SUMMARY + textWidth(node.summary.slice(0, 60), 11.5, 400);
  const wanted = Math.max(name, Math.min(summary, NODE.width + STEP)) + (node.kind === "choice" ? ROUND : 0);
  const steps = Math.max(0, Math.ceil((wanted - NODE.width) / STEP));
  return { width: Math.min(WIDEST, NODE.width + steps * STEP), height: NODE.height };
}

/**
 * The order in which the solver meets the states of a scope: along the transitions, the document's order among equals.
 * Following the order of the text alone would turn transitions round in files whose states are not written in sequence.
 */
export function alongTransitions(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphNode[] {
  const after = new Map<string, string[]>();
  const entered = new Set<string>();
  for (const edge of edges) {
    if (edge.back) continue;
    after.set(edge.from, [...(after.get(edge.from) ?? []), edge.to]);
    entered.add(edge.to);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const done = new Set<string>();
  const reversed: GraphNode[] = [];
  const visit = (root: string): void => {
    const stack: { id: string; next: number }[] = [{ id: root, next: 0 }];
    done.add(root);
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      // Last target first: in the reversed postorder the first target then comes first.
      const targets = after.get(top.id) ?? [];
      const target = targets[targets.length - 1 - top.next];
      top.next++;
      if (target !== undefined) {
        if (byId.has(target) && !done.has(target)) {
          done.add(target);
          stack.push({ id: target, next: 0 });
        }
        continue;
      }
      stack.pop();
      const node = byId.get(top.id);
      if (node) reversed.push(node);
    }
  };
  // Roots in reverse, so that the first root ends up first.
  const roots = [...nodes.filter((node) => !entered.has(node.id)), ...nodes.filter((node) => entered.has(node.id))];
  const firsts = roots.filter((node) => !entered.has(node.id));
  for (const root of [...firsts].reverse()) if (!done.has(root.id)) visit(root.id);
  for (const root of roots) if (!done.has(root.id)) visit(root.id);
  return reversed.reverse();
}

interface Scope {
  readonly id: string;
  readonly depth: number;
  readonly nodes: GraphNode[];
  readonly edges: GraphEdge[];
}

/** Keeps solutions between layouts. One per canvas. */
export class LayoutCache {
  private kept = new Map<string, Solution>();
  private used = new Map<string, Solution>();

  get(key: string): Solution | undefined {
    const solution = this.used.get(key) ?? this.kept.get(key);
    if (solution) this.used.set(key, solution);
    return solution;
  }

  put(key: string, solution: Solution): void {
    this.used.set(key, solution);
  }

  /** Forgets what the layout before the last did not use either. */
  turn(): void {
    this.kept = this.used;
    this.used = new Map();
  }
}

/**
 * What is drawn: not the states inside collapsed containers, and not the lines from Succeed and Fail to the end marker,
 * which say nothing that their shape does not.
 */
export function visibleGraph(graph: WorkflowGraph, collapsed: ReadonlySet<string>): WorkflowGraph {
  const hidden = new Set<string>();
  const ends = new Set<string>();
  for (const node of graph.nodes) {
    if (node.parent !== null && (hidden.has(node.parent) || collapsed.has(node.parent))) hidden.add(node.id);
    if (node.kind === "succeed" || node.kind === "fail") ends.add(node.id);
  }
  const edges = graph.edges.filter(
    (edge) => !hidden.has(edge.from) && !hidden.has(edge.to) && !(edge.reason.type === "end" && ends.has(edge.from)),
  );
  const reached = new Set(edges.map((edge) => edge.to));
  return {
    nodes: graph.nodes.filter((node) => !hidden.has(node.id) && (node.kind !== "end" || reached.has(node.id))),
    edges,
  };
}

function scopesOf(graph: WorkflowGraph): Map<string, Scope> {
  const scopes = new Map<string, Scope>([["", { id: "", depth: 0, nodes: [], edges: [] }]]);
  const scopeOf = new Map<string, Scope>();
  const depths = new Map<string, number>();
  for (const node of graph.nodes) {
    const parentDepth = node.parent === null ? 0 : (depths.get(node.parent) ?? 0);
    depths.set(node.id, parentDepth + (isScope(node) ? 1 : 0));
    if (isScope(node)) {
      scopes.set(node.id, { id: node.id, depth: parentDepth + 1, nodes: [], edges: [] });
      continue;
    }
    const scope = scopes.get(node.parent ?? "");
    if (!scope) continue;
    scope.nodes.push(node);
    scopeOf.set(node.id, scope);
  }
  for (const edge of graph.edges) {
    const scope = scopeOf.get(edge.from);
    // A transition into another scope is a mistake in the text; the diagnostics tell, and there is nothing to draw.
    if (scope && scope === scopeOf.get(edge.to)) scope.edges.push(edge);
  }
  return scopes;
}

function branchesOf(graph: WorkflowGraph): Map<string, GraphNode[]> {
  const branches = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    if (isScope(node) && node.parent !== null) branches.set(node.parent, [...(branches.get(node.parent) ?? []), node]);
  }
  return branches;
}

const EMPTY: Solution = { width: 120, height: 28, nodes: {}, edges: {} };

/** Lays out scope by scope: asks for the solutions of all scopes of a depth, the innermost first, and answers the whole. */
function* layingOut(graph: WorkflowGraph): Generator<Problem[], Layout, readonly Solution[]> {
  const scopes = scopesOf(graph);
  const branches = branchesOf(graph);
  const solutions = new Map<string, Solution>();

  const sizeOf = (node: GraphNode): Size => {
    if (isMarker(node)) return node.parent === null ? PILL : DOT;
    const inside = branches.get(node.id);
    if (!isContainer(node) || !inside) return stateSize(node);
    let width = GAP * (inside.length - 1) + 2 * PADDING;
    let height = 0;
    for (const branch of inside) {
      const solution = solutions.get(branch.id) ?? EMPTY;
      width += solution.width + 2 * SCOPE_PADDING;
      height = Math.max(height, solution.height + 2 * SCOPE_PADDING);
    }
    return { width: Math.max(stateSize(node).width + 28, width), height: HEADER + height + PADDING };
  };

  // Numbers instead of names: a scope in which only a name or a field changed is the same problem as before.
  const problemOf = (scope: Scope, nodes: readonly GraphNode[]): Problem => {
    const numbers = new Map(nodes.map((node, at) => [node.id, `n${String(at)}`]));
    return {
      nodes: nodes.map((node, at) => ({ id: `n${String(at)}`, ...sizeOf(node) })),
      edges: scope.edges.map((edge, at) => ({
        id: `e${String(at)}`,
        from: numbers.get(edge.from) ?? "",
        to: numbers.get(edge.to) ?? "",
        side: edge.reason.type === "catch" || edge.back,
        label: labelSize(edge.label),
      })),
    };
  };

  const keep = (scope: Scope, nodes: readonly GraphNode[], solution: Solution): void => {
    const named: Record<string, Point> = {};
    nodes.forEach((node, at) => {
      const point = solution.nodes[`n${String(at)}`];
      if (point) named[node.id] = point;
    });
    const routed: Record<string, { points: readonly Point[]; label: Box | null }> = {};
    scope.edges.forEach((edge, at) => {
      const route = solution.edges[`e${String(at)}`];
      if (route) routed[edge.id] = route;
    });
    solutions.set(scope.id, { ...solution, nodes: named, edges: routed });
  };

  const deepest = Math.max(...[...scopes.values()].map((scope) => scope.depth));
  for (let depth = deepest; depth >= 0; depth--) {
    const level: { scope: Scope; nodes: readonly GraphNode[] }[] = [];
    for (const scope of scopes.values()) {
      if (scope.depth !== depth) continue;
      if (scope.nodes.length === 0) solutions.set(scope.id, EMPTY);
      else level.push({ scope, nodes: alongTransitions(scope.nodes, scope.edges) });
    }
    const solved = yield level.map(({ scope, nodes }) => problemOf(scope, nodes));
    level.forEach(({ scope, nodes }, at) => {
      keep(scope, nodes, solved[at] ?? EMPTY);
    });
  }

  const nodes = new Map<string, PlacedNode>();
  const edges = new Map<string, PlacedEdge>();
  const place = (scope: Scope, left: number, top: number): void => {
    const solution = solutions.get(scope.id) ?? EMPTY;
    const moved = (point: Point): Point => ({ x: point.x + left, y: point.y + top });
    for (const edge of scope.edges) {
      const route = solution.edges[edge.id];
      if (!route) continue;
      edges.set(edge.id, {
        points: route.points.map(moved),
        label: route.label && { ...route.label, ...moved(route.label) },
        depth: scope.depth,
      });
    }
    for (const node of scope.nodes) {
      const at = solution.nodes[node.id];
      if (!at) continue;
      const box = { ...moved(at), ...sizeOf(node) };
      nodes.set(node.id, { ...box, depth: scope.depth });
      let x = box.x + PADDING;
      const inside = branches.get(node.id) ?? [];
      const natural = inside.reduce(
        (sum, branch) => sum + (solutions.get(branch.id) ?? EMPTY).width + 2 * SCOPE_PADDING,
        GAP * (inside.length - 1),
      );
      // A container wider than its branches shares the rest among them.
      const extra = inside.length > 0 ? Math.max(0, (box.width - 2 * PADDING - natural) / inside.length) : 0;
      for (const branch of inside) {
        const inner = solutions.get(branch.id) ?? EMPTY;
        const width = inner.width + 2 * SCOPE_PADDING + extra;
        nodes.set(branch.id, {
          x,
          y: box.y + HEADER,
          width,
          height: box.height - HEADER - PADDING,
          depth: scope.depth,
        });
        const innerScope = scopes.get(branch.id);
        if (innerScope) place(innerScope, x + SCOPE_PADDING + extra / 2, box.y + HEADER + SCOPE_PADDING);
        x += width + GAP;
      }
    }
  };
  const top = scopes.get("");
  if (top) place(top, 0, 0);
  const whole = solutions.get("") ?? EMPTY;
  return { nodes, edges, width: whole.width, height: whole.height };
}

export async function layOut(graph: WorkflowGraph, solve: Solve, cache: LayoutCache): Promise<Layout> {
  const run = layingOut(graph);
  let step = run.next();
  while (!step.done) {
    const solved = step.value.map(async (problem) => {
      const key = JSON.stringify(problem);
      const solution = cache.get(key) ?? (await solve(problem));
      cache.put(key, solution);
      return solution;
    });
    step = run.next(await Promise.all(solved));
  }
  cache.turn();
  return step.value;
}

/** The layout if every scope of it was solved before, as it is where an edit moves nothing. */
export function knownLayout(graph: WorkflowGraph, cache: LayoutCache): Layout | null {
  const run = layingOut(graph);
  let step = run.next();
  while (!step.done) {
    const solved: Solution[] = [];
    for (const problem of step.value) {
      const solution = cache.get(JSON.stringify(problem));
      if (!solution) return null;
      solved.push(solution);
    }
    step = run.next(solved);
  }
  cache.turn();
  return step.value;
}

/**
 * The new graph where the old one stood, for the moment until its own layout is there: what was typed shows at once. States
 * that are new have no place yet; one that was only renamed is known by its place in the text.
 */
export function provisional(before: { graph: WorkflowGraph; layout: Layout }, graph: WorkflowGraph): Layout {
  const alike = before.graph.nodes.length === graph.nodes.length;
  const nodes = new Map<string, PlacedNode>();
  graph.nodes.forEach((node, at) => {
    const old = before.graph.nodes[at];
    const place =
      before.layout.nodes.get(node.id) ??
      (alike && old?.kind === node.kind ? before.layout.nodes.get(old.id) : undefined);
    if (place) nodes.set(node.id, place);
  });
  const edges = new Map<string, PlacedEdge>();
  const sameEdges = alike && before.graph.edges.length === graph.edges.length;
  graph.edges.forEach((edge, at) => {
    const old = before.graph.edges[at];
    const route = before.layout.edges.get(edge.id) ?? (sameEdges && old ? before.layout.edges.get(old.id) : undefined);
    if (route && nodes.has(edge.from) && nodes.has(edge.to)) edges.set(edge.id, route);
  });
  return { ...before.layout, nodes, edges };
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** The layout moved as a whole so that most of what was there before stays where it was. */
export function keepInPlace(before: Layout, after: Layout): Layout {
  const dx: number[] = [];
  const dy: number[] = [];
  for (const [id, node] of after.nodes) {
    const old = before.nodes.get(id);
    if (!old) continue;
    dx.push(old.x + old.width / 2 - node.x - node.width / 2);
    dy.push(old.y - node.y);
  }
  return moveBy(after, median(dx), median(dy));
}

export function moveBy(layout: Layout, x: number, y: number): Layout {
  if (x === 0 && y === 0) return layout;
  const move = <P extends Point>(point: P): P => ({ ...point, x: point.x + x, y: point.y + y });
  return {
    ...layout,
    nodes: new Map([...layout.nodes].map(([id, node]) => [id, move(node)])),
    edges: new Map(
      [...layout.edges].map(([id, edge]) => [
        id,
        { ...edge, points: edge.points.map(move), label: edge.label && move(edge.label) },
      ]),
    ),
  };
}

/** Whether every state that is in both stands where it stood, in the size it had. */
export function standStill(before: Layout, after: Layout): boolean {
  for (const [id, node] of after.nodes) {
    const old = before.nodes.get(id);
    if (old && (old.x !== node.x || old.y !== node.y || old.width !== node.width || old.height !== node.height))
      return false;
  }
  return true;
}

/** The rectangle that holds everything. */
export function boundsOf(layout: Layout): Box {
  let left = Infinity,
    top = Infinity,
    right = -Infinity,
    bottom = -Infinity;
  const include = (x: number, y: number): void => {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  };
  for (const node of layout.nodes.values()) {
    include(node.x, node.y);
    include(node.x + node.width, node.y + node.height);
  }
  for (const edge of layout.edges.values()) {
    for (const point of edge.points) include(point.x, point.y);
    if (edge.label) {
      include(edge.label.x, edge.label.y);
      include(edge.label.x + edge.label.width, edge.label.y + edge.label.height);
    }
  }
  if (left === Infinity) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left, height: bottom - top };
}
