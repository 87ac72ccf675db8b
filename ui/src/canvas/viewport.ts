// Where the picture is looked at from: the first look, what a person chose, and bringing a selection into view.

import type { ReactFlowInstance, Viewport } from "@xyflow/react";
import { getViewportForBounds, useStore } from "@xyflow/react";
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";

import { lookAt, useDocuments, useFollowed, useSelection } from "../document";
import { prefersStillness } from "../ui";
import type { StateNode, TransitionEdge } from "./graph";
import { type Box, boundsOf, type Layout, standStill } from "./layout";
import type { Drawn } from "./useLayout";

const MOVE_MS = 200;
const SMALLEST_FIRST_ZOOM = 0.6;
/** What is left free above a graph that does not fit, below one that does, and under a banner. */
const TOP = 60;
const MARGIN = 12;
const CLEARANCE = 14;
/** The sides of the overview, and how wide a state has to be in it for more than a thread. */
const OVERVIEW_LONG = 170;
const OVERVIEW_SHORT = 110;
const STATE_WIDTH = 210;
const SMALLEST_STATE = 5;
export const SMALLEST_ZOOM = 0.05;

/** Where a person went with each picture, and the room it had then. */
const kept = new Map<string, { readonly viewport: Viewport; readonly width: number }>();

/** Where the person went, with what stood in the middle still there in another room. */
function keptIn(picture: string, width: number): Viewport | null {
  const went = kept.get(picture);
  return went ? { ...went.viewport, x: went.viewport.x + (width - went.width) / 2 } : null;
}

export type Flow = ReactFlowInstance<StateNode, TransitionEdge>;

/** How long the view takes to go somewhere: no time where motion is not wanted. */
export function glide(milliseconds: number): { duration: number } {
  return { duration: prefersStillness() ? 0 : milliseconds };
}

/** What lies over the upper right of the canvas, in its own pixels. */
interface Cover {
  readonly left: number;
  readonly bottom: number;
}

function coverOf(frame: HTMLElement): Cover | null {
  const banner = frame.querySelector(".canvas-chips > .banner")?.getBoundingClientRect();
  const { left, top } = frame.getBoundingClientRect();
  return banner ? { left: banner.left - left, bottom: banner.bottom - top } : null;
}

/** How far a picture has to go down so that none of it lies under the cover; never by more than half of the room. */
function under(cover: Cover | null, boxes: Iterable<Box>, { x, y, zoom }: Viewport, height: number): number {
  if (cover === null) return 0;
  let top = Infinity;
  for (const box of boxes) if ((box.x + box.width) * zoom + x > cover.left) top = Math.min(top, box.y * zoom + y);
  return Math.min(height / 2, Math.max(0, cover.bottom + CLEARANCE - top));
}

const lower = (viewport: Viewport, by: number): Viewport => ({ ...viewport, y: viewport.y + by });

/** Shows the whole of a box, as large as there is room for, but never larger than it is. */
export function fitBox(flow: Flow, frame: HTMLElement, box: Box, padding: number): void {
  const fit = (height: number): Viewport =>
    getViewportForBounds(box, frame.clientWidth, height, SMALLEST_ZOOM, 1, padding);
  const whole = fit(frame.clientHeight);
  const down = under(coverOf(frame), [box], whole, frame.clientHeight);
  void flow.setViewport(down === 0 ? whole : lower(fit(frame.clientHeight - down), down), glide(180));
}

/** The first look at a graph: all of it if it stays readable, else its beginning. */
function firstViewport(layout: Layout, width: number, height: number, cover: Cover | null): Viewport {
  const place = (room: number): Viewport => {
    const bounds = boundsOf(layout);
    const zoom = Math.min(
      1,
      Math.max(SMALLEST_FIRST_ZOOM, Math.min((width - 80) / bounds.width, (room - 110) / bounds.height)),
    );
    const fitsX = bounds.width * zoom <= width - 40;
    const start = [...layout.nodes].find(([id]) => id.endsWith("#start"))?.[1];
    const middle = fitsX || !start ? bounds.x + bounds.width / 2 : start.x + start.width / 2;
    const fitsY = bounds.height * zoom <= room - 90;
    return {
      zoom,
      x: width / 2 - middle * zoom,
      y: (fitsY ? (room - bounds.height * zoom) / 2 + 10 : TOP) - bounds.y * zoom,
    };
  };
  const whole = place(height);
  const down = under(cover, layout.nodes.values(), whole, height);
  if (down === 0) return whole;
  // Where there is room below, it only goes down; else it gets smaller too.
  const bounds = boundsOf(layout);
  const fits = (bounds.y + bounds.height) * whole.zoom + whole.y + down <= height - MARGIN;
  return fits ? lower(whole, down) : lower(place(height - down), down);
}

