// The debugger's page: threads and breakpoints, the data at the pause, watches and the console.

import "./debugger.css";
import "./looking.css";

import { Pencil, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { Breakpoint, DebugScope } from "../backend";
import { activeDocument, useDocuments } from "../document";
import { useSession, useShownExecution } from "../run";
import { JsonText } from "../ui";
import { Expressions } from "./Expressions";
import { Stages } from "./Stages";
import { back, change, fork, goTo, putBreakpoints, useBreakpoints, useDebug } from "./store";
import { Threads } from "./Threads";
import { ON_WORDS, placeName } from "./words";

function BreakpointRow({
  breakpoint,
  onChange,
  onRemove,
}: {
  breakpoint: Breakpoint;
  onChange: (breakpoint: Breakpoint) => void;
  onRemove: () => void;
}): ReactElement {
  const [condition, setCondition] = useState(breakpoint.condition ?? "");
  const name = placeName(breakpoint.place);
  const keep = (): void => {
    if (condition !== (breakpoint.condition ?? ""))
      onChange({ ...breakpoint, condition: condition.trim() === "" ? null : condition });
  };
  return (
    <li className="breakpoint-row">
      <label className="check">
        <input
          type="checkbox"
          checked={breakpoint.enabled}
          aria-label={`Breakpoint ${ON_WORDS[breakpoint.on]} ${name}`}
          onChange={(event) => {
            onChange({ ...breakpoint, enabled: event.currentTarget.checked });
          }}
        />
      </label>
      <select
        aria-label={`When the breakpoint of ${name} stops`}
        value={breakpoint.on}
        disabled={breakpoint.on === "transition"}
        onChange={(event) => {
          onChange({ ...breakpoint, on: event.currentTarget.value as Breakpoint["on"] });
        }}
      >
        {(Object.keys(ON_WORDS) as Breakpoint["on"][])
          .filter((on) => (on === "transition") === (breakpoint.on === "transition"))
          .map((on) => (
            <option key={on} value={on}>
              {on}
            </option>
          ))}
      </select>
      <span className="breakpoint-name" title={breakpoint.place}>
        {name}
      </span>
      <input
        className="mono"
        aria-label={`Condition of the breakpoint of ${name}`}
        placeholder="condition, as $.total > 100"
        value={condition}
        onChange={(event) => {
          setCondition(event.currentTarget.value);
        }}
        onBlur={keep}
        onKeyDown={(event) => {
          if (event.key === "Enter") keep();
        }}
      />
      <input
        className="hits"
        type="number"
        min={0}
        aria-label={`Hits before the breakpoint of ${name} stops`}
        title="Stops from this hit on"
        value={breakpoint.hits}
        onChange={(event) => {
          onChange({ ...breakpoint, hits: Math.max(0, Math.trunc(event.currentTarget.valueAsNumber) || 0) });
        }}
      />
      <button
        type="button"
        className="icon-button small"
        aria-label={`Remove the breakpoint of ${name}`}
        onClick={onRemove}
      >
        <Trash2 size={13} />
      </button>
    </li>
  );
}

function BreakpointList(): ReactElement {
  const document = useDocuments((state) => activeDocument(state)?.id ?? null);
  const breakpoints = useBreakpoints(document);
  return (
    <>
      <h3>Breakpoints</h3>
      {document === null || breakpoints.length === 0 ? (
        <p className="dim">F9 sets one on the selected state or transition.</p>
      ) : (
        <ul className="breakpoints" aria-label="Breakpoints">
          {breakpoints.map((breakpoint, index) => (
            <BreakpointRow
              key={`${breakpoint.place} ${breakpoint.on} ${String(index)}`}
              breakpoint={breakpoint}
              onChange={(changed) => {
                putBreakpoints(
                  document,
                  breakpoints.map((other, at) => (at === index ? changed : other)),
                );
              }}
              onRemove={() => {
                putBreakpoints(
                  document,
                  breakpoints.filter((_, at) => at !== index),
                );
              }}
            />
          ))}
        </ul>
      )}
    </>
  );
}

function Edit({
  label,
  value,
  onDone,
}: {
  label: string;
  value: string;
  onDone: (text: string | null) => void;
}): ReactElement {
  const [text, setText] = useState(value);
  return (
    <form
      className="debug-edit"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(text);
      }}
    >
      <textarea
        className="mono"
        aria-label={label}
        value={text}
        rows={4}
        onChange={(event) => {
          setText(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone(null);
          else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            onDone(text);
          }
        }}
      />
      <span>
        <button type="submit" className="button small primary">
          Apply
        </button>{" "}
        <button
          type="button"
          className="button small"
          onClick={() => {
            onDone(null);
          }}
        >
          Cancel
        </button>
      </span>
    </form>
  );
}

type Editing =
  { kind: "input" } | { kind: "leave" } | { kind: "fail" } | { kind: "variable"; name: string; value: string };

