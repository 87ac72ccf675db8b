// Selecting by drawing a rectangle: with Shift anywhere, or with the select tool.

import { type ReactElement, type RefObject, useEffect, useState } from "react";

import { selectedStates, selectStates, useSelection } from "../document";
import { isContainer, isMarker } from "./layout";
import type { Drawn } from "./useLayout";
import { useTool } from "./view";
import type { Flow } from "./viewport";

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The states a rectangle touches; containers must lie in it as a whole, so that one can select inside of them. */
export function caught(drawn: Pick<Drawn, "graph" | "layout">, area: Rectangle): string[] {
  const hit = drawn.graph.nodes.filter((node) => {
    if (isMarker(node) || node.kind === "branch" || node.kind === "processor") return false;
    const box = drawn.layout.nodes.get(node.id);
    if (!box) return false;
    const right = box.x + box.width,
      bottom = box.y + box.height;
    return isContainer(node) && box.height > 52
      ? box.x >= area.left && right <= area.right && box.y >= area.top && bottom <= area.bottom
      : box.x < area.right && right > area.left && box.y < area.bottom && bottom > area.top;
  });
  const ids = new Set(hit.map((node) => node.id));
  const parents = new Map(drawn.graph.nodes.map((node) => [node.id, node.parent]));
  // What lies in a selected container goes with it.
  const within = (id: string): boolean => {
    for (let at = parents.get(id) ?? null; at !== null; at = parents.get(at) ?? null) if (ids.has(at)) return true;
    return false;
  };
  return hit.map((node) => node.id).filter((id) => !within(id));
}

const THRESHOLD = 4;

export function Lasso({
  frame,
  flow,
  drawn,
  tab,
}: {
  frame: RefObject<HTMLElement | null>;
  flow: Flow;
  drawn: Drawn | null;
  tab: string;
}): ReactElement | null {
  const [area, setArea] = useState<Rectangle | null>(null);

  useEffect(() => {
    const element = frame.current;
    if (!element || !drawn) return;
    let spaceHeld = false;
    const onSpace = (event: KeyboardEvent): void => {
      if (event.key === " ") spaceHeld = event.type === "keydown";
    };
    const onDown = (event: MouseEvent): void => {
      const target = event.target instanceof Element ? event.target : null;
      const wanted = event.shiftKey || (useTool.getState().tool === "select" && !spaceHeld);
      if (event.button !== 0 || !wanted || !target?.closest(".react-flow__pane, .react-flow__viewport")) return;
      if (target.closest(".nodrag, button, input, textarea, .note")) return;
      // Otherwise the view would move along.
      event.stopPropagation();
      const view = element.getBoundingClientRect();
      const start = { x: event.clientX, y: event.clientY };
      const before = event.shiftKey ? selectedStates(tab)(useSelection.getState()) : [];
      let drawing = false;
      const rectangle = (at: MouseEvent): Rectangle => ({
        left: Math.min(start.x, at.clientX),
        top: Math.min(start.y, at.clientY),
        right: Math.max(start.x, at.clientX),
        bottom: Math.max(start.y, at.clientY),
      });
      const move = (at: MouseEvent): void => {
        if (!drawing && Math.hypot(at.clientX - start.x, at.clientY - start.y) < THRESHOLD) return;
        drawing = true;
        const screen = rectangle(at);
        setArea({
          left: screen.left - view.left,
          top: screen.top - view.top,
          right: screen.right - view.left,
          bottom: screen.bottom - view.top,
        });
        const from = flow.screenToFlowPosition({ x: screen.left, y: screen.top });
        const to = flow.screenToFlowPosition({ x: screen.right, y: screen.bottom });
        const found = caught(drawn, { left: from.x, top: from.y, right: to.x, bottom: to.y });
        selectStates(tab, [...before, ...found], "canvas");
      };
      const finish = (): void => {
        window.removeEventListener("mousemove", move);
        window.removeEventListener("mouseup", up);
        window.removeEventListener("keydown", key, { capture: true });
        setArea(null);
      };
      const up = (): void => {
        finish();
        // The click that follows a drag would select what lies under the pointer.
        if (!drawing) return;
        const swallow = (click: Event): void => {
          click.stopPropagation();
        };
        window.addEventListener("click", swallow, { capture: true });
        window.setTimeout(() => {
          window.removeEventListener("click", swallow, { capture: true });
        }, 0);
      };
      const key = (pressed: KeyboardEvent): void => {
        if (pressed.key !== "Escape") return;
        pressed.preventDefault();
        pressed.stopPropagation();
        selectStates(tab, before, "canvas");
        finish();
      };
      window.addEventListener("mousemove", move);
      window.addEventListener("mouseup", up);
      window.addEventListener("keydown", key, { capture: true });
    };
    element.addEventListener("mousedown", onDown, { capture: true });
    window.addEventListener("keydown", onSpace);
    window.addEventListener("keyup", onSpace);
    return () => {
      element.removeEventListener("mousedown", onDown, { capture: true });
      window.removeEventListener("keydown", onSpace);
      window.removeEventListener("keyup", onSpace);
    };
  }, [frame, flow, drawn, tab]);

  if (!area) return null;
  return (
    <div
      className="lasso"
      aria-hidden="true"
      style={{
        left: area.left,
        top: area.top,
        width: area.right - area.left,
        height: area.bottom - area.top,
      }}
    />
  );
}
