// What the run on the canvas is doing, and how it ended.

import { CircleCheck, CircleX, Hand, LoaderCircle, PauseCircle, Pin as PinIcon, SkipForward, X } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";

import { type ExecutionDetail, type ExecutionStatus, useCommand } from "../backend";
import { select, useDocuments } from "../document";
import { CopyButton, JsonText } from "../ui";
import { resume, show, skipWait, waitsForTime } from "./session";
import { usePendingTasks, useSession } from "./shown";
import { duration, STATUS_WORDS } from "./words";

const ICONS: Record<ExecutionStatus, typeof CircleCheck> = {
  running: LoaderCircle,
  interrupted: PauseCircle,
  succeeded: CircleCheck,
  failed: CircleX,
  timedOut: CircleX,
  aborted: CircleX,
};
const TONES: Record<ExecutionStatus, string> = {
  running: "run",
  interrupted: "warn",
  succeeded: "ok",
  failed: "bad",
  timedOut: "bad",
  aborted: "bad",
};

const SHORT_OUTCOME = 240;

function Outcome({ detail }: { detail: ExecutionDetail }): ReactElement | null {
  if (detail.output !== null) {
    return (
      <div className="outcome">
        <div className="pane-title">
          <span className="field-name">Output</span>
          <span className="grow" />
          <CopyButton text={detail.output} label="output" />
        </div>
        <JsonText text={detail.output} />
      </div>
    );
  }
  if (detail.error === null && detail.cause === null) return null;
  return (
    <div className="outcome">
      {detail.error === null ? null : <p className="mono bad-text">{detail.error}</p>}
      {detail.cause === null ? null : <pre className="json">{detail.cause}</pre>}
    </div>
  );
}

export function RunBanner({
  tab,
  execution,
  children,
}: {
  tab: string;
  execution: string;
  /** What others have to say about it. */
  children?: ReactNode;
}): ReactElement | null {
  const session = useSession(execution);
  const pending = usePendingTasks().filter((task) => task.execution === execution);
  const version = useDocuments((state) =>
    tab.startsWith("d") ? (state.documents[Number(tab.slice(1))]?.analysis.version ?? null) : null,
  );
  const over = session !== null && session.status !== "running";
  const { data: detail } = useCommand("get_execution", { execution }, { enabled: over });
  const [chosen, setOpen] = useState<boolean | null>(null);
  if (!session) return null;
  // A long outcome would hide the graph it came from, so it waits to be asked for.
  // An error is told in a sentence; its own words wait to be asked for.
  const open = chosen ?? (detail?.output !== null && (detail?.output ?? "").length < SHORT_OUTCOME);
  const Icon = pending.length > 0 && session.status === "running" ? Hand : ICONS[session.status];
  const edited = session.version !== null && version !== null && version !== session.version;
  const waits = waitsForTime(session, pending);
  const [first] = pending;
  const took = detail?.summary.endedAt
    ? duration(new Date(detail.summary.endedAt).getTime() - new Date(detail.summary.startedAt).getTime())
    : null;
  const tone = pending.length > 0 && session.status === "running" ? "warn" : TONES[session.status];
  return (
    <aside className={`banner banner-${tone}`} aria-label="Run" data-status={session.status}>
      <div className="banner-line" role="status">
        <Icon size={15} aria-hidden="true" />
        <strong title={first ? first.state : undefined}>
          {first && session.status === "running" ? (
            pending.length === 1 ? (
              <>
                Waits for your answer to <em>{first.state}</em>
              </>
            ) : (
              `${String(pending.length)} tasks wait for your answer`
            )
          ) : (
            STATUS_WORDS[session.status]
          )}
        </strong>
        <span className="dim mono">
          {session.events} events{took === null ? "" : ` · ${took}`}
        </span>
        {first && session.status === "running" ? (
          <button
            type="button"
            className="button small"
            onClick={() => {
              select(tab, { kind: "node", id: first.node }, "run");
            }}
          >
            Show
          </button>
        ) : null}
        {waits ? (
          <button
            type="button"
            className="button small"
            onClick={() => {
              void skipWait(execution);
            }}
          >
            <SkipForward size={12} /> Skip the wait
          </button>
        ) : null}
        {session.status === "interrupted" ? (
          <button
            type="button"
            className="button small"
            onClick={() => {
              void resume(execution);
            }}
          >
            Resume
          </button>
        ) : null}
        {detail && (detail.output !== null || detail.error !== null || detail.cause !== null) ? (
          <button
            type="button"
            className="button small"
            aria-expanded={open}
            onClick={() => {
              setOpen(!open);
            }}
          >
            {detail.output === null ? "Error" : "Output"}
          </button>
        ) : null}
        {over && tab.startsWith("d") ? (
          <button
            type="button"
            className="icon-button small"
            aria-label="Take the run off the canvas"
            title="Take the run off the canvas"
            onClick={() => {
              show(tab, null);
            }}
          >
            <X size={14} />
          </button>
        ) : null}
      </div>
      {edited ? <p className="banner-note">The definition was edited after this run began.</p> : null}
      {detail && detail.summary.pinned.length > 0 ? (
        <p className="banner-note">
          <PinIcon size={11} aria-hidden="true" /> Used pinned data: {detail.summary.pinned.join(", ")}
        </p>
      ) : null}
      {children}
      {open && detail && over ? <Outcome detail={detail} /> : null}
    </aside>
  );
}
