import type { ReactElement } from "react";

import { useConnection } from "../backend";
import { useCursor } from "../code";
import { Gauges } from "../debugger";
import type { OpenDocument } from "../document";
import { type Session, STATUS_WORDS } from "../run";
import { showPage } from "./panels";

const counted = (count: number, one: string): string => `${String(count)} ${one}${count === 1 ? "" : "s"}`;

export function StatusBar({
  document,
  session,
  paused,
  states,
}: {
  document: OpenDocument | undefined;
  session: Session | null;
  paused: boolean;
  states: number;
}): ReactElement {
  const { connection } = useConnection();
  const cursor = useCursor();
  const errors = document?.analysis.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length ?? 0;
  const warnings = document?.analysis.diagnostics.filter((diagnostic) => diagnostic.severity === "warning").length ?? 0;
  return (
    <footer className="status-bar">
      {connection === "offline" ? <span className="bad-text">● Backend unreachable, trying again…</span> : null}
      {session && paused ? (
        <span className="status status-interrupted">Paused</span>
      ) : session ? (
        <span className={`status status-${session.status}`}>{STATUS_WORDS[session.status]}</span>
      ) : (
        <span>Ready</span>
      )}
      {document ? (
        <button
          type="button"
          className="status-button"
          onClick={() => {
            showPage("problems");
          }}
        >
          {errors + warnings === 0 ? "No problems" : `${counted(errors, "error")}, ${counted(warnings, "warning")}`}
        </button>
      ) : null}
      {document?.trouble ? (
        <span className="bad-text" title={document.trouble}>
          The last change could not be handed over
        </span>
      ) : null}
      <span className="grow" />
      <Gauges />
      {document ? (
        <>
          <span>{counted(states, "state")}</span>
          <span>{document.analysis.queryLanguage}</span>
        </>
      ) : null}
      {cursor && Object.keys(cursor).length > 0 ? (
        <span className="mono">
          Ln {cursor.line}, Col {cursor.column}
        </span>
      ) : null}
    </footer>
  );
}
