// What states answer instead of doing their work, by document. The backend keeps it with the workflow, and follows renames.

import { create } from "zustand";

import { call, explain, type GraphNode, onNotice, type Pin } from "../backend";
import { activeDocument, bufferOf, documentByPath, say, useDocuments } from "../document";

interface Pins {
  readonly pins: Readonly<Record<number, readonly Pin[]>>;
  /** The list is open, at this state. */
  readonly listed: { readonly document: number; readonly node: string | null } | null;
}

export const usePinned = create<Pins>(() => ({ pins: {}, listed: null }));

const NONE: readonly Pin[] = [];

export function usePins(document: number | null): readonly Pin[] {
  return usePinned((state) => (document === null ? NONE : (state.pins[document] ?? NONE)));
}

/** A Task answers with a result; a Map or a Parallel with an output, and nothing in it runs. */
export function canBePinned(node: Pick<GraphNode, "kind">): boolean {
  return node.kind === "task" || node.kind === "map" || node.kind === "parallel";
}

/** The stage of the data that is pinned. */
export const pinnedStage = (kind: GraphNode["kind"]): "Result" | "Output" => (kind === "task" ? "Result" : "Output");

export async function putPins(document: number, pins: readonly Pin[]): Promise<boolean> {
  const before = usePinned.getState().pins[document] ?? NONE;
  usePinned.setState((state) => ({ pins: { ...state.pins, [document]: pins } }));
  try {
    await bufferOf(document)?.settled();
    await call("set_pins", { document, pins: [...pins] });
    return true;
  } catch (error) {
    usePinned.setState((state) => ({ pins: { ...state.pins, [document]: before } }));
    say("bad", explain(error));
    return false;
  }
}

export function pin(document: number, node: string, value: string, from: string | null): Promise<boolean> {
  const rest = (usePinned.getState().pins[document] ?? NONE).filter((other) => other.node !== node);
  return putPins(document, [...rest, { node, value, enabled: true, from }]);
}

export function unpin(document: number, node: string): Promise<boolean> {
  const pins = usePinned.getState().pins[document] ?? NONE;
  return putPins(
    document,
    pins.filter((other) => other.node !== node),
  );
}

export function listPins(node: string | null = null): void {
  const document = activeDocument(useDocuments.getState());
  if (document) usePinned.setState({ listed: { document: document.id, node } });
}

function load(document: number): void {
  call("get_pins", { document }).then(
    ({ pins }) => {
      usePinned.setState((state) => ({ pins: { ...state.pins, [document]: pins } }));
    },
    () => undefined,
  );
}

/** For as long as the window lives. */
export function followPins(): () => void {
  const stops = [
    onNotice("statesMoved", ({ document }) => {
      load(document);
    }),
    onNotice("workflowsMoved", ({ paths }) => {
      for (const path of paths) {
        const document = documentByPath(path);
        if (document) load(document.id);
      }
    }),
    useDocuments.subscribe((state, before) => {
      if (state.documents === before.documents) return;
      for (const id of Object.keys(state.documents).map(Number)) if (!before.documents[id]) load(id);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
