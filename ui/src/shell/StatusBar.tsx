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
  const found = { error: 0, warning: 0, info: 0 };
  for (const { severity } of document?.analysis.diagnostics ?? []) found[severity]++;
  const problems = [
    ...(found.error + found.warning > 0 ? [counted(found.error, "error"), counted(found.warning, "warning")] : []),
    ...(found.info > 0 ? [counted(found.info, "hint")] : []),
  ];
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
          {problems.length === 0 ? "No problems" : problems.join(", ")}
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
