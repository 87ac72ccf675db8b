// What can be changed where an execution stands still, and the dialog in which it is changed.

import { AlarmClock, ChevronDown, CircleX, CornerDownRight, Hand, Pencil, SkipForward } from "lucide-react";
import { type ReactElement, useId, useState } from "react";

import type { Change, DebugScope } from "../backend";
import { JsonField, jsonTrouble } from "../code";
import { moment } from "../run";
import { Dialog, Menu, prettyJson } from "../ui";
import { closeChange, openChange, useChanging, type What } from "./changes";
import { change, useDebug } from "./store";
import { placeName, TIMER_WORDS } from "./words";

/** The buttons beside the data of the state. */
export function Changes({ execution, scope }: { execution: string; scope: DebugScope }): ReactElement | null {
  const { can, thread } = scope;
  if (thread === null) return null;
  const send = (made: Change): void => void change(execution, thread, made);
  return (
    <div className="change-buttons" role="group" aria-label="Change what happens">
      {can.answer ? (
        <button
          type="button"
          className="button small primary"
          onClick={() => {
            openChange({ kind: "answer" });
          }}
        >
          <Hand size={12} /> {can.answer.given ? "Answer otherwise…" : "Answer…"}
        </button>
      ) : null}
      {can.input ? (
        <button
          type="button"
          className="button small"
          onClick={() => {
            openChange({ kind: "input" });
          }}
        >
          <Pencil size={12} /> Change input…
        </button>
      ) : null}
      {can.fail ? (
        <button
          type="button"
          className="button small"
          onClick={() => {
            openChange({ kind: "fail" });
          }}
        >
          <CircleX size={12} /> Fail…
        </button>
      ) : null}
      {can.leave ? (
        <button
          type="button"
          className="button small"
          onClick={() => {
            openChange({ kind: "leave" });
          }}
        >
          <SkipForward size={12} /> Skip with output…
        </button>
      ) : null}
      {can.stages.length > 0 ? (
        <Menu
          trigger={
            <button
              type="button"
              className={`button small ${can.stages.some((stage) => stage.decided) ? "decided" : ""}`}
              title="Put a value in place of what a stage of the data flow comes to"
            >
              Change a stage <ChevronDown size={12} aria-hidden="true" />
            </button>
          }
          entries={can.stages.map((stage) => ({
            label: stage.decided ? `${stage.name}: changed` : stage.name,
            run: () => {
              openChange({ kind: "stage", stage: stage.name });
            },
          }))}
        />
      ) : null}
      {can.choose.map((edge) => (
        <button
          key={edge}
          type="button"
          className="button small"
          onClick={() => {
            send({ type: "choose", edge });
          }}
        >
          <CornerDownRight size={12} /> Go {placeName(edge).split(" → ").at(-1)}
        </button>
      ))}
      {can.timers.map((timer) => (
        <span key={timer.kind} className="timer-change">
          <AlarmClock size={12} aria-hidden="true" />
          {TIMER_WORDS[timer.kind]} <time className="mono">{moment(timer.at)}</time>
          <button
            type="button"
            className="button small"
            onClick={() => {
              send({ type: "timer", kind: timer.kind, at: null });
            }}
          >
            {{ wait: "End it now", retry: "Try now", timeout: "Time out now", heartbeat: "Lose it" }[timer.kind]}
          </button>
          <button
            type="button"
            className="button small"
            onClick={() => {
              openChange({ kind: "timer", timer: timer.kind, at: timer.at });
            }}
          >
            Move…
          </button>
        </span>
      ))}
    </div>
  );
}

const LABELS: Record<Exclude<What["kind"], "stage" | "variable">, string> = {
  input: "Input",
  leave: "Output",
  fail: "Error",
  answer: "Result",
  timer: "Time",
};

function labelOf(what: What): string {
  if (what.kind === "stage") return what.stage;
  if (what.kind === "variable") return `Value of $${what.name}`;
  return LABELS[what.kind];
}

function titleOf(what: What, state: string): string {
  switch (what.kind) {
    case "input":
      return `Another input for ${state}`;
    case "leave":
      return `Skip ${state} with an output`;
    case "fail":
      return `Make ${state} fail`;
    case "answer":
      return `Answer ${state} by hand`;
    case "stage":
      return `${what.stage} of ${state}`;
    case "variable":
      return `Another value for $${what.name}`;
    case "timer":
      return `${TIMER_WORDS[what.timer]} of ${state}`;
  }
}

/** What the field begins with. */
function beginningOf(what: What, scope: DebugScope): string {
  const input = scope.stages[0]?.value ?? "{}";
  switch (what.kind) {
    case "stage":
      return prettyJson(
        scope.can.stages.find((stage) => stage.name === what.stage)?.value ??
          (what.stage === "Result" ? (scope.can.answer?.suggestedResult ?? input) : input),
      );
    case "variable":
      return prettyJson(what.value);
    case "answer":
      return prettyJson(scope.can.answer?.suggestedResult ?? "{}");
    case "timer":
      return what.at;
    default:
      return prettyJson(input);
  }
}

