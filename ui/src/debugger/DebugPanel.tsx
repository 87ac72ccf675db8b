// The debugger's page: threads and breakpoints, the data at the pause, watches and the console.

import "./debugger.css";
import "./looking.css";

import { type ReactElement, useEffect } from "react";

import type { DebugScope } from "../backend";
import { useSession, useShownExecution } from "../run";
import { JsonTree } from "../ui";
import { AsRecorded } from "./AsRecorded";
import { BreakpointList } from "./BreakpointList";
import { Changes } from "./Changes";
import { openChange } from "./changes";
import { Expressions } from "./Expressions";
import { Sessions } from "./Sessions";
import { Stages } from "./Stages";
import { attempt, back, fork, goTo, look, pause, useDebug } from "./store";
import { Threads } from "./Threads";
import { Variables } from "./Variables";

function DataHere({
  execution,
  scope,
  canChange,
}: {
  execution: string;
  scope: DebugScope;
  canChange: boolean;
}): ReactElement {
  return (
    <>
      <div className="pane-title">
        <strong>{scope.state ?? "Nothing"}</strong>
        <span className="dim">{scope.words}</span>
      </div>
      {canChange ? <Changes execution={execution} scope={scope} /> : <AsRecorded execution={execution} />}
      <Raised scope={scope} />
      <Stages scope={scope} />
    </>
  );
}

/** The error at which it stands, before the data that led to it. */
function Raised({ scope }: { scope: DebugScope }): ReactElement | null {
  const stage = scope.stages.find(({ name }) => name === "ErrorOutput");
  if (!stage) return null;
  const output = JSON.parse(stage.value) as Record<string, unknown>;
  const text = (name: string): string | null => (typeof output[name] === "string" ? output[name] : null);
  const cause = text("Cause");
  return (
    <section className="stage stage-error" aria-label="The error">
      <header>
        <span>Error</span>
      </header>
      <p className="mono bad-text pad">{text("Error") ?? "without a name"}</p>
      {cause === null || cause === "" ? null : <pre className="json">{cause}</pre>}
    </section>
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
            void attempt(() => fork(execution, past));
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
  const over = session !== null && session.status !== "running";
  const asked = execution !== null && over && scope === undefined;
  // A run that is over shows its end.
  useEffect(() => {
    if (asked) look(execution).catch(() => undefined);
  }, [asked, execution]);
  if (execution === null || !scope || (!paused && past === undefined && !over)) {
    return (
      <div className="debug-panel idle">
        <div className="pane">
          {execution === null || session === null ? null : <Threads execution={execution} scope={undefined} />}
          <Sessions />
          <BreakpointList />
        </div>
        <div className="pane">
          <p className="dim">
            {execution === null
              ? "No run is on show. Start one with Debug in the run dialog, or set a breakpoint."
              : session?.status === "running"
                ? "The run goes on. Pause it to see its data and its variables."
                : "Reading…"}
          </p>
          {execution !== null && session?.status === "running" ? (
            <button
              type="button"
              className="button small"
              onClick={() => {
                void pause(execution);
              }}
            >
              Pause
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
        <DataHere key={execution} execution={execution} scope={scope} canChange={paused && past === undefined} />
      </div>
      <div className="pane">
        <Variables
          execution={execution}
          scope={scope}
          onChange={
            paused && past === undefined && scope.thread !== null
              ? ({ name, value }) => {
                  openChange({ kind: "variable", name, value });
                }
              : null
          }
        />
        <Expressions execution={execution} scope={scope} />
        <details className="context">
          <summary>Context object</summary>
          <JsonTree text={scope.context} label="Context object" />
        </details>
      </div>
    </div>
  );
}
