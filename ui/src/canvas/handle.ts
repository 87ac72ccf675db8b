// What the canvas in front can do, as functions for its keys, its menu and the window's actions.

import { type RefObject, useEffect, useMemo, useRef } from "react";

import type { WorkflowGraph } from "../backend";
import { select, selectedIn, notesOf, selectedStates, useDocuments, useNotes, useSelection } from "../document";
import { useCollapsed } from "./collapsed";
import { placed } from "./Notes";
import { addNote, placeFor } from "./notes";
import { boundsOf, isContainer } from "./layout";
import { containersAround } from "./scopes";
import { usePicking } from "./TargetPicker";
import type { Drawn } from "./useLayout";
import { type CanvasHandle, focusOn, useFrontCanvas } from "./view";
import { boundsOfNodes } from "./bounds";
import { askForPicture } from "./savePicture";
import { fitBox, type Flow, glide } from "./viewport";

interface Situation {
  readonly tab: string;
  readonly flow: Flow;
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly graph: WorkflowGraph | null;
  readonly drawn: Drawn | null;
  readonly focus: string | null;
  readonly editable: boolean;
  readonly document: number | null;
}

export function useHandle(situation: Situation): CanvasHandle {
  const latest = useRef(situation);
  useEffect(() => {
    latest.current = situation;
  });
  const handle = useMemo((): CanvasHandle => {
    const selectedNode = () => {
      const { tab, graph } = latest.current;
      const selected = selectedIn(tab)(useSelection.getState());
      return selected?.kind === "node" ? graph?.nodes.find((node) => node.id === selected.id) : undefined;
    };
    return {
      fit: () => {
        const { drawn, flow, frame } = latest.current;
        if (drawn && frame.current) fitBox(flow, frame.current, boundsOf(drawn.layout), 0.08);
      },
      actualSize: () => void latest.current.flow.zoomTo(1, glide(120)),
      zoomBy: (step) => {
        const { flow } = latest.current;
        void (step === 1 ? flow.zoomIn(glide(120)) : flow.zoomOut(glide(120)));
      },
      zoomToSelection: () => {
        const { tab, drawn, flow, frame } = latest.current;
        const ids = selectedStates(tab)(useSelection.getState());
        const box = drawn && boundsOfNodes(drawn.layout, ids);
        if (box && frame.current) fitBox(flow, frame.current, box, 0.25);
      },
      collapseAll: () => {
        const { tab, graph } = latest.current;
        useCollapsed.getState().set(tab, new Set((graph?.nodes ?? []).filter(isContainer).map((node) => node.id)));
      },
      expandAll: () => {
        useCollapsed.getState().set(latest.current.tab, new Set());
      },
      enter: () => {
        const node = selectedNode();
        if (node && isContainer(node)) focusOn(latest.current.tab, node.id);
      },
      leave: () => {
        const { tab, graph, focus } = latest.current;
        if (focus === null || !graph) return;
        focusOn(tab, containersAround(graph, focus).at(-1)?.id ?? null);
        // One comes out where one went in.
        select(tab, { kind: "node", id: focus }, "canvas");
      },
      connect: () => {
        const node = selectedNode();
        if (node && latest.current.editable && node.kind !== "succeed" && node.kind !== "fail")
          usePicking.setState({ pull: { kind: "connect", from: node.id } });
      },
      move: () => {
        const node = selectedNode();
        if (node && latest.current.editable) usePicking.setState({ pull: { kind: "move", state: node.id } });
      },
      note: () => {
        const { document, flow, frame, editable, graph, drawn } = latest.current;
        const view = frame.current?.getBoundingClientRect();
        if (document === null || !editable || !drawn || !view) return;
        const node = selectedNode();
        const box = node ? drawn.layout.nodes.get(node.id) : undefined;
        const taken = placed(notesOf(document)(useNotes.getState()), graph, drawn.layout).map(({ at }) => at);
        const corner = flow.screenToFlowPosition({ x: view.left, y: view.top });
        const zoom = flow.getZoom();
        const seen = { ...corner, width: view.width / zoom, height: view.height / zoom };
        const at = placeFor(drawn.layout, taken, box ?? null, seen);
        if (node && box) addNote(document, node.id, { x: at.x - box.x, y: at.y - box.y });
        else addNote(document, null, at);
      },
      picture: (format, selection) => {
        const { drawn, tab, document } = latest.current;
        const chosen = selectedStates(tab)(useSelection.getState());
        const name = document === null ? undefined : useDocuments.getState().documents[document]?.name;
        if (drawn)
          askForPicture({
            graph: drawn.graph,
            layout: drawn.layout,
            name: name ?? "workflow",
            format,
            only: selection ? chosen : [],
            selected: chosen,
          });
      },
    };
  }, []);
  useEffect(() => {
    useFrontCanvas.setState({ canvas: handle });
    return () => {
      useFrontCanvas.setState((state) => (state.canvas === handle ? { canvas: null } : state));
    };
  }, [handle]);
  return handle;
}
