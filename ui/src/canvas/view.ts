// What the canvas in front can do, for menus and keys, and how it is looked at: the tool in the hand, the container in focus.

import { create } from "zustand";

/** What a drag over empty canvas does: moves the view, or draws a lasso. */
export type Tool = "hand" | "select";

export const useTool = create<{ tool: Tool }>(() => ({ tool: "hand" }));

export interface CanvasHandle {
  fit(): void;
  actualSize(): void;
  zoomBy(step: 1 | -1): void;
  zoomToSelection(): void;
  collapseAll(): void;
  expandAll(): void;
  enter(): void;
  leave(): void;
  connect(): void;
  move(): void;
  note(): void;
  picture(format: "svg" | "png", selection: boolean): void;
}

/** The canvas that is mounted. */
export const useFrontCanvas = create<{ canvas: CanvasHandle | null }>(() => ({ canvas: null }));

export const frontCanvas = (): CanvasHandle | null => useFrontCanvas.getState().canvas;

/** Per tab, the Parallel or Map whose inside alone is shown. */
export const useFocus = create<{ byTab: Readonly<Record<string, string | null>> }>(() => ({ byTab: {} }));

export function focusOn(tab: string, container: string | null): void {
  useFocus.setState((state) => ({ byTab: { ...state.byTab, [tab]: container } }));
}
