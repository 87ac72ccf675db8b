import { EdgeLabelRenderer, type EdgeProps, useStore } from "@xyflow/react";
import { memo, type ReactElement, useContext, useEffect, useMemo, useRef } from "react";

import { ChangeSign } from "../../compare";
import { beginDrag } from "../../design";
import { EdgeBreakpointDot } from "../../debugger";
import { useEdgeTaken, useRunIsLive } from "../../run";
import { prefersStillness } from "../../ui";
import { useLit } from "../editing";
import { roundedPath, type TransitionEdge as Transition } from "../graph";
import { shorten } from "../labels";
import type { Point } from "../layout";
import { CanvasContext, MarksContext } from "../nodes/context";

const TRAVEL_MS = 240;

/** A dot that moves along the path each time the transition is taken. */
function Token({ path, taken }: { path: string; taken: number }): ReactElement {
  const circle = useRef<SVGCircleElement>(null);
  const route = useRef<SVGPathElement>(null);
  const before = useRef(taken);
  useEffect(() => {
    const dot = circle.current,
      line = route.current;
    if (taken <= before.current || !dot || !line) {
      before.current = taken;
      return;
    }
    before.current = taken;
    if (prefersStillness()) return;
    const length = line.getTotalLength();
    const start = performance.now();
    let frame = 0;
    const move = (now: number): void => {
      const part = Math.min(1, (now - start) / TRAVEL_MS);
      const eased = part < 0.5 ? 2 * part * part : 1 - (2 - 2 * part) ** 2 / 2;
      const at = line.getPointAtLength(length * eased);
      dot.setAttribute("cx", String(at.x));
      dot.setAttribute("cy", String(at.y));
      dot.setAttribute("r", part < 1 ? "5" : "0");
      if (part < 1) frame = requestAnimationFrame(move);
    };
    frame = requestAnimationFrame(move);
    return () => {
      cancelAnimationFrame(frame);
      dot.setAttribute("r", "0");
    };
  }, [taken]);
  return (
    <>
      <path ref={route} d={path} className="edge-route" />
      <circle ref={circle} className="edge-token" r="0" />
    </>
  );
}

/** The middle of the longest part of a path, where a mark stands clear of corners. */
function middleOf(points: readonly { readonly x: number; readonly y: number }[]): { x: number; y: number } {
  let best = { x: points[0]?.x ?? 0, y: points[0]?.y ?? 0, length: -1 };
  points.slice(1).forEach((to, at) => {
    const from = points[at] ?? to;
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    if (length > best.length) best = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2, length };
  });
  return { x: best.x, y: best.y };
}

/** The ends of a transition, to be pulled onto other states. As large on the screen at every zoom. */
function Ends({ id, points, name }: { id: string; points: readonly Point[]; name: string }): ReactElement | null {
  const { editable } = useContext(CanvasContext);
  const zoom = useStore((state) => state.transform[2]);
  const [first] = points;
  const last = points.at(-1);
  if (!editable || !first || !last) return null;
  const end = (which: "from" | "to", at: Point) => (
    <div
      className={`edge-end nodrag nopan edge-end-${which}`}
      title={which === "to" ? "Pull onto another state to lead there" : "Pull onto another state to start there"}
      style={{ transform: `translate(${String(at.x)}px, ${String(at.y)}px) scale(${String(1 / zoom)})` }}
      onPointerEnter={() => {
        useLit.setState({ hovered: id });
      }}
      onPointerLeave={() => {
        useLit.setState({ hovered: null });
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        beginDrag(event, { kind: "reconnect", edge: id, end: which }, name);
      }}
    />
  );
  return (
    <EdgeLabelRenderer>
      {end("from", first)}
      {end("to", last)}
    </EdgeLabelRenderer>
  );
}

/** Where the sign of a change goes: left of the label, else halfway along. */
function signPlace(points: readonly Point[], label: { x: number; y: number } | null): Point | null {
  if (label) return { x: label.x - 12, y: label.y + 9 };
  const lengths = points.slice(1).map((point, at) => {
    const before = points[at];
    return before ? Math.hypot(point.x - before.x, point.y - before.y) : 0;
  });
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [at, length] of lengths.entries()) {
    const from = points[at],
      to = points[at + 1];
    if (from && to && left <= length && length > 0)
      return { x: from.x + ((to.x - from.x) * left) / length, y: from.y + ((to.y - from.y) * left) / length };
    left -= length;
  }
  return points[0] ?? null;
}

function kindOf(transition: NonNullable<Transition["data"]>["transition"]): string {
  if (transition.reason.type === "catch") return "catch";
  return transition.back ? "back" : "plain";
}

export const TransitionEdge = memo(function TransitionEdge({ id, data, selected }: EdgeProps<Transition>) {
  const taken = useEdgeTaken(id);
  const live = useRunIsLive();
  const lit = useLit((target) => target.edge === id);
  const hovered = useLit((target) => target.hovered === id);
  const change = useContext(MarksContext)?.edges.get(id);
  const points = data?.points;
  const path = useMemo(() => roundedPath(points ?? []), [points]);
  if (!data) return null;
  const { transition, label } = data;
  const kind = kindOf(transition);
  const text = shorten(transition.label);
  const state = `edge edge-${kind}${taken > 0 ? " taken" : ""}${selected ? " selected" : ""}${lit ? " lit" : ""}${change === undefined ? "" : ` change-${change}`}`;
  const middle = change === undefined ? null : signPlace(data.points, label);
  const marker = selected ? "selected" : taken > 0 ? (kind === "catch" ? "caught" : "taken") : kind;
  const title = transition.detail === "" ? transition.label : transition.detail;
  return (
    <>
      <g className={state}>
        <path d={path} className="edge-hit">
          {title === "" ? null : <title>{title}</title>}
        </path>
        <path key={path} d={path} className="edge-line" markerEnd={`url(#arrow-${marker})`} />
        {live ? <Token path={path} taken={taken} /> : null}
        {points ? <EdgeBreakpointDot edge={id} {...middleOf(points)} /> : null}
      </g>
      {selected || hovered ? <Ends id={id} points={data.points} name={text === "" ? "Transition" : text} /> : null}
      {change !== undefined && middle ? (
        <EdgeLabelRenderer>
          <div className="edge-change" style={{ transform: `translate(${String(middle.x)}px, ${String(middle.y)}px)` }}>
            <ChangeSign kind={change} size={12} />
          </div>
        </EdgeLabelRenderer>
      ) : null}
      {label && text !== "" ? (
        <EdgeLabelRenderer>
          <div
            className={`edge-label edge-label-${kind}${taken > 0 ? " taken" : ""}${selected ? " selected" : ""}${change === undefined ? "" : ` change-${change}`}`}
            style={{ transform: `translate(${String(label.x)}px, ${String(label.y)}px)`, width: label.width }}
            title={title}
          >
            {text}
            {taken > 1 ? <span className="edge-count">×{taken}</span> : null}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});

const MARKERS = ["plain", "back", "catch", "taken", "caught", "selected"];

/** The arrow heads, once for the page. */
export function ArrowHeads(): ReactElement {
  return (
    <svg className="arrow-heads" aria-hidden="true">
      <defs>
        {MARKERS.map((name) => (
          <marker
            key={name}
            id={`arrow-${name}`}
            className={`arrow-${name}`}
            viewBox="0 0 10 10"
            refX="8.5"
            refY="5"
            markerWidth="7"
            markerHeight="7"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M1,1 L9,5 L1,9 z" />
          </marker>
        ))}
      </defs>
    </svg>
  );
}
