// Names for new states: what they do, and a number where that is taken.

import type { WorkflowGraph } from "../backend";

/** `Wait`, `Wait 2`, `Wait 3`: names are unique in the whole workflow, as the service wants them. */
export function freeName(graph: WorkflowGraph | null, wanted: string): string {
  const taken = new Set(graph?.nodes.map((node) => node.name) ?? []);
  const base = wanted.slice(0, 74);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) {
    const name = `${base} ${String(number)}`;
    if (!taken.has(name)) return name;
  }
}

/** `getItem` reads `Get item`. */
export function titleOf(action: string): string {
  const words = action.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
  return words.charAt(0).toUpperCase() + words.slice(1).replace(/ [A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}
