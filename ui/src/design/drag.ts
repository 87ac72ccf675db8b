// Dragging onto the canvas, on pointer events: native drag and drop does not reach every web view.

import { create } from "zustand";

import type { Piece } from "./place";

/** Something new from the palette, a transition pulled out of a state, or the end of one that is there. */
export type Load =
  | { readonly kind: "piece"; readonly piece: Piece }
  | { readonly kind: "connect"; readonly from: string }
  | { readonly kind: "reconnect"; readonly edge: string; readonly end: "from" | "to" };

/** What letting go here would do, or why it would do nothing. */
export interface Verdict {
  readonly legal: boolean;
  readonly hint: string;
}

export interface Drag {
  readonly load: Load;
  readonly label: string;
  readonly x: number;
  readonly y: number;
  /** Nothing outside of the canvas. */
  readonly verdict: Verdict | null;
}

/** The canvas that is mounted. */
export interface DropZone {
  /** Shows where the load would land. */
  over(x: number, y: number, load: Load): Verdict | null;
  leave(): void;
  drop(x: number, y: number, load: Load): void;
}

export const useDrag = create<{ drag: Drag | null }>(() => ({ drag: null }));

let zone: DropZone | null = null;

export function setDropZone(next: DropZone | null): void {
  zone = next;
}

const THRESHOLD = 5;

/** Begins a drag once the pointer has moved a little; a plain press stays a press. */
export function beginDrag(
  event: { clientX: number; clientY: number; pointerId: number; currentTarget: Element },
  load: Load,
  label: string,
): void {
  const start = { x: event.clientX, y: event.clientY };
  const { pointerId } = event;
  let dragging = false;
  const finish = (): void => {
    window.removeEventListener("pointermove", move);
    window.removeEventListener("pointerup", up);
    window.removeEventListener("pointercancel", cancel);
    window.removeEventListener("keydown", key, { capture: true });
    zone?.leave();
    useDrag.setState({ drag: null });
    delete document.documentElement.dataset["dragging"];
  };
  const move = (next: PointerEvent): void => {
    if (next.pointerId !== pointerId) return;
    if (!dragging && Math.hypot(next.clientX - start.x, next.clientY - start.y) < THRESHOLD) return;
    dragging = true;
    document.documentElement.dataset["dragging"] = "";
    useDrag.setState({
      drag: {
        load,
        label,
        x: next.clientX,
        y: next.clientY,
        verdict: zone?.over(next.clientX, next.clientY, load) ?? null,
      },
    });
  };
  const up = (next: PointerEvent): void => {
    if (next.pointerId !== pointerId) return;
    const target = zone;
    const verdict = dragging ? (target?.over(next.clientX, next.clientY, load) ?? null) : null;
    finish();
    if (verdict?.legal) target?.drop(next.clientX, next.clientY, load);
  };
  const cancel = (): void => {
    finish();
  };
  const key = (pressed: KeyboardEvent): void => {
    if (pressed.key !== "Escape") return;
    pressed.preventDefault();
    pressed.stopPropagation();
    finish();
  };
  window.addEventListener("pointermove", move);
  window.addEventListener("pointerup", up);
  window.addEventListener("pointercancel", cancel);
  window.addEventListener("keydown", key, { capture: true });
}
