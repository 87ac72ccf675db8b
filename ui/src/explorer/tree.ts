// The outline: states in the order of the text, containers around what they contain. Pure.

import type { GraphNode, WorkflowGraph } from "../backend";

export interface OutlineItem {
  readonly node: GraphNode;
  readonly level: number;
  readonly children: number;
  readonly parent: string | null;
}

const SHOWN = new Set(["task", "pass", "choice", "wait", "succeed", "fail", "parallel", "map", "unknown"]);

/** Branches are shown where a Parallel has several, by number; the processor of a Map is left out. */
export function outlineOf(graph: WorkflowGraph): OutlineItem[] {
  const byParent = new Map<string | null, GraphNode[]>();
  for (const node of graph.nodes) byParent.set(node.parent, [...(byParent.get(node.parent) ?? []), node]);
  const items: OutlineItem[] = [];
  const walk = (parent: string | null, level: number, shownParent: string | null): void => {
    for (const node of byParent.get(parent) ?? []) {
      if (node.kind === "processor") {
        walk(node.id, level, shownParent);
      } else if (node.kind === "branch" || SHOWN.has(node.kind)) {
        const inside = byParent.get(node.id) ?? [];
        const children = inside
          .flatMap((child) => (child.kind === "processor" ? (byParent.get(child.id) ?? []) : [child]))
          .filter((child) => SHOWN.has(child.kind) || child.kind === "branch").length;
        items.push({ node, level, children, parent: shownParent });
        walk(node.id, level + 1, node.id);
      }
    }
  };
  walk(null, 1, null);
  return items;
}

/** What is left when some are closed, or when only matches (and what they lie in) are wanted. */
export function visibleItems(
  items: readonly OutlineItem[],
  closed: ReadonlySet<string>,
  filter: string,
): OutlineItem[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length > 0) {
    const wanted = new Set<string>();
    const byId = new Map(items.map((item) => [item.node.id, item]));
    for (const item of items) {
      const hay =
        `${item.node.name} ${item.node.kind} ${item.node.summary} ${item.node.resource ?? ""} ${item.node.comment ?? ""}`.toLowerCase();
      if (!words.every((word) => hay.includes(word))) continue;
      for (let at: OutlineItem | undefined = item; at; at = at.parent === null ? undefined : byId.get(at.parent))
        wanted.add(at.node.id);
    }
    return items.filter((item) => wanted.has(item.node.id));
  }
  const hidden = new Set<string>();
  return items.filter((item) => {
    if (item.parent !== null && (hidden.has(item.parent) || closed.has(item.parent))) {
      hidden.add(item.node.id);
      return false;
    }
    return true;
  });
}