function DataHere({
  execution,
  scope,
  canChange,
}: {
  execution: string;
  scope: DebugScope;
  canChange: boolean;
}): ReactElement {
  const [editing, setEditing] = useState<Editing | null>(null);
  const thread = scope.thread;
  const input = scope.stages[0]?.value ?? "{}";
  const done = (text: string | null): void => {
    const what = editing;
    if (text === null || thread === null || what === null) {
      setEditing(null);
      return;
    }
    const made =
      what.kind === "input"
        ? { type: "input" as const, value: text }
        : what.kind === "leave"
          ? { type: "leave" as const, output: text, next: null }
          : what.kind === "fail"
            ? { type: "fail" as const, error: text.trim(), cause: "Made by hand in the debugger." }
            : { type: "variable" as const, name: what.name, value: text };
    void change(execution, thread, made).then((well) => {
      if (well) setEditing(null);
    });
  };
  return (
    <>
      <div className="pane-title">
        <strong>{scope.state ?? "Nothing"}</strong>
        <span className="dim">{scope.words}</span>
        <span className="grow" />
        {canChange && thread !== null ? (
          <>
            <button
              type="button"
              className="button small"
              onClick={() => {
                setEditing({ kind: "input" });
              }}
            >
              Change input…
            </button>
            <button
              type="button"
              className="button small"
              onClick={() => {
                setEditing({ kind: "fail" });
              }}
            >
              Fail…
            </button>
            <button
              type="button"
              className="button small"
              onClick={() => {
                setEditing({ kind: "leave" });
              }}
            >
              Skip with output…
            </button>
          </>
        ) : null}
      </div>
      {editing === null ? null : (
        <Edit
          key={editing.kind + ("name" in editing ? editing.name : "")}
          label={
            editing.kind === "fail"
              ? "Error"
              : editing.kind === "leave"
                ? "Output"
                : editing.kind === "input"
                  ? "Input"
                  : `Value of $${editing.name}`
          }
          value={editing.kind === "fail" ? "States.TaskFailed" : editing.kind === "variable" ? editing.value : input}
          onDone={done}
        />
      )}
      <Stages scope={scope} />
      <h3>Variables</h3>
      {scope.variables.length === 0 ? (
        <p className="dim">None.</p>
      ) : (
        <dl className="facts">
          {scope.variables.map(({ name, value }) => (
            <div key={name} className="fact">
              <dt className="mono">${name}</dt>
              <dd>
                <code title={value}>{value.slice(0, 200)}</code>
                {canChange && thread !== null ? (
                  <button
                    type="button"
                    className="icon-button small"
                    aria-label={`Change $${name}`}
                    onClick={() => {
                      setEditing({ kind: "variable", name, value });
                    }}
                  >
                    <Pencil size={12} />
                  </button>
                ) : null}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <details className="context">
        <summary>Context object</summary>
        <JsonText text={scope.context} />
      </details>
    </>
  );
}

function Scrubber({ execution, scope }: { execution: string; scope: DebugScope }): ReactElement {
  const past = useDebug((state) => state.past[execution]);
  return (
    <div className="scrubber">
      <button
        type="button"
        className="button small"
        onClick={() => {
          void back(execution, false);
        }}
      >
        Back
      </button>
      <button
        type="button"
        className="button small"
        onClick={() => {
          void back(execution, true);
        }}
      >
        Back to breakpoint
      </button>
      <input
        type="range"
        min={1}
        max={Math.max(1, scope.total)}
        value={scope.event}
        aria-label="Event"
        aria-valuetext={`Event ${String(scope.event)} of ${String(scope.total)}`}
        onChange={(event) => {
          goTo(execution, event.currentTarget.valueAsNumber);
        }}
      />
      <span className="mono dim">
        {scope.event} / {scope.total}
      </span>
      {past === undefined ? null : (
        <button
          type="button"
          className="button small"
          onClick={() => {
            void fork(execution, past);
          }}
        >
          Fork from here
        </button>
      )}
    </div>
  );
}

export function DebugPanel(): ReactElement {
  const execution = useShownExecution();
  const session = useSession(execution);
  const scope = useDebug((state) => (execution === null ? undefined : state.scopes[execution]));
  const past = useDebug((state) => (execution === null ? undefined : state.past[execution]));
  const paused = useDebug((state) => execution !== null && state.pauses[execution] !== undefined);
  if (execution === null || !scope || (!paused && past === undefined)) {
    return (
      <div className="debug-panel idle">
        <div className="pane">
          <BreakpointList />
        </div>
        <div className="pane">
          <p className="dim">
            {execution === null
              ? "No run is on show. Start one with Debug in the run dialog, or set a breakpoint."
              : session?.status === "running"
                ? "The run goes on. Pause it to look at it."
                : "The run is over. Every moment of it can be looked at, and gone on from."}
          </p>
          {execution !== null && session && session.status !== "running" && session.events > 0 ? (
            <button
              type="button"
              className="button small"
              onClick={() => {
                goTo(execution, session.events);
              }}
            >
              Look back
            </button>
          ) : null}
        </div>
      </div>
    );
  }
  return (
    <div className="debug-panel">
      <Scrubber execution={execution} scope={scope} />
      <div className="pane">
        <Threads execution={execution} scope={scope} />
        <BreakpointList />
      </div>
      <div className="pane data">
        <DataHere
          key={`${execution} ${String(scope.event)} ${String(scope.thread)}`}
          execution={execution}
          scope={scope}
          canChange={paused && past === undefined}
        />
      </div>
      <div className="pane">
        <Expressions execution={execution} scope={scope} />
      </div>
    </div>
  );
}
