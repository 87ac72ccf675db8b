// Breakpoints of the open documents: what is set, kept in step with the backend, which moves them with their states.

import { create } from "zustand";

import { type Breakpoint, call, explain, type GraphNode, onNotice, type WorkflowGraph } from "../backend";
import { activeDocument, bufferOf, documentByPath, say, useDocuments } from "../document";
import { useDebug } from "./store";
import { detailsOf, ON_WORDS, placeName } from "./words";

const NONE: readonly Breakpoint[] = [];

export function useBreakpoints(document: number | null): readonly Breakpoint[] {
  return useDebug((state) => (document === null ? NONE : (state.breakpoints[document] ?? NONE)));
}

export const breakpointsOf = (document: number): readonly Breakpoint[] =>
  useDebug.getState().breakpoints[document] ?? NONE;

function show(document: number, breakpoints: readonly Breakpoint[]): void {
  useDebug.setState((state) => ({ breakpoints: { ...state.breakpoints, [document]: breakpoints } }));
}

export function putBreakpoints(document: number, breakpoints: readonly Breakpoint[]): void {
  show(document, breakpoints);
  void (async () => {
    await bufferOf(document)?.settled();
    await call("set_breakpoints", { document, breakpoints: [...breakpoints] });
  })().catch((error: unknown) => {
    say("bad", explain(error));
  });
}

/** Asks for the breakpoints of documents that are opened, and hears where they move. */
export function followBreakpoints(): () => void {
  const load = (document: number): void => {
    call("get_breakpoints", { document }).then(
      ({ breakpoints }) => {
        show(document, breakpoints);
      },
      () => undefined,
    );
  };
  const stops = [
    useDocuments.subscribe((state, before) => {
      if (state.documents === before.documents) return;
      for (const id of Object.keys(state.documents).map(Number)) {
        if (before.documents[id] || useDebug.getState().breakpoints[id]) continue;
        load(id);
      }
    }),
    onNotice("workflowsMoved", ({ paths }) => {
      for (const path of paths) {
        const document = documentByPath(path);
        if (document) load(document.id);
      }
    }),
    onNotice("statesMoved", ({ document, breakpoints }) => {
      show(document, breakpoints);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

export const newBreakpoint = (place: string, on: Breakpoint["on"] = "enter"): Breakpoint => ({
  place,
  on,
  errors: [],
  condition: null,
  hits: 0,
  hitRule: "from",
  log: null,
  othersGoOn: false,
  enabled: true,
});

export const isPlain = (breakpoint: Breakpoint): boolean =>
  breakpoint.errors.length === 0 &&
  (breakpoint.condition ?? "") === "" &&
  breakpoint.hits < 2 &&
  breakpoint.log === null;

/** Sets a breakpoint on a state, or takes all of its breakpoints away. */
export function toggleBreakpoint(document: number, place: string, on: Breakpoint["on"] = "enter"): void {
  const known = breakpointsOf(document);
  const rest = known.filter((breakpoint) => breakpoint.place !== place);
  putBreakpoints(document, rest.length < known.length ? rest : [...known, newBreakpoint(place, on)]);
}

/** One kind of breakpoint at a place, on or off. */
export function toggleKind(document: number, place: string, on: Breakpoint["on"]): void {
  const known = breakpointsOf(document);
  const rest = known.filter((breakpoint) => breakpoint.place !== place || breakpoint.on !== on);
  putBreakpoints(document, rest.length < known.length ? rest : [...known, newBreakpoint(place, on)]);
}

/** F9: the state or transition that is selected. */
export function toggleSelected(selected: { kind: "node" | "edge"; id: string } | null): void {
  const document = activeDocument(useDocuments.getState());
  if (document && selected)
    toggleBreakpoint(document.id, selected.id, selected.kind === "edge" ? "transition" : "enter");
}

export function enableAll(document: number, enabled: boolean): void {
  putBreakpoints(
    document,
    breakpointsOf(document).map((breakpoint) => ({ ...breakpoint, enabled })),
  );
}

export function replaceAt(document: number, index: number, breakpoint: Breakpoint | null): void {
  const known = breakpointsOf(document);
  putBreakpoints(
    document,
    breakpoint === null
      ? known.filter((_, at) => at !== index)
      : index < known.length
        ? known.map((other, at) => (at === index ? breakpoint : other))
        : [...known, breakpoint],
  );
}

/** The breakpoint that is being edited: one behind the last is a new one. */
export interface Editing {
  readonly document: number;
  readonly index: number;
  readonly breakpoint: Breakpoint;
}

export const useBreakpointDialog = create<{ editing: Editing | null }>(() => ({ editing: null }));

/** Opens the dialog for the first breakpoint at a place, or for a new one. */
export function editBreakpoint(document: number, place: string, on: Breakpoint["on"] = "enter"): void {
  const known = breakpointsOf(document);
  const found = known.findIndex((breakpoint) => breakpoint.place === place);
  useBreakpointDialog.setState({
    editing: {
      document,
      index: found === -1 ? known.length : found,
      breakpoint: known[found] ?? newBreakpoint(place, on),
    },
  });
}

/** Whether the place of a breakpoint is in the graph. Without a graph nobody can tell. */
export function isVerified(breakpoint: Breakpoint, graph: WorkflowGraph | null): boolean {
  if (graph === null || breakpoint.place === "") return true;
  return breakpoint.on === "transition"
    ? graph.edges.some((edge) => edge.id === breakpoint.place)
    : graph.nodes.some((node) => node.id === breakpoint.place);
}

/** What one can stop at in a state. */
export function kindsFor(node: GraphNode | undefined): readonly Breakpoint["on"][] {
  if (!node) return ["enter", "exit", "error", "retry", "token", "item"];
  const resource = node.resource ?? "";
  const asks = resource.includes("waitForTaskToken") || resource.includes(":activity:");
  switch (node.kind) {
    case "task":
      return ["enter", "exit", "error", "retry", ...(asks ? (["token"] as const) : [])];
    case "parallel":
      return ["enter", "exit", "error", "retry"];
    case "map":
      return ["enter", "item", "exit", "error", "retry"];
    case "fail":
      return ["enter", "error"];
    default:
      return ["enter", "exit", "error"];
  }
}

/** Whether a place is in a branch or an item, so that there may be others beside it. */
export const hasSiblings = (place: string): boolean => /\/(Branches\/\d+|ItemProcessor|Iterator)\/States\//.test(place);

/** In words, a line for each. */
export const detailsOfAll = (breakpoints: readonly Breakpoint[]): string =>
  breakpoints
    .map((breakpoint) => {
      const details = detailsOf(breakpoint);
      const place = placeName(breakpoint.place);
      return `Breakpoint ${ON_WORDS[breakpoint.on]} ${place}${details === "" ? "" : `, ${details}`}${breakpoint.enabled ? "" : " (off)"}`;
    })
    .join("\n");
