// Executions that have not ended: which run, which stand still, and which an earlier application left.

import { Pause as PauseIcon, Play, Unplug } from "lucide-react";
import type { ReactElement } from "react";

import { type DebugSession, useCommand } from "../backend";
import { moment, openExecution, resume, useSessions, useShownExecution } from "../run";
import { detach, useDebug } from "./store";
import { placeName, whyPaused } from "./words";

const titleOf = ({ summary }: DebugSession): string => `${summary.workflow} · ${moment(summary.startedAt)}`;

export async function takeUp(session: DebugSession): Promise<void> {
  const { execution, status } = session.summary;
  if (status === "interrupted" && !(await resume(execution))) return;
  openExecution({ execution, title: titleOf(session) });
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
    </div>
  );
}
