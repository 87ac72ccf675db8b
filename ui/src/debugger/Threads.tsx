// Executions, branches and items, like the threads and the call stack of a debugger.

import { ChevronDown, ChevronRight, CornerLeftUp, GitBranch, ListOrdered, Workflow } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";

import type { DebugScope, ExecutionStatus, NestedRun, NodeStatus } from "../backend";
import { NODE_WORDS, openExecution, STATUS_WORDS } from "../run";
import { VirtualList } from "../ui";
import { chooseLane, useLooked, useShownLine } from "./looked";
import type { Overview } from "./model";
import { useFreshLevels, useKnownLevels } from "./nested";
import { useOverview } from "./overview";
import { treeAt, type TreeRow } from "./tree";

const ROW = 24;
/** So many rows are shown before the list scrolls by itself. */
const VISIBLE = 9;

export function Threads({ execution, scope }: { execution: string; scope: DebugScope | undefined }): ReactElement {
  const { overview } = useOverview(execution);
  return (
    <>
      <h3>Where it stands</h3>
      {overview ? <Tree execution={execution} overview={overview} scope={scope} /> : <p className="dim">Reading…</p>}
    </>
  );
}

function Tree({
  execution,
  overview,
  scope,
}: {
  execution: string;
  overview: Overview;
  scope: DebugScope | undefined;
}): ReactElement {
  const line = useShownLine(execution, overview);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const picked = useLooked((state) => state.lane[execution]);
  const chosen = picked ?? scope?.lane ?? 0;
  const levels = useKnownLevels();
  const rows = useMemo(() => treeAt(overview, line, turned, chosen, levels), [overview, line, turned, chosen, levels]);
  useFreshLevels(rows.flatMap((row) => (row.kind === "nested" && row.open ? [row.run.execution] : [])));
  // A row that is no place in the run is in front for the keyboard only, until a place is chosen.
  const [front, setFront] = useState<string | null>(null);
  const inFront = front === null ? -1 : rows.findIndex((row) => row.key === front);
  const at = inFront >= 0 ? inFront : rows.findIndex((row) => row.kind === "lane" && row.lane.lane === chosen);
  const turn = (key: string): void => {
    setTurned((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  };
  return (
    <div className="threads" style={{ height: Math.min(VISIBLE, Math.max(1, rows.length)) * ROW + 2 }}>
      <VirtualList
        count={rows.length}
        rowHeight={ROW}
        label="Branches and items"
        selected={at < 0 ? null : at}
        onSelect={(index, pressed) => {
          const row = rows[index];
          if (row?.kind === "lane") chooseLane(execution, row.lane, line);
          else if (row && pressed && opens(row)) turn(row.key);
          setFront(row && row.kind !== "lane" ? row.key : null);
        }}
        onTurn={(index, open) => {
          const row = rows[index];
          if (row && opens(row) && isOpen(row) !== open) turn(row.key);
        }}
        onOpen={(index) => {
          const row = rows[index];
          if (row?.kind === "caller" || row?.kind === "nested") openRun(row.run);
          else if (row && opens(row)) turn(row.key);
        }}
        row={(index) => {
          const row = rows[index];
          return row ? (
            <span
              className="thread"
              style={{ paddingLeft: row.depth * 13 }}
              aria-current={row.kind === "lane" && row.lane.lane === chosen}
            >
              <Words row={row} here={row.kind === "lane" && row.lane.lane === scope?.lane ? scope : undefined} />
            </span>
          ) : null;
        }}
      />
    </div>
  );
}

const opens = (row: TreeRow): boolean =>
  row.kind === "fan" || row.kind === "group" || (row.kind === "nested" && row.run.nested > 0);
const isOpen = (row: TreeRow): boolean => "open" in row && row.open;

function openRun(run: NestedRun): void {
  openExecution({ execution: run.execution, title: `${run.workflow} · ${run.name}` });
}

const GROUP_WORDS = { failed: "failed", running: "running", waiting: "waiting", succeeded: "done" } as const;

function Words({ row, here }: { row: TreeRow; here: DebugScope | undefined }): ReactElement {
  switch (row.kind) {
    case "caller":
    case "nested":
      return (
        <>
          {row.kind === "caller" ? (
            <CornerLeftUp size={12} />
          ) : row.run.nested === 0 ? (
            <Workflow size={12} />
          ) : row.open ? (
            <ChevronDown size={12} aria-label="open" />
          ) : (
            <ChevronRight size={12} aria-label="shut" />
          )}
          <Dot status={row.run.status} />
          <span className="thread-name" title={row.run.name}>
            {row.run.call ? (
              <>
                <strong>{row.run.call.state}</strong> {row.kind === "caller" ? "of" : "›"}{" "}
              </>
            ) : null}
            {row.run.workflow} <span className="dim">{row.run.name}</span>
            {row.kind === "nested" && row.run.nested > 0 && !row.open ? (
              <span className="dim"> · started {row.run.nested.toLocaleString("en")}</span>
            ) : null}
          </span>
          <button
            type="button"
            className="link"
            tabIndex={-1}
            onPointerDown={(event) => {
              event.stopPropagation();
            }}
            onClick={() => {
              openRun(row.run);
            }}
          >
            {row.kind === "caller" ? "started this" : STATUS_WORDS[row.run.status].toLowerCase()}
          </button>
        </>
      );
    case "note":
      return <span className="thread-name dim">{row.text}</span>;
    case "fan":
      return (
        <>
          {row.open ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
          <span className="thread-name dim">{row.name}</span>
          <Counted row={row} />
        </>
      );
    case "group":
      return (
        <>
          {row.open ? <ChevronDown size={12} /> : <ChevronRight size={12} />}
          <span className={`mono status-${row.group}`}>{row.count.toLocaleString("en")}</span>
          <span className="thread-name dim">{GROUP_WORDS[row.group]}</span>
        </>
      );
    case "lane":
      return (
        <>
          {row.lane.part === "branch" ? (
            <GitBranch size={12} />
          ) : row.lane.part === "execution" ? (
            <Workflow size={12} />
          ) : (
            <ListOrdered size={12} />
          )}
          <Dot status={row.status} />
          <span className="thread-name">
            {row.name}
            {row.state === "" ? "" : " › "}
            <strong>{row.state}</strong>
          </span>
          <span className={`thread-stand ${row.status === "failed" ? "bad-text" : "dim"}`}>
            {row.error ?? (row.status === "succeeded" ? "" : (standOf(here) ?? NODE_WORDS[row.status]))}
          </span>
        </>
      );
  }
}

/** What the thread that is looked at waits for, in words. */
function standOf(scope: DebugScope | undefined): string | undefined {
  const thread = scope?.threads.find((one) => one.thread === scope.thread);
  return thread?.held ? "is held" : thread?.stand;
}

function Dot({ status }: { status: NodeStatus | ExecutionStatus }): ReactElement {
  return <span className={`status-dot status-${status}`} />;
}

function Counted({ row }: { row: Extract<TreeRow, { kind: "fan" }> }): ReactElement {
  const { running, waiting, failed, succeeded, total } = row.counts;
  return (
    <span
      className="thread-bar"
      title={`${String(succeeded)} done, ${String(running)} running, ${String(waiting)} waiting, ${String(failed)} failed`}
    >
      {(
        [
          ["succeeded", succeeded],
          ["running", running],
          ["waiting", waiting],
          ["failed", failed],
        ] as const
      ).map(([group, count]) =>
        count === 0 ? null : (
          <span key={group} className={`status-${group}`} style={{ flexGrow: Math.max(count, total / 24) }} />
        ),
      )}
    </span>
  );
}
