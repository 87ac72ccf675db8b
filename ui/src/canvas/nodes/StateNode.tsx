import { Handle, type NodeProps, Position } from "@xyflow/react";
import {
  ChevronDown,
  ChevronRight,
  CircleAlert,
  CircleCheck,
  CircleX,
  Hand,
  LoaderCircle,
  PencilLine,
  RotateCw,
  ShieldAlert,
} from "lucide-react";
import { memo, type ReactElement, useContext } from "react";

import { kindWord, StateIcon } from "../../asl";
import type { GraphNode, ItemProgress, NodeProgress } from "../../backend";
import { beginDrag } from "../../design";
import { BreakpointDot } from "../../debugger";
import { PinBadge } from "../../pins";
import { cornerWords, figure, hasBegun, NODE_WORDS, ShownExecution, useNodeProgress, usePendingAt } from "../../run";
import { useLit } from "../editing";
import { useFind } from "../find";
import type { Problem, StateNode as Flow } from "../graph";
import { ChangeSign } from "../../compare";
import { CanvasContext, MarksContext } from "./context";

/** What a search and a transition that is being pulled make of a node. */
function useMarks(id: string): string {
  const pulled = useLit(
    ({ node, legal }) => `${node === id ? "lit" : ""} ${legal === null ? "" : legal.has(id) ? "legal" : "illegal"}`,
  );
  const found = useFind(({ hits, current }) => (current === id ? "hit current-hit" : hits.includes(id) ? "hit" : ""));
  return `${pulled} ${found}`;
}

const STATUS_ICONS = {
  running: LoaderCircle,
  waiting: Hand,
  retrying: RotateCw,
  succeeded: CircleCheck,
  caught: ShieldAlert,
  failed: CircleX,
  aborted: CircleX,
};

/** Where transitions are tied. They are drawn along their own routes, but without these they would not be drawn at all. */
function Ends(): ReactElement {
  return (
    <>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </>
  );
}

/** Where a new transition is pulled out. */
function Pull({ state }: { state: GraphNode }): ReactElement | null {
  const { editable } = useContext(CanvasContext);
  if (!editable || state.kind === "succeed" || state.kind === "fail") return null;
  return (
    <span
      className="pull nodrag nopan"
      title={state.kind === "choice" ? "Pull onto a state: a new rule" : "Pull onto the next state"}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.stopPropagation();
        beginDrag(event, { kind: "connect", from: state.id }, state.name);
      }}
    />
  );
}

/** The states of a run by tone: green done, amber under way or in need of attention, red failed. */
function statusClass(progress: NodeProgress | null): string {
  return progress ? `run-${progress.status}` : "";
}

function Items({ items }: { items: ItemProgress }): ReactElement {
  const total = Math.max(1, items.total);
  const waiting = items.total - items.succeeded - items.failed - items.running;
  // Few items are drawn one by one, many as shares.
  if (items.total <= 24) {
    const cells = [
      ...Array<string>(items.succeeded).fill("ok"),
      ...Array<string>(items.failed).fill("bad"),
      ...Array<string>(items.running).fill("run"),
      ...Array<string>(Math.max(0, waiting)).fill("todo"),
    ];
    return (
      <span className="items">
        {cells.map((cell, index) => (
          <i key={index} className={`item-${cell}`} />
        ))}
      </span>
    );
  }
  return (
    <span className="items shares">
      <i className="item-ok" style={{ flexGrow: items.succeeded / total }} />
      <i className="item-bad" style={{ flexGrow: items.failed / total }} />
      <i className="item-run" style={{ flexGrow: items.running / total }} />
      <i className="item-todo" style={{ flexGrow: Math.max(0, waiting) / total }} />
    </span>
  );
}

function Corner({
  problem,
  progress,
}: {
  problem: Problem | null;
  progress: NodeProgress | null;
}): ReactElement | null {
  if (progress) {
    const Icon = STATUS_ICONS[progress.status];
    const number = figure(progress);
    return (
      <span className="node-number" title={cornerWords(progress)}>
        {progress.changes > 0 ? (
          <PencilLine
            size={13}
            className="changed-by-hand"
            aria-label={
              progress.changes === 1 ? "changed by hand" : `changed by hand ${String(progress.changes)} times`
            }
          />
        ) : null}
        {number === "" ? null : number}
        <Icon size={13} aria-label={NODE_WORDS[progress.status]} />
      </span>
    );
  }
  if (!problem) return null;
  return (
    <span className={`node-number problem-${problem.severity}`} title={problem.message}>
      <CircleAlert size={14} aria-label={problem.severity} />
    </span>
  );
}

