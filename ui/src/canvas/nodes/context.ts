import { createContext } from "react";

/** Problems by state, and what a node may ask of its canvas. */
export const CanvasContext = createContext<{
  readonly problems: ReadonlyMap<string, { readonly severity: "error" | "warning" | "info"; readonly message: string }>;
  readonly editable: boolean;
  toggle(id: string): void;
}>({ problems: new Map(), editable: false, toggle: () => undefined });
