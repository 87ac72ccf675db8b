import { createContext } from "react";

import type { ChangeKind } from "../../backend";

/** What changed against another version, where two are on one canvas. */
export interface Marks {
  readonly nodes: ReadonlyMap<string, ChangeKind>;
  readonly edges: ReadonlyMap<string, ChangeKind>;
}

export const MarksContext = createContext<Marks | null>(null);

/** Problems by state, and what a node may ask of its canvas. */
export const CanvasContext = createContext<{
  readonly problems: ReadonlyMap<string, { readonly severity: "error" | "warning" | "info"; readonly message: string }>;
  readonly editable: boolean;
  toggle(id: string): void;
}>({ problems: new Map(), editable: false, toggle: () => undefined });
