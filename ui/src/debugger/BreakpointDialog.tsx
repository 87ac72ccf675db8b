// Everything about one breakpoint: when it stops, under which condition, how often, and what it says instead.

import { type ReactElement, useEffect, useId, useState } from "react";

import { type Breakpoint, call, type GraphNode } from "../backend";
import { useDocuments } from "../document";
import { Dialog } from "../ui";
import { type Editing, hasSiblings, kindsFor, replaceAt, useBreakpointDialog } from "./breakpoints";
import { ON_TITLES, placeName } from "./words";

const CHECK_MS = 150;
/** Of the States Language and the service. */
const ERROR_NAMES = [
  "States.ALL",
  "States.DataLimitExceeded",
  "States.ExceedToleratedFailureThreshold",
  "States.HeartbeatTimeout",
  "States.IntrinsicFailure",
  "States.ItemReaderFailed",
  "States.NoChoiceMatched",
  "States.Permissions",
  "States.QueryEvaluationError",
  "States.ResultWriterFailed",
  "States.Runtime",
  "States.TaskFailed",
  "States.Timeout",
];

const namesIn = (text: string): string[] => text.split(/[,\s]+/).filter((name) => name !== "");

/** What is wrong with an expression, asked for while it is typed. */
function useProblem(text: string, log: boolean): string | null {
  const [found, setFound] = useState<{ text: string; problem: string | null }>({ text: "", problem: null });
  useEffect(() => {
    if (text.trim() === "") return;
    let dropped = false;
    const timer = window.setTimeout(() => {
      call("check_expression", { text, log }).then(
        ({ problem }) => {
          if (!dropped) setFound({ text, problem });
        },
        () => undefined,
      );
    }, CHECK_MS);
    return () => {
      dropped = true;
      window.clearTimeout(timer);
    };
  }, [text, log]);
  return found.text === text ? found.problem : null;
}

const close = (): void => {
  useBreakpointDialog.setState({ editing: null });
};

function nodeOf(document: number, place: string): GraphNode | undefined {
  const graph = useDocuments.getState().documents[document]?.analysis.graph;
  return graph?.nodes.find((node) => node.id === place);
}

