import { FileInput, GitCompareArrows, GitFork, History, LogIn, Pin, Play, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";

import { type ExecutionSummary, explain, useCommand } from "../backend";
import { activeDocument, useDocuments } from "../document";
import { openExecution } from "./open";
import { remove, resume } from "./session";
import { useShownExecution } from "./shown";
import { duration, moment, STATUS_WORDS } from "./words";

function spanOf(execution: ExecutionSummary): string {
  if (execution.endedAt === null) return "";
  return duration(new Date(execution.endedAt).getTime() - new Date(execution.startedAt).getTime());
}

/** Where an execution comes from, if not from the beginning of its workflow. */
function Origin({ execution }: { execution: ExecutionSummary }): ReactElement | null {
  const { origin } = execution;
  if (origin === null) return null;
  if (origin.type === "imported")
    return (
      <span className="origin-tag" title={`Imported from ${origin.file}`}>
        <FileInput size={12} aria-hidden="true" /> imported{origin.inferred ? ", graph from events" : ""}
      </span>
    );
  if (origin.type === "startedAt")
    return (
      <span className="origin-tag" title="Started at this state instead of the first">
        <LogIn size={12} aria-hidden="true" /> from {origin.state}
      </span>
    );
  const { name } = origin;
  return (
    <span className="origin-tag" title={`Goes its own way after event ${String(origin.event)}`}>
      <GitFork size={12} aria-hidden="true" /> {origin.edited ? "edited fork of" : "fork of"}{" "}
      {name === null ? (
        "a deleted run"
      ) : (
        <button
          type="button"
          className="link mono"
          title={`Open ${name}`}
          onClick={() => {
            openExecution({ execution: origin.execution, title: `${execution.workflow} · ${name}` });
          }}
        >
          {name}
        </button>
      )}
    </span>
  );
}

function Row({
  execution,
  on,
  chosen,
  onChoose,
}: {
  execution: ExecutionSummary;
  on: boolean;
  /** Ticked, to be compared with another. */
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}): ReactElement {
  const open = (): void => {
    openExecution({ execution: execution.execution, title: `${execution.workflow} · ${moment(execution.startedAt)}` });
  };
  return (
    <tr className={on ? "on" : ""} onDoubleClick={open}>
      <td className="tick">
        <input
          type="checkbox"
          aria-label={`Choose ${execution.name} to compare`}
          checked={chosen}
          onChange={(event) => {
            onChoose(event.currentTarget.checked);
          }}
        />
      </td>
      <td>
        <span className={`status status-${execution.status}`}>{STATUS_WORDS[execution.status]}</span>
      </td>
      <td>
        <button type="button" className="link mono" onClick={open}>
          {execution.name}
        </button>
      </td>
      <td>{execution.workflow}</td>
      <td className="mono">{moment(execution.startedAt)}</td>
      <td className="mono number">{spanOf(execution)}</td>
      <td className="mono number">{execution.events}</td>
      <td className="run-note">
        {execution.pendingTasks > 0 ? (
          <span className="warn-text">
            {execution.pendingTasks === 1
              ? "1 task waits for you"
              : `${String(execution.pendingTasks)} tasks wait for you`}
          </span>
        ) : (
          (execution.error ?? "")
        )}{" "}
        <Origin execution={execution} />
        {execution.pinned.length > 0 ? (
          <span className="origin-tag" title={`Pinned: ${execution.pinned.join(", ")}`}>
            <Pin size={12} aria-hidden="true" /> pinned data
          </span>
        ) : null}
      </td>
      <td className="actions">
        {execution.status === "interrupted" ? (
          <button
            type="button"
            className="button small"
            onClick={() => {
              void resume(execution.execution).then((done) => {
                if (done) open();
              });
            }}
          >
            <Play size={12} /> Resume
          </button>
        ) : null}
        {execution.status === "running" ? null : (
          <button
            type="button"
            className="icon-button small"
            aria-label={`Delete ${execution.name}`}
            title="Delete this execution"
            onClick={() => {
              void remove(execution.execution);
            }}
          >
            <Trash2 size={13} />
          </button>
        )}
      </td>
    </tr>
  );
}

/** Past and present executions, the latest first. */
export function Executions({ onCompare }: { onCompare: (a: string, b: string) => void }): ReactElement {
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const path = useDocuments((state) => activeDocument(state)?.path ?? null);
  const [only, setOnly] = useState(false);
  const [limit, setLimit] = useState(50);
  const { data, error } = useCommand(
    "list_executions",
    { path: only ? path : null, limit, before: null },
    { keep: true },
  );
  const shown = useShownExecution();
  if (error) return <div className="empty bad">{explain(error)}</div>;
  if (!data) return <div className="empty">Reading executions…</div>;
  return (
    <div className="table-frame">
      {data.executions.length === 0 ? (
        <div className="empty">
          <History size={22} aria-hidden="true" />
          <p>No executions{only ? " of this workflow" : ""} yet.</p>
          <p className="dim">Press F5 to run the workflow in front.</p>
        </div>
      ) : (
        <table className="table">
          <thead>
            <tr>
              <th className="tick">
                <button
                  type="button"
                  className="icon-button small"
                  aria-label="Compare the two that are ticked"
                  title={
                    chosen.length === 2 ? "Compare the two that are ticked" : "Tick two executions to compare them"
                  }
                  disabled={chosen.length !== 2}
                  onClick={() => {
                    // The older one first.
                    const [a = "", b = ""] = [...chosen].sort((one, other) => Number(one) - Number(other));
                    onCompare(a, b);
                  }}
                >
                  <GitCompareArrows size={14} />
                </button>
              </th>
              <th>Status</th>
              <th>Name</th>
              <th>Workflow</th>
              <th>Started</th>
              <th className="number">Took</th>
              <th className="number">Events</th>

              <th colSpan={2}>
                <span className="note-head">
                  Note
                  <label className="check small">
                    <input
                      type="checkbox"
                      checked={only}
                      disabled={path === null}
                      onChange={(event) => {
                        setOnly(event.currentTarget.checked);
                      }}
                    />
                    only this file
                  </label>
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {data.executions.map((execution) => (
              <Row
                key={execution.execution}
                execution={execution}
                on={execution.execution === shown}
                chosen={chosen.includes(execution.execution)}
                onChoose={(ticked) => {
                  const rest = chosen.filter((other) => other !== execution.execution);
                  // A third one takes the place of the first.
                  setChosen(ticked ? [...rest, execution.execution].slice(-2) : rest);
                }}
              />
            ))}
          </tbody>
        </table>
      )}
      {only && data.executions.length === 0 ? (
        <button
          type="button"
          className="link"
          onClick={() => {
            setOnly(false);
          }}
        >
          Show those of all workflows
        </button>
      ) : null}
      {data.more ? (
        <button
          type="button"
          className="link"
          onClick={() => {
            setLimit(limit + 50);
          }}
        >
          Show more
        </button>
      ) : null}
    </div>
  );
}
