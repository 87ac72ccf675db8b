// The ways of two executions over one graph: what both took, and what only one of them did.

import { type ReactElement, useEffect, useState } from "react";

import type { ExecutionsCompared } from "../backend";
import { type Layout, stillLayout } from "../canvas";

const MARGIN = 16;
/** Longer names are cut: the picture is small. */
const LETTERS = 22;

const short = (name: string): string => (name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name);

export function ComparedGraph({
  compared,
  onChoose,
}: {
  compared: ExecutionsCompared;
  onChoose: (state: string) => void;
}): ReactElement | null {
  const { graph } = compared;
  const [layout, setLayout] = useState<Layout | null>(null);
  useEffect(() => {
    let here = true;
    if (graph)
      void stillLayout(graph).then((found) => {
        if (here) setLayout(found);
      });
    return () => {
      here = false;
    };
  }, [graph]);
  if (!graph || !layout) return null;
  const states = new Map(compared.states.map((state) => [state.nodeB, state]));
  const taken = new Map(compared.edges.map((edge) => [edge.edge, edge]));
  const side = (a: boolean, b: boolean): string => (a && b ? "both" : a ? "a" : b ? "b" : "none");
  const box = [-MARGIN, -MARGIN, layout.width + 2 * MARGIN, layout.height + 2 * MARGIN].map(String).join(" ");
  return (
    <figure className="compared-graph">
      <svg viewBox={box} role="img" aria-label="The ways of both executions" preserveAspectRatio="xMidYMid meet">
        {graph.nodes.map((node) => {
          const at = layout.nodes.get(node.id);
          const state = states.get(node.id);
          if (!at) return null;
          const inside = node.kind === "branch" || node.kind === "processor";
          const marker = node.kind === "start" || node.kind === "end";
          const which = state ? side(state.a !== null, state.b !== null) : marker || inside ? "marker" : "none";
          return (
            <g
              key={node.id}
              className={`compared-node side-${which} ${state?.differs ? "differs" : ""}`}
              onClick={() => {
                if (state) onChoose(state.state);
              }}
            >
              <rect x={at.x} y={at.y} width={at.width} height={at.height} rx={marker ? at.height / 2 : 8} />
              {inside ? null : (
                <text
                  x={at.x + at.width / 2}
                  y={at.y + (node.kind === "map" || node.kind === "parallel" ? 26 : at.height / 2)}
                >
                  {marker ? (at.width < 30 ? "" : node.kind === "start" ? "Start" : "End") : short(node.name)}
                </text>
              )}
            </g>
          );
        })}
        {graph.edges.map((edge) => {
          const at = layout.edges.get(edge.id);
          if (!at) return null;
          const counts = taken.get(edge.id);
          const which = side((counts?.a ?? 0) > 0, (counts?.b ?? 0) > 0);
          return (
            <polyline
              key={edge.id}
              className={`compared-edge side-${which}`}
              points={at.points.map((point) => `${String(point.x)},${String(point.y)}`).join(" ")}
            />
          );
        })}
      </svg>
      <figcaption>
        <span className="side-both">both</span>
        <span className="side-a">only A</span>
        <span className="side-b">only B</span>
        <span className="differs">other data</span>
      </figcaption>
    </figure>
  );
}
