// Breakpoints beside the lines of the code view: a click sets one, a ghost shows where.

import { type Extension, RangeSet, StateEffect, StateField, type Text } from "@codemirror/state";
import { EditorView, gutter, GutterMarker } from "@codemirror/view";

import type { Breakpoint, WorkflowGraph } from "../backend";
import { useDocuments } from "../document";
import { breakpointsOf, detailsOfAll, isPlain, toggleKind } from "./breakpoints";
import { useDebug } from "./store";

/** Where one can stop: the line of a state's name, and the lines that lead on. */
interface Place {
  readonly place: string;
  readonly on: Breakpoint["on"];
}

class Dot extends GutterMarker {
  constructor(
    readonly kind: string,
    readonly words: string,
  ) {
    super();
  }
  override eq(other: GutterMarker): boolean {
    return other instanceof Dot && other.kind === this.kind && other.words === this.words;
  }
  override toDOM(): Node {
    const dot = document.createElement("span");
    dot.className = `cm-breakpoint ${this.kind}`;
    dot.title = this.words;
    dot.setAttribute("role", "img");
    dot.setAttribute("aria-label", this.words);
    return dot;
  }
}

const GHOST = new Dot("ghost", "Stop here (F9)");
const SPACER = new Dot("spacer", "");

/** What stands on a line. A state's name comes before the transitions that begin on the same line. */
function placeAt(graph: WorkflowGraph | null, doc: Text, from: number, to: number): Place | null {
  if (!graph) return null;
  const inside = (range: { from: number; to: number }): boolean =>
    range.from >= from && range.from <= to && range.from <= doc.length;
  const node = graph.nodes.find((candidate) => candidate.name !== "" && inside(candidate.nameRange));
  if (node && node.kind !== "branch" && node.kind !== "processor") return { place: node.id, on: "enter" };
  const edge = graph.edges.find(
    (candidate) => candidate.range !== null && candidate.reason.type !== "start" && inside(candidate.range),
  );
  return edge ? { place: edge.id, on: "transition" } : null;
}

function dotsOf(document: number, doc: Text): RangeSet<GutterMarker> {
  const graph = useDocuments.getState().documents[document]?.analysis.graph;
  const breakpoints = breakpointsOf(document);
  if (!graph || breakpoints.length === 0) return RangeSet.empty;
  const byLine = new Map<number, Breakpoint[]>();
  for (const breakpoint of breakpoints) {
    const at =
      breakpoint.on === "transition"
        ? graph.edges.find((edge) => edge.id === breakpoint.place)?.range?.from
        : graph.nodes.find((node) => node.id === breakpoint.place)?.nameRange.from;
    if (at === undefined || at > doc.length) continue;
    const line = doc.lineAt(at).from;
    byLine.set(line, [...(byLine.get(line) ?? []), breakpoint]);
  }
  const dots = [...byLine].map(([line, here]) => {
    const off = here.every((breakpoint) => !breakpoint.enabled) ? "off" : "";
    const kind = here.every((breakpoint) => breakpoint.log !== null) ? "log" : here.every(isPlain) ? "" : "conditional";
    return new Dot(`${off} ${kind}`.trim(), detailsOfAll(here)).range(line);
  });
  return RangeSet.of(dots, true);
}

const setDots = StateEffect.define<RangeSet<GutterMarker>>();
const setGhost = StateEffect.define<number | null>();

const dots = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(value, transaction) {
    let next = value.map(transaction.changes);
    for (const effect of transaction.effects) if (effect.is(setDots)) next = effect.value;
    return next;
  },
});

const ghost = StateField.define<number | null>({
  create: () => null,
  update(value, transaction) {
    let next = transaction.docChanged ? null : value;
    for (const effect of transaction.effects) if (effect.is(setGhost)) next = effect.value;
    return next;
  },
});

const looks = EditorView.baseTheme({
  ".cm-breakpoints": { width: "16px", cursor: "pointer" },
  ".cm-breakpoints .cm-gutterElement": { display: "flex", alignItems: "center", justifyContent: "center" },
  ".cm-breakpoint": {
    boxSizing: "border-box",
    width: "11px",
    height: "11px",
    borderRadius: "50%",
    background: "var(--bad)",
    border: "2px solid var(--bad)",
  },
  ".cm-breakpoint.off": { background: "transparent" },
  ".cm-breakpoint.log": { borderRadius: "1px", transform: "rotate(45deg) scale(0.85)" },
  ".cm-breakpoint.conditional": { boxShadow: "inset 0 0 0 2px var(--bg)" },
  ".cm-breakpoint.ghost": { opacity: "0.4" },
  ".cm-breakpoint.spacer": { visibility: "hidden" },
});

/** The gutter of a document's code view. */
export function breakpointGutter(document: number): Extension {
  const placeOf = (view: EditorView, from: number): Place | null => {
    const graph = useDocuments.getState().documents[document]?.analysis.graph ?? null;
    const line = view.state.doc.lineAt(from);
    return placeAt(graph, view.state.doc, line.from, line.to);
  };
  return [
    dots,
    ghost,
    looks,
    gutter({
      class: "cm-breakpoints",
      initialSpacer: () => SPACER,
      markers: (view) => view.state.field(dots),
      lineMarker: (view, line, others) =>
        view.state.field(ghost) === line.from && !others.some((marker) => marker instanceof Dot) ? GHOST : null,
      lineMarkerChange: (update) => update.startState.field(ghost) !== update.state.field(ghost),
      domEventHandlers: {
        mousedown(view, line) {
          const found = placeOf(view, line.from);
          if (found) toggleKind(document, found.place, found.on);
          return true;
        },
        mousemove(view, line) {
          const at = placeOf(view, line.from) ? line.from : null;
          if (view.state.field(ghost) !== at) view.dispatch({ effects: setGhost.of(at) });
          return false;
        },
        mouseleave(view) {
          if (view.state.field(ghost) !== null) view.dispatch({ effects: setGhost.of(null) });
          return false;
        },
      },
    }),
  ];
}

/** Keeps the dots of a mounted view in step with the breakpoints and the places of states. */
export function followDots(document: number, view: EditorView): () => void {
  const draw = (): void => {
    view.dispatch({ effects: setDots.of(dotsOf(document, view.state.doc)) });
  };
  draw();
  const stops = [
    useDebug.subscribe((state, before) => {
      if (state.breakpoints[document] !== before.breakpoints[document]) draw();
    }),
    useDocuments.subscribe((state, before) => {
      if (state.documents[document]?.analysis !== before.documents[document]?.analysis) draw();
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