function Badge({ state }: { state: GraphNode }): ReactElement | null {
  const execution = useContext(ShownExecution);
  const pending = usePendingAt(execution, state.id);
  const [first] = pending;
  if (!first) return null;
  const words = first.kind === "callback" ? "waits for its token" : "answer by hand";
  return <span className="node-badge">{pending.length > 1 ? `${String(pending.length)} to answer` : words}</span>;
}

export const StateNode = memo(function StateNode({ data, selected }: NodeProps<Flow>) {
  const { state, collapsed, inside } = data;
  const progress = useNodeProgress(state.id);
  const marks = useMarks(state.id);
  const change = useContext(MarksContext)?.nodes.get(state.id);
  const { toggle } = useContext(CanvasContext);
  const summary = collapsed
    ? `${state.summary === "" ? kindWord(state.kind) : state.summary} · ${String(inside)} states`
    : state.summary === ""
      ? kindWord(state.kind)
      : state.summary;
  return (
    <div
      className={`node ${selected ? "selected" : ""} ${marks} ${change === undefined ? "" : `change-${change}`} ${statusClass(progress)}`}
      title={
        state.comment === null
          ? `${state.name}\n${state.summary}`
          : `${state.name}\n${state.summary}\n\n${state.comment}`
      }
    >
      <StateIcon node={state} size={28} />
      <span className="node-name">{state.name}</span>
      <Corner problem={data.problem} progress={progress} />
      <span className="node-summary">{summary}</span>
      {collapsed ? (
        <button
          type="button"
          className="node-fold nodrag"
          aria-label={`Expand ${state.name}`}
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            toggle(state.id);
          }}
        >
          <ChevronRight size={14} />
        </button>
      ) : null}
      {change === undefined ? null : <ChangeSign kind={change} />}
      <Badge state={state} />
      <BreakpointDot node={state.id} />
      <PinBadge node={state.id} />
      <Pull state={state} />
      <Ends />
    </div>
  );
});

export const ContainerNode = memo(function ContainerNode({ data, selected }: NodeProps<Flow>) {
  const { state } = data;
  const progress = useNodeProgress(state.id);
  const marks = useMarks(state.id);
  const change = useContext(MarksContext)?.nodes.get(state.id);
  const { toggle } = useContext(CanvasContext);
  return (
    <div
      className={`container ${selected ? "selected" : ""} ${marks} ${change === undefined ? "" : `change-${change}`} ${statusClass(progress)}`}
      title={state.comment ?? undefined}
    >
      <header title={`${state.name}\n${state.summary}`}>
        <StateIcon node={state} size={24} />
        <span className="node-name">{state.name}</span>
        <span className="node-summary">
          {kindWord(state.kind)}
          {state.summary === "" ? "" : ` · ${state.summary}`}
        </span>
        <Corner problem={data.problem} progress={progress} />
        <button
          type="button"
          className="node-fold nodrag"
          aria-label={`Collapse ${state.name}`}
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            toggle(state.id);
          }}
        >
          <ChevronDown size={14} />
        </button>
      </header>
      {change === undefined ? null : <ChangeSign kind={change} />}
      <BreakpointDot node={state.id} />
      <PinBadge node={state.id} />
      {progress?.items && hasBegun(progress.items) ? <Items items={progress.items} /> : null}
      <Badge state={state} />
      <Pull state={state} />
      <Ends />
    </div>
  );
});

export const ScopeNode = memo(function ScopeNode({ id }: NodeProps<Flow>) {
  const lit = useLit((target) => target.node === id);
  return <div className={lit ? "scope lit" : "scope"} />;
});

export const MarkerNode = memo(function MarkerNode({ data }: NodeProps<Flow>) {
  const marks = useMarks(data.state.id);
  const word = data.state.kind === "start" ? "Start" : "End";
  return data.state.parent === null ? (
    <div className={`marker ${marks}`}>
      {word}
      <Ends />
    </div>
  ) : (
    <div className={`marker-dot marker-${data.state.kind} ${marks}`} title={word}>
      <Ends />
    </div>
  );
});
