// Two executions side by side: the way each took, what happened, and what every state was given and came to.

import { type ReactElement, useState } from "react";

import {
  type ComparedState,
  type ExecutionsCompared,
  type ExecutionSummary,
  explain,
  type StateRun,
  useCommand,
} from "../backend";
import { openExecution, STATUS_WORDS } from "../run";
import { Dialog, JsonText } from "../ui";
import { Changes, isUnchanged } from "./Changes";
import { ComparedEvents } from "./ComparedEvents";
import { ComparedGraph } from "./ComparedGraph";
import { stopAsking } from "./store";

type Side = "a" | "b" | "both" | "none";

const sideOf = (state: ComparedState): Side => (state.a && state.b ? "both" : state.a ? "a" : state.b ? "b" : "none");

const WORDS: Record<Side, string> = { a: "only A", b: "only B", both: "both", none: "neither" };

function Head({ letter, execution }: { letter: "A" | "B"; execution: ExecutionSummary }): ReactElement {
  return (
    <div className={`compare-head side-${letter.toLowerCase()}`}>
      <span className="compare-letter">{letter}</span>
      <button
        type="button"
        className="link mono"
        onClick={() => {
          stopAsking();
          openExecution({ execution: execution.execution, title: execution.name });
        }}
      >
        {execution.name}
      </button>
      <span className={`status status-${execution.status}`}>{STATUS_WORDS[execution.status]}</span>
      <span className="dim">{execution.events.toLocaleString("en")} events</span>
      {execution.error === null ? null : <span className="dim">{execution.error}</span>}
    </div>
  );
}

function lastRun(runs: readonly StateRun[] | undefined): StateRun | undefined {
  return runs?.[0];
}

function StateData({ compared, state }: { compared: ExecutionsCompared; state: ComparedState }): ReactElement {
  const a = useCommand(
    "get_state_runs",
    { execution: compared.a.execution, node: state.nodeA ?? "", limit: 1 },
    { enabled: state.nodeA !== null && state.a !== null },
  );
  const b = useCommand(
    "get_state_runs",
    { execution: compared.b.execution, node: state.nodeB ?? "", limit: 1 },
    { enabled: state.nodeB !== null && state.b !== null },
  );
  const [runA, runB] = [lastRun(a.data?.runs), lastRun(b.data?.runs)];
  const names = [...new Set([...(runA?.stages ?? []), ...(runB?.stages ?? [])].map((stage) => stage.name))];
  const value = (run: StateRun | undefined, name: string): string | undefined =>
    run?.stages.find((stage) => stage.name === name)?.value;
  return (
    <section className="compare-data" aria-label={`Data of ${state.state}`}>
      <h3>
        {state.state} <span className="dim">{WORDS[sideOf(state)]}</span>
      </h3>
      {[runA, runB].some((run) => run?.error) ? (
        <div className="compare-pair">
          <p className="mono bad-text">{runA?.error ?? ""}</p>
          <p className="mono bad-text">{runB?.error ?? ""}</p>
        </div>
      ) : null}
      {names.map((name) => {
        const [before, after] = [value(runA, name), value(runB, name)];
        return (
          <div key={name}>
            <p className="stage-name dim">
              {name}
              {before !== undefined && after !== undefined ? (before === after ? " · the same" : " · differs") : ""}
            </p>
            <div className="compare-pair">
              {before === undefined ? <p className="dim">not here</p> : <JsonText text={before} />}
              {after === undefined ? <p className="dim">not here</p> : <JsonText text={after} before={before} />}
            </div>
          </div>
        );
      })}
      {names.length === 0 ? <p className="dim">It was not entered by either.</p> : null}
    </section>
  );
}

function Compared({ compared }: { compared: ExecutionsCompared }): ReactElement {
  const first =
    compared.states.find((state) => state.differs) ??
    compared.states.find((state) => sideOf(state) === "a" || sideOf(state) === "b") ??
    compared.states[0];
  const [chosen, setChosen] = useState(first?.state ?? "");
  const [page, setPage] = useState<"data" | "events">("data");
  const state = compared.states.find((candidate) => candidate.state === chosen);
  const entered = compared.states.filter((candidate) => sideOf(candidate) !== "none");
  return (
    <div className="comparison">
      <div className="compare-heads">
        <Head letter="A" execution={compared.a} />
        <Head letter="B" execution={compared.b} />
      </div>
      <p className="dim compare-note">
        {compared.shared === 0
          ? "Nothing is the same from the first event on."
          : `The first ${String(compared.shared)} events are the same.`}{" "}
        {compared.changes && !isUnchanged(compared.changes) ? "They ran different definitions." : ""}
      </p>
      {compared.changes && !isUnchanged(compared.changes) ? <Changes changes={compared.changes} /> : null}
      <div className="compare-body">
        <div className="compare-graph">
          <ComparedGraph compared={compared} onChoose={setChosen} />
          <ul className="compare-states" aria-label="States">
            {entered.map((candidate) => (
              <li key={candidate.state}>
                <button
                  type="button"
                  className={`chip side-${sideOf(candidate)} ${candidate.differs ? "differs" : ""} ${
                    candidate.state === chosen ? "on" : ""
                  }`}
                  aria-pressed={candidate.state === chosen}
                  onClick={() => {
                    setChosen(candidate.state);
                    setPage("data");
                  }}
                >
                  {candidate.state}
                  <small>
                    {WORDS[sideOf(candidate)]}
                    {candidate.differs ? ", other data" : ""}
                  </small>
                </button>
              </li>
            ))}
          </ul>
        </div>
        <div className="compare-side">
          <div className="segmented" role="tablist">
            {(["data", "events"] as const).map((name) => (
              <button
                key={name}
                type="button"
                role="tab"
                aria-selected={page === name}
                className={page === name ? "on" : ""}
                onClick={() => {
                  setPage(name);
                }}
              >
                {name === "data" ? "Data" : "Events"}
              </button>
            ))}
          </div>
          {page === "data" ? (
            state ? (
              <StateData key={state.state} compared={compared} state={state} />
            ) : null
          ) : (
            <ComparedEvents compared={compared} />
          )}
        </div>
      </div>
    </div>
  );
}

export function CompareDialog({ a, b }: { a: string; b: string }): ReactElement {
  const { data, error } = useCommand("compare_executions", { a, b }, { fresh: true });
  return (
    <Dialog title="Compare executions" className="compare-dialog" onClose={stopAsking}>
      {error ? <p className="refusal">{explain(error)}</p> : null}
      {data ? <Compared compared={data} /> : error ? null : <p className="dim">Reading both…</p>}
    </Dialog>
  );
}
