// The keys of the canvas: going from state to state, selecting more, editing, looking.

import type { KeyboardEvent } from "react";

import { copySelected, cutSelected, duplicateSelected, pasteFromClipboard, removeSelected, selectAll } from "../design";
import { select, selectedStates, selectStates, type Selected, useSelection } from "../document";
import { closeFind, openFind, useFind } from "./find";
import { type Direction, neighbour } from "./graph";
import { isContainer } from "./layout";
import { usePicking } from "./TargetPicker";
import type { Drawn } from "./useLayout";
import { type CanvasHandle, useTool } from "./view";

const EDIT_KEYS: Record<string, () => void> = {
  c: () => void copySelected(),
  x: () => void cutSelected(),
  v: pasteFromClipboard,
  d: duplicateSelected,
};

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

interface Situation {
  readonly tab: string;
  readonly drawn: Drawn | null;
  readonly selected: Selected | null;
  readonly editable: boolean;
  readonly focused: boolean;
  readonly handle: CanvasHandle;
  toggle(id: string): void;
}

/** Puts the cursor into the name of the selected state. */
export function renameSelected(): void {
  document.querySelector<HTMLInputElement>(".state-name-field")?.select();
}

function withControl(event: KeyboardEvent, { editable }: Situation): boolean {
  const key = event.key.toLowerCase();
  if (event.shiftKey) return false;
  if (key === "a") selectAll();
  else if (key === "f") openFind();
  else if (editable && EDIT_KEYS[key]) EDIT_KEYS[key]();
  else return false;
  return true;
}

/** The transitions of a state one after the other, then the state again. */
function nextTransition({ tab, drawn, selected }: Situation): boolean {
  if (!drawn || !selected) return false;
  const edge =
    selected.kind === "edge" ? drawn.graph.edges.find((candidate) => candidate.id === selected.id) : undefined;
  const from = edge?.from ?? selected.id;
  const out = drawn.graph.edges.filter((candidate) => candidate.from === from);
  const next = out[edge ? out.indexOf(edge) + 1 : 0];
  select(tab, next ? { kind: "edge", id: next.id } : { kind: "node", id: from }, "outline");
  return true;
}

function go(event: KeyboardEvent, { tab, drawn, selected }: Situation, direction: Direction): boolean {
  if (!drawn) return false;
  const from = selected?.kind === "node" ? selected.id : null;
  const next = neighbour(drawn.graph, drawn.layout, from, direction);
  if (next === null) return true;
  const before = event.shiftKey ? selectedStates(tab)(useSelection.getState()) : [];
  selectStates(tab, [...before.filter((id) => id !== next), next], "outline");
  return true;
}

function plain(event: KeyboardEvent, situation: Situation): boolean {
  const { tab, drawn, selected, editable, focused, handle, toggle } = situation;
  const direction = ARROWS[event.key];
  if (direction) return go(event, situation, direction);
  const node = selected?.kind === "node" ? drawn?.graph.nodes.find(({ id }) => id === selected.id) : undefined;
  switch (event.key) {
    case "Escape":
      if (usePicking.getState().pull) usePicking.setState({ pull: null });
      else if (useFind.getState().open) closeFind();
      else if (selected) select(tab, null, "canvas");
      else if (focused) handle.leave();
      return true;
    case "Backspace":
      if (editable && selected) removeSelected();
      else if (focused) handle.leave();
      return true;
    case "Delete":
      if (editable) removeSelected();
      return true;
    case "Enter":
      if (node && isContainer(node)) handle.enter();
      else if (selected?.kind === "edge" && editable)
        usePicking.setState({ pull: { kind: "reconnect", edge: selected.id, end: "to" } });
      else if (node)
        document.querySelector<HTMLElement>(".inspector input, .inspector textarea, .inspector button")?.focus();
      return true;
    case "F2":
      if (editable) renameSelected();
      return true;
    case " ":
      if (node && isContainer(node) && !event.repeat) toggle(node.id);
      return true;
    case "0":
      handle.actualSize();
      return true;
    case "1":
      handle.fit();
      return true;
    case "2":
      handle.zoomToSelection();
      return true;
    case "+":
    case "=":
      handle.zoomBy(1);
      return true;
    case "-":
      handle.zoomBy(-1);
      return true;
    case "h":
      useTool.setState({ tool: "hand" });
      return true;
    case "v":
      useTool.setState({ tool: "select" });
      return true;
    case "c":
      handle.connect();
      return true;
    case "m":
      handle.move();
      return true;
    case "t":
      return nextTransition(situation);
    case "n":
      handle.note();
      return true;
    case "[":
      handle.collapseAll();
      return true;
    case "]":
      handle.expandAll();
      return true;
  }
  return false;
}

/** Works a key off. True if it was one of the canvas. */
export function pressed(event: KeyboardEvent, situation: Situation): boolean {
  if (event.target instanceof HTMLElement) {
    if (event.target.closest("input, textarea, select")) return false;
    // A button or link on the canvas is pressed with these itself.
    if ((event.key === "Enter" || event.key === " ") && event.target.closest("button, a[href], [role=button]"))
      return false;
  }
  if (event.altKey) {
    if (event.key !== "ArrowUp" || event.ctrlKey || event.metaKey) return false;
    situation.handle.leave();
    return true;
  }
  if (event.ctrlKey || event.metaKey) return withControl(event, situation);
  return plain(event, situation);
}
