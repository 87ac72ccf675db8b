// Where a state leads, and what leads to it.

import { ArrowRight } from "lucide-react";
import type { ReactElement } from "react";

import type { GraphEdge, GraphNode, WorkflowGraph } from "../backend";
import { select } from "../document";

export function reasonWord(edge: GraphEdge): string {
  switch (edge.reason.type) {
    case "start":
      return "Start";
    case "next":
      return "Next";
    case "default":
      return "Default";
    case "rule":
      return `Rule ${String(edge.reason.index + 1)}`;
    case "catch":
      return `Catch ${String(edge.reason.index + 1)}`;
    case "end":
      return "End";
  }
}

export function Links({
  tab,
  graph,
  node,
}: {
  tab: string;
  graph: WorkflowGraph;
  node: GraphNode;
}): ReactElement | null {
  const names = new Map(graph.nodes.map((candidate) => [candidate.id, candidate]));
  const out = graph.edges.filter((edge) => edge.from === node.id);
  const into = graph.edges.filter((edge) => edge.to === node.id);
  const row = (edge: GraphEdge, other: string, incoming = false): ReactElement => {
    const target = names.get(other);
    const marker = target === undefined || target.kind === "start" || target.kind === "end";
    return (
      <li key={edge.id}>
        <span className={`reason reason-${edge.reason.type}`}>{reasonWord(edge)}</span>
        {edge.label === "" ? null : <code title={edge.detail}>{edge.label}</code>}
        {incoming ? <span className="dim">from</span> : <ArrowRight size={12} aria-hidden="true" />}
        {marker ? (
          <span>{target?.kind === "start" ? "Start" : "End"}</span>
        ) : (
          <button
            type="button"
            className="link"
            onClick={() => {
              select(tab, { kind: "node", id: other }, "outline");
            }}
          >
            {target.name}
          </button>
        )}
        {edge.back ? <span className="dim">loop</span> : null}
      </li>
    );
  };
  return (
    <>
      {out.length > 0 ? (
        <>
          <h3>Goes to</h3>
          <ul className="links">{out.map((edge) => row(edge, edge.to))}</ul>
        </>
      ) : null}
      {into.length > 0 ? (
        <>
          <h3>Comes from</h3>
          <ul className="links">{into.map((edge) => row(edge, edge.from, true))}</ul>
        </>
      ) : null}
    </>
  );
}
