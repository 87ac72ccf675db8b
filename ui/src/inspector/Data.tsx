// What went into a state and came out of it, for each time it ran.

import { ChevronLeft, ChevronRight, Database } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";

import { type Overview, StayData, useLooked, useOverview, useShownLine } from "../debugger";
import { useSession } from "../run";

type Which = "all" | "failed" | "retried" | "open";

const WHICH: readonly (readonly [Which, string])[] = [
  ["all", "All runs"],
  ["failed", "Failed"],
  ["retried", "Tried again"],
  ["open", "Under way"],
];

export function Data({ node, execution }: { node: string; execution: string | null }): ReactElement {
  const ran = useSession(execution)?.nodes[node] !== undefined;
  const { overview } = useOverview(execution);
  const empty = (words: string): ReactElement => (
    <div className="empty">
      <Database size={22} aria-hidden="true" />
      <p>{words}</p>
      <p className="dim">Its input, every stage of its data and its output appear here when it runs.</p>
    </div>
  );
  if (execution === null) return empty("No run is on show.");
  if (!ran) return empty("This state has not run.");
  if (!overview) return <div className="empty">Reading…</div>;
  return <Runs key={`${execution} ${node}`} execution={execution} overview={overview} node={node} />;
}

function Runs({ execution, overview, node }: { execution: string; overview: Overview; node: string }): ReactElement {
  const line = useShownLine(execution, overview);
  const picked = useLooked((state) => state.stay[execution]);
  const [which, setWhich] = useState<Which>("all");
  const [own, setOwn] = useState<number | null>(null);
  const state = overview.states.findIndex((one) => one.node === node);
  const all = useMemo(
    () => overview.stays.filter((stay) => stay.state === state && stay.entered <= line),
    [overview, state, line],
  );
  const stays = useMemo(
    () =>
      all.filter((stay) => {
        if (which === "failed")
          return stay.status === "failed" || stay.status === "aborted" || stay.status === "caught";
        if (which === "retried") return stay.attempts > 1;
        if (which === "open") return stay.exited === 0 || stay.exited > line;
        return true;
      }),
    [all, which, line],
  );
  // What was picked on the timeline or in the tree, else what was picked here, else the latest.
  const wanted = stays.some((stay) => stay.entered === picked) ? picked : own;
  const found = stays.findIndex((stay) => stay.entered === wanted);
  const at = found < 0 ? stays.length - 1 : found;
  const stay = stays[at];
  const choose = (index: number): void => {
    const next = stays[Math.max(0, Math.min(stays.length - 1, index))];
    if (!next) return;
    setOwn(next.entered);
    useLooked.setState((state_) => ({ stay: { ...state_.stay, [execution]: next.entered } }));
  };
  return (
    <div className="inspector-body">
      {all.length > 1 ? (
        <div className="run-picker">
          <button
            type="button"
            className="icon-button small"
            aria-label="The run before"
            disabled={at <= 0}
            onClick={() => {
              choose(at - 1);
            }}
          >
            <ChevronLeft size={14} />
          </button>
          <label>
            <span className="visually-hidden">Which run</span>
            <input
              type="number"
              className="mono"
              min={1}
              max={stays.length}
              value={stays.length === 0 ? "" : at + 1}
              onChange={(event) => {
                const number = event.currentTarget.valueAsNumber;
                if (Number.isInteger(number)) choose(number - 1);
              }}
            />
          </label>
          <span className="dim mono">of {stays.length.toLocaleString("en")}</span>
          <button
            type="button"
            className="icon-button small"
            aria-label="The run after"
            disabled={at >= stays.length - 1}
            onClick={() => {
              choose(at + 1);
            }}
          >
            <ChevronRight size={14} />
          </button>
          <span className="grow" />
          <select
            aria-label="Which runs"
            value={which}
            onChange={(event) => {
              setWhich(event.currentTarget.value as Which);
            }}
          >
            {WHICH.map(([key, word]) => (
              <option key={key} value={key}>
                {word}
              </option>
            ))}
          </select>
        </div>
      ) : null}
      {stay ? (
        <StayData key={stay.entered} execution={execution} entered={stay.entered} />
      ) : (
        <p className="dim">{all.length === 0 ? "It had not run by then." : "None of its runs."}</p>
      )}
    </div>
  );
}
