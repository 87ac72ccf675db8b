// Executions that have not ended: which run, which stand still, and which an earlier application left.

import { Pause as PauseIcon, Play, Unplug, X } from "lucide-react";
import { type ReactElement, useState } from "react";

import { call, type DebugSession, useCommand } from "../backend";
import { activateTab, bufferOf, documentByPath, tabKey, useDocuments } from "../document";
import { moment, openExecution, resume, show, useSessions, useShownExecution, watch } from "../run";
import { detach, useDebug } from "./store";
import { placeName, whyPaused } from "./words";

const titleOf = ({ summary }: DebugSession): string => `${summary.workflow} · ${moment(summary.startedAt)}`;

/** The open document that the execution runs as it is: there it is shown, so that it can be edited and stopped. */
async function homeOf({ summary }: DebugSession): Promise<string | null> {
  const open = summary.path === null ? undefined : documentByPath(summary.path);
  if (!open) return null;
  const { definition } = await call("get_execution", { execution: summary.execution });
  return bufferOf(open.id)?.text === definition ? tabKey({ kind: "document", document: open.id }) : null;
}

export async function takeUp(session: DebugSession): Promise<void> {
  const { execution, status } = session.summary;
  if (status === "interrupted" && !(await resume(execution))) return;
  const home = await homeOf(session).catch(() => null);
  if (home === null) {
    openExecution({ execution, title: titleOf(session) });
    return;
  }
  await watch(execution, { live: true, version: null });
  show(home, execution);
  activateTab(home);
}

function useOpenSessions(): readonly DebugSession[] {
  return useCommand("list_sessions", {}).data?.sessions ?? [];
}

function whereOf(session: DebugSession, live: DebugSession["pause"]): string {
  const pause = live ?? session.pause;
  if (pause) return `paused${pause.node === null ? "" : ` at ${placeName(pause.node)}`}`;
  if (session.summary.status === "interrupted") return "cut off";
  return session.detached ? "runs by itself" : "runs";
}

/** A row for each, to switch between them. */
export function Sessions(): ReactElement | null {
  const sessions = useOpenSessions();
  const pauses = useDebug((state) => state.pauses);
  const known = useSessions((state) => state.sessions);
  const shown = useShownExecution();
  const open = sessions.filter(({ summary }) => {
    const status = known[summary.execution]?.status;
    return status === undefined || status === "running" || status === "interrupted";
  });
  if (open.length === 0) return null;
  return (
    <>
      <h3>Sessions</h3>
      <ul className="sessions" aria-label="Debug sessions">
        {open.map((session) => {
          const { execution, workflow, name, status } = session.summary;
          const live = pauses[execution] ?? null;
          const stands = live !== null || session.pause !== null;
          const Icon = stands ? PauseIcon : Play;
          return (
            <li key={execution} className={`${stands ? "paused" : ""} ${execution === shown ? "on" : ""}`}>
              <button
                type="button"
                className="link"
                aria-current={execution === shown}
                title={`${name}${live ? ` · ${whyPaused(live, [])}` : ""}`}
                onClick={() => void takeUp(session)}
              >
                <Icon size={12} aria-hidden="true" /> {workflow} <span className="mono">#{execution}</span>
              </button>
              <span className="dim">{whereOf(session, live)}</span>
              <span className="grow" />
              {status === "interrupted" ? (
                <button type="button" className="button small" onClick={() => void takeUp(session)}>
                  Resume
                </button>
              ) : session.detached ? null : (
                <button
                  type="button"
                  className="icon-button small"
                  aria-label={`Detach from ${workflow} ${execution}`}
                  title="Detach: let it run, breakpoints off"
                  onClick={() => void detach(execution)}
                >
                  <Unplug size={12} />
                </button>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** What stands still since the application ended. */
export const usePausedSessions = (): readonly DebugSession[] =>
  useOpenSessions().filter(({ summary, pause }) => summary.status === "interrupted" && pause !== null);

/** They are offered again at start. */
export function PausedSessions(): ReactElement | null {
  const sessions = usePausedSessions();
  const [first] = sessions;
  if (!first) return null;
  return <Offer sessions={sessions} />;
}

/** The same where workflows are open already; it can be put away. */
export function SessionOffer(): ReactElement | null {
  const sessions = usePausedSessions();
  const [away, setAway] = useState(false);
  const open = useDocuments((state) => state.tabs.length > 0);
  if (away || !open || sessions.length === 0) return null;
  return (
    <div className="session-offer">
      <Offer
        sessions={sessions}
        onAway={() => {
          setAway(true);
        }}
      />
    </div>
  );
}

function Offer({ sessions, onAway }: { sessions: readonly DebugSession[]; onAway?: () => void }): ReactElement {
  return (
    <div className="paused-sessions" role="status">
      <PauseIcon size={15} aria-hidden="true" />
      <div>
        <strong>{sessions.length === 1 ? "1 paused session" : `${String(sessions.length)} paused sessions`}</strong>
        <ul>
          {sessions.slice(0, 5).map((session) => (
            <li key={session.summary.execution}>
              <button type="button" className="button small" onClick={() => void takeUp(session)}>
                <Play size={12} /> Resume
              </button>
              <span>
                {session.summary.workflow}
                <span className="dim">
                  {" "}
                  {whereOf(session, null)} · started {moment(session.summary.startedAt)}
                </span>
              </span>
            </li>
          ))}
        </ul>
      </div>
      {onAway ? (
        <button type="button" className="icon-button small" aria-label="Not now" title="Not now" onClick={onAway}>
          <X size={13} />
        </button>
      ) : null}
    </div>
  );
}