/** Moves the view so that a box is in it, if it is not. */
function bring(box: Box, frame: HTMLElement, flow: Flow, zoomed: number): void {
  const { x, y, zoom } = flow.getViewport();
  const view = frame.getBoundingClientRect();
  const left = box.x * zoom + x,
    top = box.y * zoom + y;
  const inView =
    left >= 12 &&
    top >= 12 &&
    left + Math.min(box.width * zoom, view.width) <= view.width - 12 &&
    top + 52 * zoom <= view.height - 12;
  if (!inView)
    void flow.setCenter(box.x + box.width / 2, box.y + Math.min(box.height, 300) / 2, { zoom: zoomed, ...glide(180) });
}

/** The smallest state under the middle of the view, or the one nearest to it. */
function stateInTheMiddle(layout: Layout, { x, y, zoom }: Viewport, frame: HTMLElement): string | null {
  const middle = { x: (frame.clientWidth / 2 - x) / zoom, y: (frame.clientHeight / 2 - y) / zoom };
  let best: { id: string; far: number } | null = null;
  for (const [id, box] of layout.nodes) {
    if (id.includes("#") || /\/(Branches\/\d+|ItemProcessor|Iterator)$/.test(id)) continue;
    const away = Math.hypot(
      Math.max(box.x - middle.x, 0, middle.x - box.x - box.width),
      Math.max(box.y - middle.y, 0, middle.y - box.y - box.height),
    );
    // Inside of several the smallest counts.
    const far = away === 0 ? -1 / (box.width * box.height) : away;
    if (!best || far < best.far) best = { id, far };
  }
  return best?.id ?? null;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large the overview of a picture is; nothing for one so long that it would be a thread. */
export function overviewSize(bounds: Size): Size | null {
  const upright = bounds.height > bounds.width;
  const size = upright
    ? { width: OVERVIEW_SHORT, height: OVERVIEW_LONG }
    : { width: OVERVIEW_LONG, height: OVERVIEW_SHORT };
  const scale = Math.min(size.width / bounds.width, size.height / bounds.height);
  return STATE_WIDTH * scale < SMALLEST_STATE ? null : size;
}

/** More states than these go to their new places at once. */
const MOST_MOVING = 150;

interface Look {
  /** Whether the picture moves to its new place just now. */
  readonly moving: boolean;
  /** How large the overview is; nothing while there is none. */
  readonly overview: Size | null;
  keep(event: unknown, viewport: Viewport): void;
}

export function useViewport(
  frame: RefObject<HTMLDivElement | null>,
  flow: Flow,
  drawn: Drawn | null,
  wanted: string | null,
  tab: string,
): Look {
  const [moving, setMoving] = useState(false);
  const placed = useRef<string | null>(null);
  const room = useRef<Size | null>(null);
  const shown = useRef<Layout | null>(null);
  const reveal = useSelection((state) => state.reveal);
  const bounds = useMemo(() => (drawn ? boundsOf(drawn.layout) : null), [drawn]);
  // The overview is for what does not fit; over a picture that does it would only hide a part.
  const overflowing = useStore(
    ({ transform: [x, y, zoom], width, height }) =>
      bounds !== null &&
      (bounds.x * zoom + x < 0 ||
        bounds.y * zoom + y < 0 ||
        (bounds.x + bounds.width) * zoom + x > width ||
        (bounds.y + bounds.height) * zoom + y > height),
  );

  // The first picture of a tab is placed; later ones move what they must, smoothly.
  useEffect(() => {
    if (!drawn || !frame.current) return;
    if (placed.current !== drawn.picture) {
      placed.current = drawn.picture;
      const box = frame.current.getBoundingClientRect();
      void flow.setViewport(
        keptIn(drawn.picture, box.width) ?? firstViewport(drawn.layout, box.width, box.height, coverOf(frame.current)),
      );
      frame.current.dataset["ready"] = drawn.picture;
      shown.current = drawn.layout;
      return;
    }
    const before = shown.current;
    shown.current = drawn.layout;
    // Animating what stands still would only style everything anew, and hundreds on their way would stutter.
    const many = frame.current.querySelectorAll(".react-flow__node").length > MOST_MOVING;
    if (!many && (!before || !standStill(before, drawn.layout))) setMoving(true);
    const timer = window.setTimeout(() => {
      setMoving(false);
    }, MOVE_MS + 60);
    return () => {
      window.clearTimeout(timer);
    };
  }, [drawn, flow, frame]);

  // A selection made elsewhere comes into view, once it is drawn. Under another name it is no new one.
  const revealed = useRef<string | null>(null);
  useEffect(() => {
    const { origin } = useSelection.getState();
    const turn = `${tab} ${String(reveal)}`;
    if (!drawn || wanted === null || origin === "canvas" || !frame.current || revealed.current === turn) return;
    const box = drawn.layout.nodes.get(wanted);
    if (!box) return;
    revealed.current = turn;
    bring(box, frame.current, flow, Math.max(flow.getViewport().zoom, 0.7));
  }, [tab, wanted, reveal, drawn, flow, frame]);

  // So does a state that somebody scrolled to in the code beside; its size stays.
  const turn = useFollowed((state) => state.turn);
  useEffect(() => {
    const followed = useFollowed.getState();
    if (!drawn || !frame.current || followed.tab !== tab || followed.by !== "code" || followed.state === null) return;
    const box = drawn.layout.nodes.get(followed.state);
    if (box) bring(box, frame.current, flow, flow.getViewport().zoom);
    // Only a scroll moves it, not a new picture.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [turn]);

  // Only where a person went is kept; what was placed by itself may be placed anew.
  const picture = drawn?.picture;
  const last = useRef<Viewport | null>(null);
  const keep = useCallback(
    (event: unknown, viewport: Viewport) => {
      const before = last.current;
      last.current = viewport;
      // A press that moved nothing went nowhere.
      const stayed = before?.x === viewport.x && before.y === viewport.y && before.zoom === viewport.zoom;
      if (event === null || stayed || picture === undefined) return;
      kept.set(picture, { viewport, width: frame.current?.clientWidth ?? 0 });
      if (!drawn || !frame.current || useDocuments.getState().mode !== "split") return;
      const middle = stateInTheMiddle(drawn.layout, viewport, frame.current);
      if (middle !== null) lookAt(tab, middle, "canvas");
    },
    [picture, drawn, frame, tab],
  );

  // What the outcome of a run says lies over the picture, not over its first states.
  const [cover, setCover] = useState<Cover | null>(null);
  useEffect(() => {
    const chips = frame.current?.querySelector(".canvas-chips");
    if (!chips) return;
    const observer = new ResizeObserver(() => {
      const now = frame.current ? coverOf(frame.current) : null;
      setCover((before) => (before?.left === now?.left && before?.bottom === now?.bottom ? before : now));
    });
    observer.observe(chips);
    return () => {
      observer.disconnect();
    };
  }, [frame]);

  // Until somebody moves the picture, it fits the room it has: beside the code, above an opened panel, below a banner.
  const width = useStore((state) => state.width),
    height = useStore((state) => state.height);
  useEffect(() => {
    if (!drawn || placed.current !== drawn.picture || width === 0 || height === 0) return;
    const before = room.current;
    room.current = { width, height };
    const glided = before?.width === width && before.height === height ? glide(180) : {};
    const went = kept.get(drawn.picture);
    const same = before?.width === width && before.height === height;
    if (went && same) return;
    const { x, y, zoom } = flow.getViewport();
    // What stood in the middle stays there.
    const moved = { x: x + (width - (before?.width ?? width)) / 2, y, zoom };
    const placing = flow.setViewport(went ? moved : firstViewport(drawn.layout, width, height, cover), glided);
    const box = wanted === null ? undefined : drawn.layout.nodes.get(wanted);
    // What is selected stays in view, whatever the room.
    if (box && !same && (before !== null || went?.width !== width))
      void placing.then(() => {
        if (frame.current) bring(box, frame.current, flow, flow.getViewport().zoom);
      });
    // A new layout keeps its place; only the room counts here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [width, height, cover]);

  const overview = useMemo(() => (overflowing && bounds ? overviewSize(bounds) : null), [overflowing, bounds]);
  return { moving, overview, keep };
}
