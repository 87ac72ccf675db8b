// Draws the tracks of the timeline on a canvas: only the rows on show, and no bar twice on the same spot.

import type { Axis, Tick } from "./axis";
import type { Lane, Overview, Span, Stay } from "./model";
import type { Row } from "./rows";

export const ROW = 26;

export interface Colours {
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly panel: string;
  readonly onSolid: string;
  readonly ok: string;
  readonly warn: string;
  readonly bad: string;
  readonly run: string;
  readonly off: string;
  readonly accent: string;
  readonly font: string;
}

export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read("--text"),
    dim: read("--dim"),
    line: read("--line"),
    panel: read("--panel"),
    onSolid: read("--on-accent"),
    ok: read("--ok"),
    warn: read("--warn"),
    bad: read("--bad"),
    run: read("--accent"),
    off: read("--line2"),
    accent: read("--accent-bg"),
    font: read("--mono"),
  };
}

export interface Scene {
  readonly overview: Overview;
  readonly rows: readonly Row[];
  readonly axis: Axis;
  readonly ticks: readonly Tick[];
  /** The part of the axis on show. */
  readonly from: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly scroll: number;
  /** The line that is shown, and whether that is the past. */
  readonly cursor: number;
  readonly past: boolean;
  readonly selected: string | null;
  readonly hovered: number | null;
  /** By stay, the lines at which a person changed something. */
  readonly changed: ReadonlyMap<number, readonly number[]>;
  readonly label: (stay: Stay, row: Row) => string;
}

/** Room behind the end, so that what lies there can be taken hold of. */
const MARGIN = 12;
type Part = Pick<Scene, "from" | "to" | "width">;

export const placeOf = (part: Part, x: number): number =>
  ((x - part.from) / Math.max(1e-9, part.to - part.from)) * Math.max(1, part.width - MARGIN);

/** The place on the axis behind a pixel. */
export const axisAt = (part: Part, pixel: number): number =>
  part.from + (pixel / Math.max(1, part.width - MARGIN)) * (part.to - part.from);

function toneOf(stay: Stay, colours: Colours): string {
  switch (stay.status) {
    case "succeeded":
      return colours.ok;
    case "caught":
    case "waiting":
    case "retrying":
      return colours.warn;
    case "failed":
      return colours.bad;
    case "aborted":
      return colours.off;
    case "running":
      return colours.run;
  }
}

/** Slanted lines, for what waits. */
function hatch(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
): void {
  pen.save();
  pen.beginPath();
  pen.rect(x, y, width, height);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = 3;
  pen.globalAlpha = 0.55;
  pen.beginPath();
  for (let at = x - height - ((x - height) % 9); at < x + width + height; at += 9) {
    pen.moveTo(at, y + height);
    pen.lineTo(at + height, y);
  }
  pen.stroke();
  pen.restore();
}

function drawSpans(
  pen: CanvasRenderingContext2D,
  scene: Scene,
  colours: Colours,
  spans: readonly Span[],
  y: number,
  end: number,
): void {
  for (const span of spans) {
    const left = placeOf(scene, scene.axis.at(span.from));
    const right = span.to === 0 ? end : placeOf(scene, scene.axis.at(span.to));
    if (right < 0 || left > scene.width || right - left < 2) continue;
    const [x, width] = [Math.max(left, -20), Math.min(right, scene.width + 20) - Math.max(left, -20)];
    if (span.kind === "backoff") {
      pen.fillStyle = colours.panel;
      pen.fillRect(x, y + 3, width, ROW - 12);
      hatch(pen, x, y + 3, width, ROW - 12, colours.warn);
    } else if (span.kind !== "call") hatch(pen, x, y, width, ROW - 6, colours.panel);
    else if (span.failed) {
      pen.fillStyle = colours.bad;
      pen.fillRect(x, y, width, ROW - 6);
    }
  }
}

