// What the toolbar offers while the execution on show stands still.

import { ArrowDownToDot, ArrowUpFromDot, Play, Redo, Square, Undo } from "lucide-react";
import type { ReactElement } from "react";

import { stop } from "../run";
import { Tip } from "../ui";
import { advance, back, useDebug } from "./store";

export function DebugButtons({ execution }: { execution: string }): ReactElement {
  const past = useDebug((state) => state.past[execution]);
  const fork = past === undefined ? "" : " in a fork from here";
  return (
    <span className="debug-buttons" role="group" aria-label="Debugger">
      <Tip text={`To the next breakpoint${fork}`} keys="F5">
        <button
          type="button"
          className="button primary"
          onClick={() => {
            void advance(execution, "continue");
          }}
        >
          <Play size={14} /> {past === undefined ? "Continue" : "Fork"} <kbd>F5</kbd>
        </button>
      </Tip>
      <Tip text={`To the next change of this branch or item${fork}`} keys="F10">
        <button
          type="button"
          className="button"
          onClick={() => {
            void advance(execution, "over");
          }}
        >
          <Redo size={14} /> Over <kbd>F10</kbd>
        </button>
      </Tip>
      <Tip text={`To the next change anywhere${fork}`} keys="F11">
        <button
          type="button"
          className="button"
          onClick={() => {
            void advance(execution, "into");
          }}
        >
          <ArrowDownToDot size={14} /> Into
        </button>
      </Tip>
      <Tip text={`Out of this branch or item${fork}`} keys="Shift+F11">
        <button
          type="button"
          className="button"
          onClick={() => {
            void advance(execution, "out");
          }}
        >
          <ArrowUpFromDot size={14} /> Out
        </button>
      </Tip>
      <Tip text="Show the state before; nothing is undone" keys="Shift+F10">
        <button
          type="button"
          className="button"
          onClick={() => {
            void back(execution, false);
          }}
        >
          <Undo size={14} /> Back
        </button>
      </Tip>
      <Tip text="Stop the run" keys="Shift+F5">
        <button
          type="button"
          className="button"
          onClick={() => {
            void stop(execution);
          }}
        >
          <Square size={13} /> Stop
        </button>
      </Tip>
    </span>
  );
}
