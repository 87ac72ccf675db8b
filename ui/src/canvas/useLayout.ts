// The layout of what is drawn, kept between edits: what was typed shows at once where it stood, and moves to its place when
// the solver has answered.

import { useEffect, useRef, useState } from "react";

import type { WorkflowGraph } from "../backend";
import { workerSolve } from "./elk";
import { keepInPlace, knownLayout, type Layout, LayoutCache, layOut, provisional, visibleGraph } from "./layout";

export interface Drawn {
  /** The tab, and the container in focus. */
  readonly picture: string;
  readonly graph: WorkflowGraph;
  readonly layout: Layout;
}

/** In a picture of more states than this, what moves because of what is typed waits for a pause: solving it takes the time
 * that the next keys need. What has no place yet never waits. */
const LARGE = 150;
const PAUSE_MS = 200;

export function useLayout(picture: string, graph: WorkflowGraph | null, collapsed: ReadonlySet<string>): Drawn | null {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const caches = useRef(new Map<string, LayoutCache>());
  const last = useRef<Drawn | null>(null);
  const solving = useRef(Promise.resolve());
  useEffect(() => {
    if (!graph) return;
    let dropped = false;
    const visible = visibleGraph(graph, collapsed);
    const cache = caches.current.get(picture) ?? new LayoutCache();
    caches.current.set(picture, cache);
    const show = (layout: Layout): void => {
      last.current = { picture, graph: visible, layout };
      setDrawn(last.current);
    };
    const settle = (layout: Layout): void => {
      show(last.current?.picture === picture ? keepInPlace(last.current.layout, layout) : layout);
    };
    const known = knownLayout(visible, cache);
    if (known) {
      settle(known);
      return;
    }
    const shown = last.current;
    let wait = 0;
    if (shown?.picture === picture && shown.graph !== visible) {
      const layout = provisional(shown, visible);
      show(layout);
      if (visible.nodes.length > LARGE && layout.nodes.size === visible.nodes.length) wait = PAUSE_MS;
    }
    // One after the other: of those that somebody types meanwhile only the last is worth solving.
    const solved = solving.current.then(async () => {
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      if (dropped) return;
      const layout = await layOut(visible, await workerSolve(), cache);
      if (!dropped) settle(layout);
    });
    solving.current = solved.catch((error: unknown) => {
      console.error("the layout failed", error);
    });
    return () => {
      dropped = true;
    };
  }, [picture, graph, collapsed]);
  return drawn?.picture === picture ? drawn : null;
}
