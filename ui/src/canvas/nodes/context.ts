import { createContext } from "react";

import type { ChangeKind } from "../../backend";

/** What changed against another version, where two are on one canvas. */
export interface Marks {
  readonly nodes: ReadonlyMap<string, ChangeKind>;
  readonly edges: ReadonlyMap<string, ChangeKind>;
}

export const MarksContext = createContext<Marks | null>(null);

/** What a node may ask of its canvas. What it looks like stands in its own data: a context would draw all of them anew. */
export const CanvasContext = createContext<{
  readonly editable: boolean;
  toggle(id: string): void;
}>({ editable: false, toggle: () => undefined });
