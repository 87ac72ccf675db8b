// A task that waits for a person: what it was called with, and its result or its error.

import { Hand, HeartPulse } from "lucide-react";
import { type ReactElement, useId, useState } from "react";

import type { PendingTask } from "../backend";
import { JsonField, jsonTrouble } from "../code";
import { JsonText, prettyJson } from "../ui";
import { deadlinesOf } from "./deadlines";
import { answer, heartbeat } from "./session";
import { useNow } from "./now";
import { duration, moment } from "./words";

const KINDS = { task: "answer by hand", callback: "waits for its token", activity: "waits for a worker" } as const;

/** Drafts survive a look at something else. */
const drafts = new Map<string, { mode: "succeed" | "fail"; result: string; error: string; cause: string }>();
const keyOf = (task: PendingTask): string => `${task.execution} ${task.task}`;

export function AnswerForm({
  task,
  withArguments = true,
  onShow = null,
}: {
  task: PendingTask;
  withArguments?: boolean;
  /** Shows the task on the canvas. */
  onShow?: (() => void) | null;
}): ReactElement {
  const id = useId();
  const [draft, setDraft] = useState(
    () =>
      drafts.get(keyOf(task)) ?? {
        mode: "succeed" as const,
        result: prettyJson(task.suggestedResult),
        error: task.knownErrors[0] ?? "States.TaskFailed",
        cause: "",
      },
  );
  const [sending, setSending] = useState(false);
  const change = (part: Partial<typeof draft>): void => {
    const next = { ...draft, ...part };
    drafts.set(keyOf(task), next);
    setDraft(next);
  };
  const trouble = draft.mode === "succeed" ? jsonTrouble(draft.result) : null;
  const send = (): void => {
    if (trouble !== null || sending) return;
    setSending(true);
    void answer(
      task,
      draft.mode === "succeed"
        ? { result: draft.result }
        : { error: draft.error === "" ? null : draft.error, cause: draft.cause === "" ? null : draft.cause },
    ).then((sent) => {
      if (sent) drafts.delete(keyOf(task));
      setSending(false);
    });
  };
  return (
    <section className="answer" aria-label={`Answer ${task.state}`}>
      <header>
        <Hand size={15} aria-hidden="true" />
        <strong>{task.state}</strong>
        <span className="dim">
          {KINDS[task.kind]}
          {task.iterations.length > 0 ? ` · item ${task.iterations.join(" › ")}` : ""} · since {moment(task.since)}
        </span>
        <span className="grow" />
        {onShow === null ? null : (
          <button type="button" className="button small" onClick={onShow}>
            Show
          </button>
        )}
      </header>
      <Deadlines task={task} />
      {withArguments ? (
        <details open={task.arguments.length < 120}>
          <summary>
            Called with <code>{task.resource}</code>
          </summary>
          <JsonText text={task.arguments} />
        </details>
      ) : null}
      <div className="segments" role="radiogroup" aria-label="Kind of answer">
        <label className={draft.mode === "succeed" ? "on" : ""}>
          <input
            type="radio"
            name={`${id}-mode`}
            checked={draft.mode === "succeed"}
            onChange={() => {
              change({ mode: "succeed" });
            }}
          />
          Result
        </label>
        <label className={draft.mode === "fail" ? "on" : ""}>
          <input
            type="radio"
            name={`${id}-mode`}
            checked={draft.mode === "fail"}
            onChange={() => {
              change({ mode: "fail" });
            }}
          />
          Error
        </label>
      </div>
      {draft.mode === "succeed" ? (
        <>
          <JsonField
            id={keyOf(task)}
            label="Result"
            value={draft.result}
            onChange={(result) => {
              change({ result });
            }}
            onSubmit={send}
          />
          {trouble === null ? null : (
            <p className="field-note bad" role="status">
              {trouble}
            </p>
          )}
        </>
      ) : (
        <>
          <label className="field">
            <span className="field-name">Error</span>
            <input
              list={`${id}-errors`}
              value={draft.error}
              spellCheck={false}
              className="mono"
              onChange={(event) => {
                change({ error: event.currentTarget.value });
              }}
            />
            <datalist id={`${id}-errors`}>
              {task.knownErrors.map((error) => (
                <option key={error} value={error} />
              ))}
            </datalist>
          </label>
          <label className="field">
            <span className="field-name">Cause</span>
            <textarea
              rows={2}
              value={draft.cause}
              onChange={(event) => {
                change({ cause: event.currentTarget.value });
              }}
            />
          </label>
        </>
      )}
      <footer>
        <button
          type="button"
          className={`button ${draft.mode === "succeed" ? "primary" : "danger"}`}
          disabled={trouble !== null || sending}
          onClick={send}
        >
          {sending ? "Sending…" : draft.mode === "succeed" ? "Answer" : "Fail the task"}
        </button>
      </footer>
    </section>
  );
}

/** By when it wants an answer or a sign of life, and the button that gives one. */
function Deadlines({ task }: { task: PendingTask }): ReactElement | null {
  const waits = task.heartbeatAt !== null || task.timeoutAt !== null;
  const now = useNow(waits && task.clock.type === "real");
  const [beating, setBeating] = useState(false);
  if (!waits) return null;
  return (
    <p className="deadlines">
      {deadlinesOf(task, now).map((deadline) => (
        <span key={deadline.kind} className={deadline.near ? "bad-text" : "dim"}>
          {deadline.kind === "heartbeat" ? "sign of life within " : "times out in "}
          <span className="mono">{duration(deadline.left)}</span>
          {deadline.runs ? "" : " of its time"}
        </span>
      ))}
      {task.heartbeatAt === null ? null : (
        <button
          type="button"
          className="button small"
          disabled={beating}
          onClick={() => {
            setBeating(true);
            void heartbeat(task).finally(() => {
              setBeating(false);
            });
          }}
        >
          <HeartPulse size={13} /> Send heartbeat
        </button>
      )}
    </p>
  );
}