function drawStays(
  pen: CanvasRenderingContext2D,
  scene: Scene,
  colours: Colours,
  row: Extract<Row, { kind: "state" | "lane" }>,
  top: number,
): void {
  const { overview, axis } = scene;
  const [y, height] = [top + 3, ROW - 6];
  // Stays of one row follow one another, so that those out of sight need no look at each.
  let low = 0,
    high = row.stays.length;
  const begin = axis.lineAt(Math.max(0, scene.from));
  while (low < high) {
    const middle = (low + high) >> 1;
    const stay = row.stays[middle];
    if (stay && stay.exited !== 0 && stay.exited < begin) low = middle + 1;
    else high = middle;
  }
  let drawn = -Infinity;
  let drawnTone = "";
  for (let index = low; index < row.stays.length; index++) {
    const stay = row.stays[index];
    if (!stay) continue;
    const left = placeOf(scene, axis.at(stay.entered));
    if (left > scene.width) break;
    const end = placeOf(scene, axis.at(overview.line));
    const right = stay.exited === 0 ? end : placeOf(scene, axis.at(stay.exited));
    const width = Math.max(2, right - left);
    const tone = toneOf(stay, colours);
    // On the same pixel only what went wrong is worth drawing over what is there.
    if (right < drawn + 0.6 && (tone === drawnTone || tone !== colours.bad)) continue;
    drawn = Math.max(drawn, right);
    drawnTone = tone;
    const [x, visible] = [Math.max(left, -20), Math.min(left + width, scene.width + 20) - Math.max(left, -20)];
    pen.fillStyle = tone;
    if (width > 6) {
      pen.beginPath();
      pen.roundRect(x, y, visible, height, 3);
      pen.fill();
    } else pen.fillRect(x, y, visible, height);
    if (width > 4) {
      const spans = (overview.spansOf.get(stay.stay) ?? []).flatMap((at) => overview.spans[at] ?? []);
      if (spans.length > 0) drawSpans(pen, scene, colours, spans, y, end);
    }
    if (stay.stay === scene.hovered) {
      pen.strokeStyle = colours.text;
      pen.lineWidth = 1.5;
      pen.strokeRect(x + 0.75, y + 0.75, Math.max(1, visible - 1.5), height - 1.5);
    }
    for (const at of scene.changed.get(stay.stay) ?? []) drawMark(pen, placeOf(scene, axis.at(at)), y, colours);
    const text = visible > 34 ? scene.label(stay, row) : "";
    const inset = Math.max(x, 0) + 5;
    const room = Math.min(x + visible, scene.width) - inset - 4;
    if (text !== "" && room > 24) {
      const waits = (overview.spansOf.get(stay.stay) ?? []).some((at) => overview.spans[at]?.kind !== "call");
      const shown = fit(pen, text, room);
      if (waits && shown !== "") {
        pen.fillStyle = tone;
        pen.fillRect(inset - 3, y + 3, pen.measureText(shown).width + 6, height - 6);
      }
      pen.fillStyle = stay.status === "aborted" ? colours.text : colours.onSolid;
      pen.fillText(shown, inset, top + ROW / 2 + 1);
    }
  }
}

/** A flag where a person changed something. */
function drawMark(pen: CanvasRenderingContext2D, x: number, y: number, colours: Colours): void {
  pen.beginPath();
  pen.moveTo(x - 4.5, y - 2);
  pen.lineTo(x + 4.5, y - 2);
  pen.lineTo(x, y + 5);
  pen.closePath();
  pen.fillStyle = colours.warn;
  pen.strokeStyle = colours.panel;
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fill();
}

/** Text cut to a width; nothing if hardly any of it fits. */
function fit(pen: CanvasRenderingContext2D, text: string, room: number): string {
  if (pen.measureText(text).width <= room) return text;
  const each = pen.measureText("m").width;
  const count = Math.floor(room / each) - 1;
  return count < 3 ? "" : `${text.slice(0, count)}…`;
}

/** One cell for each item, in their order; several share a pixel where there are many, and then the worst of them shows. */
function drawStrip(
  pen: CanvasRenderingContext2D,
  scene: Scene,
  colours: Colours,
  row: Extract<Row, { kind: "strip" }>,
  top: number,
): void {
  for (const { left, width, stay, lanes } of stripsOf(scene, row)) {
    if (left > scene.width || left + width < 0) continue;
    pen.fillStyle = colours.line;
    pen.fillRect(left, top + 6, width, ROW - 12);
    const total = Math.max(1, stay.items, lanes.length);
    const cell = width / total;
    const worst = new Map<number, number>();
    const tones = [colours.off, colours.ok, colours.run, colours.warn, colours.bad];
    for (const lane of lanes) {
      if (lane.first > scene.cursor) continue;
      const over = lane.last !== 0 && lane.last <= scene.cursor;
      const bad = over && (lane.status === "failed" || lane.status === "aborted");
      const tone = bad ? 4 : !over ? (lane.last === 0 && lane.status === "waiting" ? 3 : 2) : 1;
      const from = Math.floor(lane.index * cell);
      if ((worst.get(from) ?? 0) < tone) worst.set(from, tone);
    }
    const gap = cell > 4 ? 1 : 0;
    for (const [from, tone] of worst) {
      pen.fillStyle = tones[tone] ?? colours.off;
      pen.fillRect(left + from, top + 6, Math.max(1, cell - gap), ROW - 12);
    }
  }
}

