// What the debugger offers where the right button was pressed: breakpoints, and what can be done at a pause.

import type { GraphEdge, GraphNode } from "../backend";
import { activeDocument, useDocuments } from "../document";
import type { MenuEntry } from "../ui";
import { breakpointsOf, editBreakpoint, kindsFor, toggleKind } from "./breakpoints";
import { openChange } from "./changes";
import { change, pausedExecution, runTo, shownExecution, useDebug } from "./store";
import { ON_TITLES } from "./words";

/** Of a state. */
export function nodeMenu(node: GraphNode): MenuEntry[] {
  const document = activeDocument(useDocuments.getState())?.id;
  const entries: MenuEntry[] = [];
  const execution = shownExecution();
  const paused = pausedExecution();
  if (execution !== null && (paused !== null || useDebug.getState().past[execution] !== undefined))
    entries.push({ label: "Run to here", keys: "Ctrl+F10", run: () => void runTo(execution, node.id) });
  const scope = paused === null ? undefined : useDebug.getState().scopes[paused];
  if (paused !== null && scope && scope.node === node.id && useDebug.getState().past[paused] === undefined) {
    const { can } = scope;
    const offer = (wanted: boolean, label: string, what: Parameters<typeof openChange>[0]): void => {
      if (wanted)
        entries.push({
          label,
          run: () => {
            openChange(what);
          },
        });
    };
    offer(can.answer !== null, "Answer by hand…", { kind: "answer" });
    offer(can.leave, "Skip with an output…", { kind: "leave" });
    offer(can.fail, "Make it fail…", { kind: "fail" });
    offer(can.input, "Change its input…", { kind: "input" });
  }
  if (entries.length > 0) entries.push("separator");
  if (document === undefined) return entries;
  const set = breakpointsOf(document).filter((breakpoint) => breakpoint.place === node.id);
  entries.push({ heading: "Stop" });
  kindsFor(node).forEach((on, at) => {
    entries.push({
      label: ON_TITLES[on],
      checked: set.some((breakpoint) => breakpoint.on === on),
      ...(at === 0 ? { keys: "F9" } : {}),
      run: () => {
        toggleKind(document, node.id, on);
      },
    });
  });
  entries.push({
    label: set.length === 0 ? "With a condition or a message…" : "Edit the breakpoint…",
    run: () => {
      editBreakpoint(document, node.id);
    },
  });
  return entries;
}

/** Of a transition. */
export function edgeMenu(edge: GraphEdge): MenuEntry[] {
  const document = activeDocument(useDocuments.getState())?.id;
  const entries: MenuEntry[] = [];
  const paused = pausedExecution();
  const scope = paused === null ? undefined : useDebug.getState().scopes[paused];
  if (paused !== null && scope && scope.thread !== null && scope.can.choose.includes(edge.id)) {
    const { thread } = scope;
    entries.push(
      {
        label: "Take this way",
        run: () => void change(paused, thread, { type: "choose", edge: edge.id }),
      },
      "separator",
    );
  }
  if (document === undefined || edge.reason.type === "start") return entries;
  const set = breakpointsOf(document).filter((breakpoint) => breakpoint.place === edge.id);
  entries.push(
    {
      label: "Stop when it is taken",
      keys: "F9",
      checked: set.length > 0,
      run: () => {
        toggleKind(document, edge.id, "transition");
      },
    },
    {
      label: set.length === 0 ? "With a condition or a message…" : "Edit the breakpoint…",
      run: () => {
        editBreakpoint(document, edge.id, "transition");
      },
    },
  );
  return entries;
}
