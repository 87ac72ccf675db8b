// Two versions of a workflow on one canvas, with the list of what changed and the text of the change in hand.

import "./compare.css";

import { ChevronDown, ChevronUp, GitCompareArrows, TriangleAlert, X } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useState } from "react";

import { call, type ChangeKind, explain, type StateChange, type VersionsCompared } from "../backend";
import { Canvas, type Marks } from "../canvas";
import { Difference } from "../code";
import { bufferOf, select, selectedIn, useDocuments, useSelection } from "../document";
import { CHANGES, ChangeSign } from "./look";
import { chooseComparison, type Compared, stopComparing } from "./store";

type Answer = { readonly compared: VersionsCompared } | { readonly trouble: string } | null;

/** Asks anew whenever the document changes. */
function useAnswer(document: number, { with: other }: Compared): Answer {
  const [answer, setAnswer] = useState<Answer>(null);
  const version = useDocuments((state) => state.documents[document]?.analysis.version);
  useEffect(() => {
    let dropped = false;
    const timer = window.setTimeout(() => {
      void (async () => {
        await bufferOf(document)?.settled();
        try {
          const compared = await call("compare_document", { document, with: other });
          if (!dropped) setAnswer({ compared });
        } catch (error) {
          if (!dropped) setAnswer({ trouble: explain(error) });
        }
      })();
    }, 80);
    return () => {
      dropped = true;
      window.clearTimeout(timer);
    };
  }, [document, other, version]);
  return answer;
}

/** “2 added, 1 removed” */
export function summary(states: readonly Pick<StateChange, "kind">[], machine: number): string {
  const words: Record<ChangeKind, string> = { added: "added", removed: "removed", changed: "changed", moved: "moved" };
  const parts = (Object.keys(words) as ChangeKind[]).flatMap((kind) => {
    const count = states.filter((state) => state.kind === kind).length;
    return count === 0 ? [] : [`${String(count)} ${words[kind]}`];
  });
  if (machine > 0) parts.push(machine === 1 ? "1 workflow field" : `${String(machine)} workflow fields`);
  return parts.length === 0 ? "No difference in states or transitions" : parts.join(", ");
}

export function CompareView({
  tab,
  document,
  compared: chosen,
}: {
  tab: string;
  document: number;
  compared: Compared;
}): ReactElement {
  const answer = useAnswer(document, chosen);
  const name = useDocuments((state) => state.documents[document]?.name ?? "");
  const own = `${tab}~compare`;
  const selected = useSelection(selectedIn(own));
  const compared = answer !== null && "compared" in answer ? answer.compared : null;
  const states = useMemo(() => compared?.states ?? [], [compared]);
  const marks = useMemo(
    (): Marks => ({
      nodes: new Map(states.map((state) => [state.node, state.kind])),
      edges: new Map((compared?.transitions ?? []).map((transition) => [transition.edge, transition.kind])),
    }),
    [states, compared],
  );
  const at = states.findIndex((state) => selected?.kind === "node" && state.node === selected.id);
  const current = states[at];
  const go = (index: number): void => {
    const state = states[(index + states.length) % states.length];
    if (state) select(own, { kind: "node", id: state.node }, "outline");
  };
  // The first change is on show without being asked for.
  const first = states[0]?.node;
  useEffect(() => {
    if (first !== undefined && selectedIn(own)(useSelection.getState()) === null)
      select(own, { kind: "node", id: first }, "canvas");
  }, [first, own]);

  return (
    <section className="versions" aria-label={`${name} compared with ${chosen.label}`}>
      <header className="versions-bar">
        <GitCompareArrows size={16} aria-hidden="true" />
        <span className="versions-title">
          <strong>{name}</strong> against{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              chooseComparison(document);
            }}
          >
            {chosen.label}
          </button>
        </span>
        <span className="versions-count" role="status">
          {compared ? summary(states, compared.machine.length) : answer === null ? "Comparing…" : ""}
        </span>
        <button
          type="button"
          className="button small"
          title="The change before (K)"
          aria-label="The change before"
          disabled={states.length === 0}
          onClick={() => {
            go(at < 0 ? -1 : at - 1);
          }}
        >
          <ChevronUp size={14} />
        </button>
        <button
          type="button"
          className="button small"
          title="The next change (J)"
          aria-label="The next change"
          disabled={states.length === 0}
          onClick={() => {
            go(at + 1);
          }}
        >
          <ChevronDown size={14} />
        </button>
        <button
          type="button"
          className="button small"
          onClick={() => {
            stopComparing(document);
          }}
        >
          <X size={14} /> Close
        </button>
      </header>
      {answer !== null && "trouble" in answer ? (
        <p className="versions-trouble" role="alert">
          <TriangleAlert size={16} aria-hidden="true" /> {answer.trouble}
        </p>
      ) : null}
      {compared && compared.problem !== null ? (
        <p className="versions-trouble" role="alert">
          <TriangleAlert size={16} aria-hidden="true" /> {compared.problem}
        </p>
      ) : null}
      <div
        className="versions-body"
        onKeyDown={(event) => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.key === "j") go(at + 1);
          else if (event.key === "k") go(at < 0 ? -1 : at - 1);
          else return;
          event.preventDefault();
        }}
      >
        <Canvas
          tab={own}
          graph={compared?.graph ?? null}
          old={false}
          diagnostics={[]}
          execution={null}
          document={null}
          language="JSONPath"
          marks={marks}
        />
        <aside className="versions-side" aria-label="Changes">
          <ul className="versions-changes">
            {compared && compared.machine.length > 0 ? (
              <li className="versions-machine">
                <ChangeSign kind="changed" />
                <span>
                  <strong>The workflow itself</strong>
                  <small>{compared.machine.join(", ")}</small>
                </span>
              </li>
            ) : null}
            {states.map((state, index) => (
              <li key={state.node}>
                <button
                  type="button"
                  aria-current={index === at}
                  onClick={() => {
                    go(index);
                  }}
                >
                  <ChangeSign kind={state.kind} />
                  <span>
                    <strong>{state.name}</strong>
                    <small>{state.what.length === 0 ? CHANGES[state.kind].word : state.what.join(" · ")}</small>
                  </span>
                </button>
              </li>
            ))}
            {compared && states.length === 0 && compared.machine.length === 0 ? (
              <li className="dim pad">
                {compared.transitions.length > 0
                  ? "Only transitions differ; see the canvas."
                  : "Both versions have the same states, fields and transitions."}
              </li>
            ) : null}
          </ul>
          {current ? (
            <div className="versions-text">
              <h3>{current.name}</h3>
              <Difference
                key={`${current.node} ${String(compared?.version)}`}
                id={`versions-${current.node}`}
                label={`Definition of ${current.name}, then and now`}
                before={current.old ?? ""}
                after={current.new ?? ""}
              />
            </div>
          ) : null}
        </aside>
      </div>
    </section>
  );
}