function changeOf(what: What, text: string, failing: { error: string; cause: string } | null): Change {
  const failure = { error: failing?.error.trim() ?? null, cause: failing?.cause ?? null };
  switch (what.kind) {
    case "input":
      return { type: "input", value: text };
    case "leave":
      return { type: "leave", output: text, next: null };
    case "fail":
      return { type: "fail", ...failure };
    case "answer":
      return {
        type: "answer",
        answer: failing ? { type: "fail", ...failure } : { type: "succeed", result: text },
      };
    case "stage":
      return { type: "stage", stage: what.stage, value: text };
    case "variable":
      return { type: "variable", name: what.name, value: text };
    case "timer":
      return { type: "timer", kind: what.timer, at: text.trim() };
  }
}

function Failing({
  failing,
  known,
  onChange,
}: {
  failing: { error: string; cause: string };
  known: readonly string[];
  onChange: (failing: { error: string; cause: string }) => void;
}): ReactElement {
  const id = useId();
  return (
    <>
      <label className="field">
        <span className="field-name">Error</span>
        <input
          className="mono"
          list={`${id}-errors`}
          spellCheck={false}
          data-autofocus
          value={failing.error}
          onChange={(event) => {
            onChange({ ...failing, error: event.currentTarget.value });
          }}
        />
        <datalist id={`${id}-errors`}>
          {[...known, "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout", "States.Permissions"].map(
            (error) => (
              <option key={error} value={error} />
            ),
          )}
        </datalist>
      </label>
      <label className="field">
        <span className="field-name">Cause</span>
        <textarea
          rows={2}
          value={failing.cause}
          onChange={(event) => {
            onChange({ ...failing, cause: event.currentTarget.value });
          }}
        />
      </label>
    </>
  );
}

function Form({ what, execution, scope }: { what: What; execution: string; scope: DebugScope }): ReactElement {
  const id = useId();
  const known = scope.can.answer?.knownErrors ?? [];
  const [text, setText] = useState(() => beginningOf(what, scope));
  const [failing, setFailing] = useState(
    what.kind === "fail" ? { error: known[0] ?? "States.TaskFailed", cause: "Made by hand in the debugger." } : null,
  );
  const isJson = what.kind !== "timer" && failing === null;
  const trouble = isJson ? jsonTrouble(text) : null;
  const apply = (): void => {
    if (trouble !== null || scope.thread === null) return;
    void change(execution, scope.thread, changeOf(what, text, failing)).then((well) => {
      if (well) closeChange();
    });
  };
  return (
    <Dialog
      title={titleOf(what, scope.state ?? "the state")}
      className="change-dialog"
      onClose={closeChange}
      onSubmit={apply}
      footer={
        <>
          <span className="dim">It is noted in the execution&apos;s journal.</span>
          <span className="grow" />
          <button type="button" className="button" onClick={closeChange}>
            Cancel
          </button>
          <button type="button" className="button primary" disabled={trouble !== null} onClick={apply}>
            Apply <kbd>Ctrl+Enter</kbd>
          </button>
        </>
      }
    >
      {what.kind === "answer" ? (
        <div className="segments" role="radiogroup" aria-label="Kind of answer">
          {(["Result", "Error"] as const).map((kind) => (
            <label key={kind} className={(kind === "Error") === (failing !== null) ? "on" : ""}>
              <input
                type="radio"
                name={`${id}-kind`}
                checked={(kind === "Error") === (failing !== null)}
                onChange={() => {
                  setFailing(kind === "Error" ? { error: known[0] ?? "States.TaskFailed", cause: "" } : null);
                }}
              />
              {kind}
            </label>
          ))}
        </div>
      ) : null}
      {failing ? (
        <Failing failing={failing} known={known} onChange={setFailing} />
      ) : what.kind === "timer" ? (
        <label className="field">
          <span className="field-name">Time</span>
          <input
            className="mono"
            data-autofocus
            spellCheck={false}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
            }}
          />
          <p className="field-note">In the execution&apos;s time, where it is now {moment(scope.now)}.</p>
        </label>
      ) : (
        <>
          <JsonField
            id={`${execution} ${what.kind}`}
            label={labelOf(what)}
            value={text}
            onChange={setText}
            onSubmit={apply}
          />
          {trouble === null ? null : (
            <p className="field-note bad" role="status">
              {trouble}
            </p>
          )}
        </>
      )}
    </Dialog>
  );
}

export function ChangeDialog(): ReactElement | null {
  const { what, execution } = useChanging();
  const scope = useDebug((state) => (execution === null ? undefined : state.scopes[execution]));
  if (what === null || execution === null || !scope) return null;
  return <Form key={JSON.stringify(what)} what={what} execution={execution} scope={scope} />;
}
