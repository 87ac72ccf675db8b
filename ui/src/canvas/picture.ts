// The graph as a picture that stands by itself: an SVG document in the colours of a theme, from the same layout as the canvas.

import { kindWord } from "../asl";
import type { GraphNode, WorkflowGraph } from "../backend";
import { roundedPath } from "./graph";
import { shorten } from "./labels";
import { type Box, boundsOf, isContainer, isMarker, type Layout, type PlacedEdge } from "./layout";
import { inside } from "./scopes";
import { boundsOfNodes } from "./bounds";

export type PictureTheme = "light" | "dark";

interface Colours {
  readonly background: string;
  readonly panel: string;
  readonly raised: string;
  readonly line: string;
  readonly edge: string;
  readonly text: string;
  readonly dim: string;
  readonly task: string;
  readonly flow: string;
  readonly data: string;
  readonly end: string;
  readonly ok: string;
  readonly bad: string;
}

/** The colours of the window's themes; a picture has no style sheet to ask. */
const THEMES: Record<PictureTheme, Colours> = {
  light: {
    background: "#f5f7f9",
    panel: "#ffffff",
    raised: "#ffffff",
    line: "#bdc7d2",
    edge: "#9aa7b5",
    text: "#1b232c",
    dim: "#536070",
    task: "#a34e15",
    flow: "#4450cc",
    data: "#0c7080",
    end: "#5b6877",
    ok: "#0d7444",
    bad: "#bf2a26",
  },
  dark: {
    background: "#0f1216",
    panel: "#151a20",
    raised: "#1b2129",
    line: "#3a4654",
    edge: "#4b5968",
    text: "#e4e9ef",
    dim: "#9dabba",
    task: "#e8995e",
    flow: "#98a2ff",
    data: "#4db6c8",
    end: "#9aa7b6",
    ok: "#3fb57f",
    bad: "#f27472",
  },
};

const FONT = "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif";
const MONO = "'JetBrains Mono', ui-monospace, 'DejaVu Sans Mono', monospace";
const MARGIN = 24;

const escape = (text: string): string =>
  [...text]
    .map((character) => ((character.codePointAt(0) ?? 0) < 32 ? " " : character))
    .join("")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");

