// The debugger's page: threads and breakpoints, the data at the pause, watches and the console.

import "./debugger.css";
import "./looking.css";

import { Pencil } from "lucide-react";
import type { ReactElement } from "react";

import type { DebugScope } from "../backend";
import { useSession, useShownExecution } from "../run";
import { JsonText } from "../ui";
import { BreakpointList } from "./BreakpointList";
import { Changes } from "./Changes";
import { openChange } from "./changes";
import { Expressions } from "./Expressions";
import { Sessions } from "./Sessions";
import { Stages } from "./Stages";
import { back, fork, goTo, useDebug } from "./store";
import { Threads } from "./Threads";

function DataHere({
  execution,
  scope,
  canChange,
}: {
  execution: string;
  scope: DebugScope;
  canChange: boolean;
}): ReactElement {
  const thread = scope.thread;
  return (
    <>
      <div className="pane-title">
        <strong>{scope.state ?? "Nothing"}</strong>
        <span className="dim">{scope.words}</span>
      </div>
      {canChange ? <Changes execution={execution} scope={scope} /> : null}
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
                      openChange({ kind: "variable", name, value });
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
          <Sessions />
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
        <Sessions />
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
