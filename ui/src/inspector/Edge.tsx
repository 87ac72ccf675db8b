// What is known of a selected transition.

import { ArrowRight } from "lucide-react";
import type { ReactElement } from "react";

import type { GraphEdge, WorkflowGraph } from "../backend";
import { select } from "../document";
import { JsonText } from "../ui";
import { reasonWord } from "./Links";

export function Edge({ tab, graph, edge }: { tab: string; graph: WorkflowGraph; edge: GraphEdge }): ReactElement {
  const name = (id: string): string => {
    const node = graph.nodes.find((candidate) => candidate.id === id);
    return node === undefined ? id : node.kind === "start" ? "Start" : node.kind === "end" ? "End" : node.name;
  };
  return (
    <>
      <header className="inspector-head">
        <span className="state-icon tone-flow" data-size="28">
          <ArrowRight size={16} />
        </span>
        <div>
          <h2>Transition</h2>
          <p className="dim">
            {reasonWord(edge)}
            {edge.back ? " · loop" : ""}
          </p>
        </div>
      </header>
      <div className="inspector-body">
        <dl className="facts">
          <div className="fact">
            <dt>From</dt>
            <dd>
              <button
                type="button"
                className="link"
                onClick={() => {
                  select(tab, { kind: "node", id: edge.from }, "outline");
                }}
              >
                {name(edge.from)}
              </button>
            </dd>
          </div>
          <div className="fact">
            <dt>To</dt>
            <dd>
              <button
                type="button"
                className="link"
                onClick={() => {
                  select(tab, { kind: "node", id: edge.to }, "outline");
                }}
              >
                {name(edge.to)}
              </button>
            </dd>
          </div>
        </dl>
        {edge.detail === "" ? null : (
          <section className="stage">
            <header>
              <span>{edge.reason.type === "catch" ? "Errors" : "Condition"}</span>
            </header>
            <JsonText text={edge.detail} />
          </section>
        )}
      </div>
    </>
  );
}