/** As much of a text as fits, by the usual width of its letters. */
function fit(text: string, width: number, letter: number): string {
  const most = Math.max(3, Math.floor(width / letter));
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

const attributes = (values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${typeof value === "number" ? String(Math.round(value * 10) / 10) : value}"`)
    .join("");

/** Lines of an icon in a box of 24, by the kind of state: the shapes of the canvas. */
const ICONS: Record<string, string> = {
  task: "M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8",
  pass: "M4 12h16M15 7l5 5l-5 5",
  choice: "M12 21v-7L5 6M12 14l7-8M4 11V5h6M14 5h6v6",
  wait: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 7v5l3 3",
  succeed: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M8 12l3 3l5-6",
  fail: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9 9l6 6M15 9l-6 6",
  parallel: "M4 4h16v16H4zM9.3 4v16M14.6 4v16",
  map: "M17 2l4 4l-4 4M3 11V9a3 3 0 0 1 3-3h15M7 22l-4-4l4-4M21 13v2a3 3 0 0 1-3 3H3",
  unknown: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M12 16.8v.2",
};

function toneOf(node: GraphNode, colours: Colours): string {
  switch (node.kind) {
    case "task":
      return colours.task;
    case "choice":
    case "parallel":
    case "map":
      return colours.flow;
    case "pass":
    case "wait":
      return colours.data;
    case "succeed":
      return colours.ok;
    case "fail":
      return colours.bad;
    default:
      return colours.end;
  }
}

class Drawing {
  readonly parts: string[] = [];
  readonly colours: Colours;
  readonly folded: (node: GraphNode) => boolean;

  constructor(colours: Colours, folded: (node: GraphNode) => boolean) {
    this.colours = colours;
    this.folded = folded;
  }

  add(name: string, values: Readonly<Record<string, string | number>>, inner = ""): void {
    this.parts.push(`<${name}${attributes(values)}${inner === "" ? "/>" : `>${inner}</${name}>`}`);
  }

  icon(node: GraphNode, x: number, y: number, size: number): void {
    const tone = toneOf(node, this.colours);
    this.add("rect", { x, y, width: size, height: size, rx: 7, fill: tone, "fill-opacity": 0.16 });
    const scale = (size * 0.58) / 24;
    const inset = size * 0.21;
    this.add("path", {
      d: ICONS[node.kind] ?? ICONS["unknown"] ?? "",
      transform: `translate(${String(x + inset)} ${String(y + inset)}) scale(${String(scale)})`,
      fill: "none",
      stroke: tone,
      "stroke-width": 2.2,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    });
  }

  words(
    x: number,
    y: number,
    size: number,
    weight: number,
    fill: string,
    text: string,
    anchor = "start",
    font = FONT,
  ): void {
    this.add(
      "text",
      { x, y, "font-family": font, "font-size": size, "font-weight": weight, fill, "text-anchor": anchor },
      escape(text),
    );
  }

  state(node: GraphNode, { x, y, width, height }: Box): void {
    const { colours } = this;
    const round = node.kind === "succeed" || node.kind === "fail";
    const frame = { fill: colours.raised, stroke: colours.line, "stroke-width": 1.2 };
    if (node.kind === "choice") {
      const right = x + width,
        bottom = y + height;
      const n = (value: number): string => String(Math.round(value * 10) / 10);
      this.add("path", {
        d: `M${n(x + 6)},${n(y)}H${n(right - 26)}A26,26 0 0 1 ${n(right - 26)},${n(bottom)}H${n(x + 6)}A6,6 0 0 1 ${n(x)},${n(bottom - 6)}V${n(y + 6)}A6,6 0 0 1 ${n(x + 6)},${n(y)}z`,
        ...frame,
      });
    } else this.add("rect", { x, y, width, height, rx: round ? height / 2 : 9, ...frame });
    this.icon(node, x + (round ? 12 : 10), y + 12, 28);
    const left = x + (round ? 49 : 47);
    const room = width - (round ? 68 : 58);
    this.words(left, y + 23, 13, 600, colours.text, fit(node.name, room, 7.3));
    const summary = node.summary === "" ? kindWord(node.kind) : node.summary;
    this.words(left, y + 39, 11.5, 400, colours.dim, fit(summary, room, 6.3));
  }

  container(node: GraphNode, { x, y, width, height }: Box): void {
    const { colours } = this;
    this.add("rect", { x, y, width, height, rx: 14, fill: colours.panel, stroke: colours.line, "stroke-width": 1.2 });
    this.add("rect", { x, y, width, height, rx: 14, fill: colours.flow, "fill-opacity": 0.05 });
    this.icon(node, x + 10, y + 10, 24);
    const name = fit(node.name, width * 0.62, 7.3);
    this.words(x + 42, y + 27, 13, 600, colours.text, name);
    const from = 42 + [...name].length * 7.6 + 12;
    const summary = `${kindWord(node.kind)}${node.summary === "" ? "" : ` · ${node.summary}`}`;
    if (width - from > 70) this.words(x + from, y + 27, 11.5, 400, colours.dim, fit(summary, width - from - 12, 6.3));
  }

  marker(node: GraphNode, { x, y, width, height }: Box): void {
    const { colours } = this;
    if (width > 30) {
      this.add("rect", {
        x,
        y,
        width,
        height,
        rx: height / 2,
        fill: colours.panel,
        stroke: colours.line,
        "stroke-width": 1.2,
      });
      this.words(
        x + width / 2,
        y + height / 2 + 4.2,
        12,
        400,
        colours.dim,
        node.kind === "start" ? "Start" : "End",
        "middle",
      );
      return;
    }
    const start = node.kind === "start";
    this.add("circle", {
      cx: x + width / 2,
      cy: y + height / 2,
      r: start ? 4.5 : 6,
      fill: start ? colours.edge : colours.background,
      stroke: colours.edge,
      "stroke-width": 2,
    });
  }

  transition(kind: "plain" | "catch" | "back", edge: PlacedEdge): void {
    const { colours } = this;
    const stroke = kind === "catch" ? colours.bad : kind === "back" ? colours.flow : colours.edge;
    this.add("path", {
      d: roundedPath(edge.points),
      fill: "none",
      stroke,
      "stroke-width": kind === "back" ? 2 : 1.6,
      ...(kind === "catch" ? { "stroke-dasharray": "5 4" } : {}),
      ...(kind === "back" ? { "stroke-dasharray": "1 4", "stroke-linecap": "round" } : {}),
      "marker-end": `url(#arrow-${kind})`,
    });
  }

  label(text: string, kind: "plain" | "catch" | "back", { x, y, width, height }: Box): void {
    const { colours } = this;
    this.add("rect", { x, y, width, height, rx: 4, fill: colours.background });
    this.words(x + width / 2, y + 12.8, 11, 400, kind === "catch" ? colours.bad : colours.dim, text, "middle", MONO);
  }
}

/**
 * The picture of a graph, or of some of its states with what lies in them and the transitions between them.
 * Sizes are those of the canvas at 100 %.
 */
export function pictureOf(
  graph: WorkflowGraph,
  layout: Layout,
  theme: PictureTheme,
  only: readonly string[] = [],
): { svg: string; width: number; height: number } {
  const colours = THEMES[theme];
  const chosen = only.length === 0 ? null : new Set(only.flatMap((id) => [...inside(graph, id)]));
  const nodes = graph.nodes.filter((node) => layout.nodes.has(node.id) && (chosen === null || chosen.has(node.id)));
  const edges = graph.edges.filter((edge) => chosen === null || (chosen.has(edge.from) && chosen.has(edge.to)));
  const drawing = new Drawing(colours, (node) => layout.nodes.get(node.id)?.height === 52);
  const boxOf = (node: GraphNode): Box => layout.nodes.get(node.id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const open = (node: GraphNode): boolean => isContainer(node) && !drawing.folded(node);
  const depths = [...new Set(nodes.map((node) => layout.nodes.get(node.id)?.depth ?? 0))].sort((a, b) => a - b);
  // As on the canvas: a container, its branches, its transitions, then the states.
  for (const depth of depths) {
    const here = nodes.filter((node) => layout.nodes.get(node.id)?.depth === depth);
    for (const node of here) if (open(node)) drawing.container(node, boxOf(node));
    for (const node of here)
      if (node.kind === "branch" || node.kind === "processor")
        drawing.add("rect", {
          ...boxOf(node),
          rx: 10,
          fill: colours.background,
          "fill-opacity": 0.55,
          stroke: colours.line,
          "stroke-dasharray": "4 3",
        });
    const routed = edges.flatMap((edge) => {
      const route = layout.edges.get(edge.id);
      const kind =
        edge.reason.type === "catch" ? ("catch" as const) : edge.back ? ("back" as const) : ("plain" as const);
      return route?.depth === depth ? [{ edge, route, kind }] : [];
    });
    for (const { route, kind } of routed) drawing.transition(kind, route);
    for (const node of here) {
      if (isMarker(node)) drawing.marker(node, boxOf(node));
      else if (node.kind !== "branch" && node.kind !== "processor" && !open(node)) drawing.state(node, boxOf(node));
    }
    for (const { edge, route, kind } of routed) if (route.label) drawing.label(shorten(edge.label), kind, route.label);
  }
  const bounds = (chosen === null ? boundsOf(layout) : boundsOfNodes(layout, chosen)) ?? boundsOf(layout);
  const width = Math.ceil(bounds.width + 2 * MARGIN),
    height = Math.ceil(bounds.height + 2 * MARGIN);
  const left = Math.floor(bounds.x - MARGIN),
    top = Math.floor(bounds.y - MARGIN);
  const arrow = (kind: string, fill: string): string =>
    `<marker id="arrow-${kind}" viewBox="0 0 10 10" refX="8.5" refY="5" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto-start-reverse"><path d="M1,1 L9,5 L1,9 z" fill="${fill}"/></marker>`;
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" viewBox="${String(left)} ${String(top)} ${String(width)} ${String(height)}">`,
    `<defs>${arrow("plain", colours.edge)}${arrow("catch", colours.bad)}${arrow("back", colours.flow)}</defs>`,
    `<rect x="${String(left)}" y="${String(top)}" width="${String(width)}" height="${String(height)}" fill="${colours.background}"/>`,
    ...drawing.parts,
    "</svg>",
    "",
  ].join("\n");
  return { svg, width, height };
}