function Form({ editing }: { editing: Editing }): ReactElement {
  const id = useId();
  const [draft, setDraft] = useState(editing.breakpoint);
  const [logs, setLogs] = useState(editing.breakpoint.log !== null);
  const [errors, setErrors] = useState(editing.breakpoint.errors.join(", "));
  const set = (part: Partial<Breakpoint>): void => {
    setDraft((before) => ({ ...before, ...part }));
  };
  const conditionProblem = useProblem(draft.condition ?? "", false);
  const logProblem = useProblem(logs ? (draft.log ?? "") : "", true);
  const node = nodeOf(editing.document, draft.place);
  const kinds =
    draft.on === "transition" ? (["transition"] as const) : draft.place === "" ? (["error"] as const) : kindsFor(node);
  const offered = kinds.includes(draft.on as never) ? kinds : [draft.on, ...kinds];
  const save = (): void => {
    const condition = (draft.condition ?? "").trim();
    replaceAt(editing.document, editing.index, {
      ...draft,
      errors: draft.on === "error" ? namesIn(errors) : [],
      condition: condition === "" ? null : condition,
      log: logs ? (draft.log ?? "") : null,
    });
    close();
  };
  return (
    <Dialog
      title={`Breakpoint · ${placeName(draft.place)}`}
      className="breakpoint-dialog"
      onClose={close}
      onSubmit={save}
      footer={
        <>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              replaceAt(editing.document, editing.index, null);
              close();
            }}
          >
            Remove
          </button>
          <span className="grow" />
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="button" className="button primary" onClick={save}>
            Save <kbd>Ctrl+Enter</kbd>
          </button>
        </>
      }
    >
      <label className="field">
        <span className="field-name">When</span>
        <select
          value={draft.on}
          disabled={draft.on === "transition"}
          onChange={(event) => {
            set({ on: event.currentTarget.value as Breakpoint["on"] });
          }}
        >
          {offered.map((on) => (
            <option key={on} value={on}>
              {ON_TITLES[on]}
            </option>
          ))}
        </select>
      </label>
      {draft.on === "error" ? (
        <label className="field">
          <span className="field-name">Errors</span>
          <input
            className="mono"
            spellCheck={false}
            placeholder="Every error"
            list={`${id}-errors`}
            value={errors}
            onChange={(event) => {
              setErrors(event.currentTarget.value);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) save();
            }}
          />
          <datalist id={`${id}-errors`}>
            {ERROR_NAMES.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
          <p className="field-note">
            Names as in <code>ErrorEquals</code>, with commas between them. It stops before a retry or a catch.
          </p>
        </label>
      ) : null}
      <label className="field">
        <span className="field-name">Only if</span>
        <input
          className="mono"
          data-autofocus
          spellCheck={false}
          placeholder="$.total > 100"
          aria-describedby={`${id}-condition`}
          value={draft.condition ?? ""}
          onChange={(event) => {
            set({ condition: event.currentTarget.value });
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) save();
          }}
        />
        <p id={`${id}-condition`} className={`field-note ${conditionProblem === null ? "" : "bad"}`} role="status">
          {conditionProblem ?? (
            <>
              JSONata or a JSONPath: <code>$.path</code>, <code>$variable</code>, <code>$states.result</code>,{" "}
              <code>$$.Map.Item.Index</code>
            </>
          )}
        </p>
      </label>
      <div className="field">
        <span className="field-name">Hits</span>
        <span className="hit-rule">
          <select
            aria-label="Which hits count"
            value={draft.hitRule}
            onChange={(event) => {
              set({ hitRule: event.currentTarget.value as Breakpoint["hitRule"] });
            }}
          >
            <option value="from">from hit</option>
            <option value="at">only at hit</option>
            <option value="every">every</option>
          </select>
          <input
            type="number"
            min={1}
            aria-label="Number of hits"
            value={Math.max(1, draft.hits)}
            onChange={(event) => {
              set({ hits: Math.max(1, Math.trunc(event.currentTarget.valueAsNumber) || 1) });
            }}
          />
          <span className="dim">{draft.hitRule === "from" ? "on" : draft.hitRule === "every" ? "hits" : ""}</span>
        </span>
      </div>
      <fieldset className="field">
        <legend className="field-name">Then</legend>
        <label className="check">
          <input
            type="radio"
            name={`${id}-then`}
            checked={!logs}
            onChange={() => {
              setLogs(false);
            }}
          />
          Stop
        </label>
        <label className="check">
          <input
            type="radio"
            name={`${id}-then`}
            checked={logs}
            onChange={() => {
              setLogs(true);
            }}
          />
          Log a message and go on
        </label>
        {logs ? (
          <>
            <input
              className="mono"
              aria-label="Message"
              spellCheck={false}
              placeholder="order {$.id} costs {$.total}"
              value={draft.log ?? ""}
              onChange={(event) => {
                set({ log: event.currentTarget.value });
              }}
            />
            <p className={`field-note ${logProblem === null ? "" : "bad"}`} role="status">
              {logProblem ?? "Expressions stand in braces. What is logged appears in the debugger's console."}
            </p>
          </>
        ) : null}
      </fieldset>
      {!logs && (draft.on === "item" || hasSiblings(draft.place)) ? (
        <label className="check">
          <input
            type="checkbox"
            checked={draft.othersGoOn}
            onChange={(event) => {
              set({ othersGoOn: event.currentTarget.checked });
            }}
          />
          Let other branches and items go on meanwhile
        </label>
      ) : null}
      <label className="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={(event) => {
            set({ enabled: event.currentTarget.checked });
          }}
        />
        On
      </label>
    </Dialog>
  );
}

export function BreakpointDialog(): ReactElement | null {
  const { editing } = useBreakpointDialog();
  return editing === null ? null : (
    <Form key={`${String(editing.document)} ${String(editing.index)}`} editing={editing} />
  );
}