const LEAST_STRIP = 80;

/** Where the strips of a row lie: along the stay in the Map, but never too narrow to point at. */
export function stripsOf(
  scene: Pick<Scene, "axis" | "from" | "to" | "width" | "overview">,
  row: Extract<Row, { kind: "strip" }>,
): { left: number; width: number; stay: Stay; lanes: readonly Lane[] }[] {
  return row.runs.map(({ stay, lanes }) => {
    const left = placeOf(scene, scene.axis.at(stay.entered));
    const right = placeOf(scene, scene.axis.at(stay.exited === 0 ? scene.overview.line : stay.exited));
    return { left, width: Math.max(row.runs.length > 1 ? 12 : LEAST_STRIP, right - left), stay, lanes };
  });
}

export function draw(pen: CanvasRenderingContext2D, scene: Scene, colours: Colours): void {
  const { width, height, rows, scroll } = scene;
  pen.clearRect(0, 0, width, height);
  pen.font = `11px ${colours.font}`;
  pen.textBaseline = "middle";
  pen.lineWidth = 1;
  for (const tick of scene.ticks) {
    const x = Math.round(placeOf(scene, tick.x)) + 0.5;
    pen.strokeStyle = colours.line;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, height);
    pen.stroke();
  }
  const first = Math.max(0, Math.floor(scroll / ROW));
  const last = Math.min(rows.length, Math.ceil((scroll + height) / ROW));
  for (let index = first; index < last; index++) {
    const row = rows[index];
    if (!row) continue;
    const top = index * ROW - scroll;
    if (row.key === scene.selected) {
      pen.fillStyle = colours.accent;
      pen.fillRect(0, top, width, ROW);
    }
    pen.fillStyle = colours.line;
    pen.fillRect(0, top + ROW - 1, width, 1);
    if (row.kind === "strip") drawStrip(pen, scene, colours, row, top);
    else drawStays(pen, scene, colours, row, top);
  }
  const x = placeOf(scene, scene.axis.at(scene.cursor));
  if (scene.past) {
    pen.globalAlpha = 0.62;
    pen.fillStyle = colours.panel;
    pen.fillRect(x, 0, Math.max(0, width - x), height);
    pen.globalAlpha = 1;
  }
  pen.fillStyle = colours.warn;
  pen.fillRect(Math.round(x) - 1, 0, 2, height);
}

/** The stay, or the item of a strip, that lies at a place. */
export function hit(scene: Scene, x: number, y: number): { row: Row; stay: Stay | null; lane: Lane | null } | null {
  const row = scene.rows[Math.floor((y + scene.scroll) / ROW)];
  if (!row) return null;
  if (row.kind === "strip") {
    for (const { left, width, stay, lanes } of stripsOf(scene, row)) {
      if (x < left || x >= left + width) continue;
      const total = Math.max(1, stay.items, lanes.length);
      const cell = width / total;
      const wanted = (x - left) / cell;
      const near = lanes.filter((lane) => lane.index >= Math.floor(wanted - 0.5 / cell) && lane.index <= wanted);
      const bad = near.find((lane) => lane.status === "failed" || lane.status === "aborted");
      return { row, stay, lane: bad ?? near[0] ?? null };
    }
    return { row, stay: null, lane: null };
  }
  const end = placeOf(scene, scene.axis.at(scene.overview.line));
  let found: Stay | null = null;
  for (const stay of row.stays) {
    const left = placeOf(scene, scene.axis.at(stay.entered));
    if (left - 2 > x) break;
    const right = stay.exited === 0 ? end : placeOf(scene, scene.axis.at(stay.exited));
    if (x <= Math.max(right, left + 2) + 2) found = stay;
  }
  return { row, stay: found, lane: null };
}
