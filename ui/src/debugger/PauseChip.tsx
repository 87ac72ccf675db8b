// Over the canvas: that the execution stands still, where and why, or that the past is on show.

import "./debugger.css";
import "./looking.css";

import { History, Pause as PauseIcon } from "lucide-react";
import type { ReactElement } from "react";

import { activeDocument, useDocuments } from "../document";
import { useBreakpoints } from "./breakpoints";
import { now, useDebug } from "./store";
import { placeName, whyPaused } from "./words";

export function PauseChip({ execution }: { execution: string }): ReactElement | null {
  const pause = useDebug((state) => state.pauses[execution]);
  const past = useDebug((state) => state.past[execution]);
  const scope = useDebug((state) => state.scopes[execution]);
  const document = useDocuments((state) => activeDocument(state)?.id ?? null);
  const breakpoints = useBreakpoints(document);
  if (past !== undefined) {
    return (
      <div className="pause-chip past" role="status">
        <History size={14} aria-hidden="true" />
        <span>
          Event {past}
          {scope ? ` of ${String(scope.total)}, ` : ""}
          <strong>{scope?.words ?? ""}</strong>
        </span>
        <button
          type="button"
          className="button small"
          onClick={() => {
            now(execution);
          }}
        >
          Back to now
        </button>
      </div>
    );
  }
  if (!pause) return null;
  const item = pause.iterations.length > 0 ? `, item ${pause.iterations.join(" › ")}` : "";
  return (
    <div className="pause-chip" role="status">
      <PauseIcon size={14} aria-hidden="true" />
      <span>
        Paused <strong>{scope?.words ?? (pause.node === null ? "" : `at ${placeName(pause.node)}`)}</strong>
        {item} <span className="dim">· {whyPaused(pause, breakpoints)}</span>
      </span>
    </div>
  );
}
