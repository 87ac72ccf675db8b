// What went into a state and came out of it, stage by stage, for each time it ran.

import { Database } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";

import { type DataStage, explain, refresh, type StateRun, useCommand } from "../backend";
import { bytes, duration, moment, NODE_WORDS, useSession } from "../run";
import { CopyButton, JsonText, readJson } from "../ui";

const LIMIT = 100;

/** How a stage differs from the one before: `2 added, 1 changed`. */
export function changesBetween(before: string, after: string): string {
  const a = readJson(before),
    b = readJson(after);
  if (!a || !b || a.kind !== "object" || b.kind !== "object") return before === after ? "unchanged" : "";
  const text = (value: unknown): string => JSON.stringify(value);
  const old = new Map(a.entries.map(([key, value]) => [key, text(value)]));
  let added = 0,
    changed = 0;
  for (const [key, value] of b.entries) {
    const was = old.get(key);
    if (was === undefined) added++;
    else if (was !== text(value)) changed++;
    old.delete(key);
  }
  const parts = [
    added > 0 ? `${String(added)} added` : "",
    changed > 0 ? `${String(changed)} changed` : "",
    old.size > 0 ? `${String(old.size)} gone` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "unchanged" : parts.join(", ");
}

function Stage({ stage, before }: { stage: DataStage; before: DataStage | undefined }): ReactElement {
  const changes = before === undefined ? "" : changesBetween(before.value, stage.value);
  return (
    <section className={`stage ${changes !== "" && changes !== "unchanged" ? "differs" : ""}`}>
      <header>
        <span>{stage.name}</span>
        <span className="stage-note">
          {changes === "" ? "" : `${changes} · `}
          {bytes(stage.bytes)}
        </span>
        <CopyButton text={stage.value} label={stage.name} />
      </header>
      {changes === "unchanged" && stage.value.length > 200 ? (
        <p className="dim pad">As before.</p>
      ) : (
        <JsonText text={stage.value} before={before?.value} />
      )}
    </section>
  );
}

function runLabel(run: StateRun, index: number, total: number): string {
  const item = run.iterations.length > 0 ? ` · item ${run.iterations.join(" › ")}` : "";
  return `Run ${String(total - index)}${item} · ${NODE_WORDS[run.status]}`;
}

function Run({ run }: { run: StateRun }): ReactElement {
  const took = run.exitedAt === null ? null : new Date(run.exitedAt).getTime() - new Date(run.enteredAt).getTime();
  return (
    <>
      <p className="run-line dim">
        <span className="mono">{moment(run.enteredAt)}</span>
        {took === null ? "" : ` · ${duration(took)}`}
        {run.attempts > 1 ? ` · ${String(run.attempts)} attempts` : ""}
      </p>
      {run.error === null ? null : (
        <section className="stage stage-error">
          <header>
            <span>Error</span>
          </header>
          <p className="mono bad-text pad">{run.error}</p>
          {run.cause === null ? null : <pre className="json">{run.cause}</pre>}
        </section>
      )}
      {run.stages.map((stage, index) => (
        <Stage key={stage.name} stage={stage} before={run.stages[index - 1]} />
      ))}
      {run.assigned.length > 0 ? (
        <>
          <h3>Variables assigned</h3>
          <dl className="facts">
            {run.assigned.map(({ name, value }) => (
              <div key={name} className="fact">
                <dt className="mono">${name}</dt>
                <dd>
                  <code title={value}>{value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </>
      ) : null}
    </>
  );
}

export function Data({ node, execution }: { node: string; execution: string | null }): ReactElement {
  const progress = useSession(execution)?.nodes[node];
  const { data, error } = useCommand(
    "get_state_runs",
    { execution: execution ?? "", node, limit: LIMIT },
    { enabled: execution !== null && progress !== undefined, keep: false },
  );
  const [chosen, setChosen] = useState<number | null>(null);
  // What the state does changes its runs; a short wait gathers what a busy run says.
  useEffect(() => {
    if (execution === null || progress === undefined) return;
    const timer = window.setTimeout(() => {
      refresh("get_state_runs", { execution, node });
    }, 120);
    return () => {
      window.clearTimeout(timer);
    };
  }, [execution, node, progress]);
  if (execution === null || progress === undefined) {
    return (
      <div className="empty">
        <Database size={22} aria-hidden="true" />
        <p>{execution === null ? "No run is on show." : "This state has not run."}</p>
        <p className="dim">Its input, every stage of its data and its output appear here when it runs.</p>
      </div>
    );
  }
  if (error) return <div className="empty bad">{explain(error)}</div>;
  if (!data) return <div className="empty">Reading…</div>;
  const at = Math.max(
    0,
    data.runs.findIndex((run) => run.enteredEvent === chosen),
  );
  const run = data.runs[at];
  return (
    <div className="inspector-body">
      {data.runs.length > 1 ? (
        <label className="field inline">
          <span className="visually-hidden">Which run</span>
          <select
            value={run?.enteredEvent ?? ""}
            onChange={(event) => {
              setChosen(Number(event.currentTarget.value));
            }}
          >
            {data.runs.map((candidate, index) => (
              <option key={candidate.enteredEvent} value={candidate.enteredEvent}>
                {runLabel(candidate, index, data.total)}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {data.total > data.runs.length ? (
        <p className="dim">
          The latest {data.runs.length} of {data.total} runs.
        </p>
      ) : null}
      {run ? <Run run={run} /> : <p className="dim">No runs.</p>}
    </div>
  );
}
