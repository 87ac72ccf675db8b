import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useMemo, useRef, useState } from "react";

import { StateIcon } from "../asl";
import type { WorkflowGraph } from "../backend";
import { select, selectedIn, useSelection } from "../document";
import { NODE_WORDS, useSession } from "../run";
import { outlineOf, visibleItems } from "./tree";

/** The graph as a tree: every state by keyboard, with its name, kind and what the run did with it. */
export function Outline({
  tab,
  graph,
  execution,
  filter,
}: {
  tab: string;
  graph: WorkflowGraph;
  execution: string | null;
  filter: string;
}): ReactElement {
  const selected = useSelection(selectedIn(tab));
  const session = useSession(execution);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<HTMLDivElement>(null);
  const items = useMemo(() => outlineOf(graph), [graph]);
  const shown = useMemo(() => visibleItems(items, closed, filter), [items, closed, filter]);
  const at = shown.findIndex((item) => selected?.kind === "node" && item.node.id === selected.id);
  const current = shown[at];

  useEffect(() => {
    if (current)
      list.current?.querySelector(`[data-id="${CSS.escape(current.node.id)}"]`)?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const choose = (index: number): void => {
    const item = shown[index];
    if (item) select(tab, { kind: "node", id: item.node.id }, "outline");
  };
  const fold = (id: string, shut: boolean): void => {
    const next = new Set(closed);
    if (shut) next.add(id);
    else next.delete(id);
    setClosed(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") choose(Math.min(shown.length - 1, at + 1));
    else if (event.key === "ArrowUp") choose(Math.max(0, at - 1));
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(shown.length - 1);
    else if (event.key === "ArrowRight" && current && current.children > 0) {
      if (closed.has(current.node.id)) fold(current.node.id, false);
      else choose(at + 1);
    } else if (event.key === "ArrowLeft" && current) {
      if (current.children > 0 && !closed.has(current.node.id)) fold(current.node.id, true);
      else choose(shown.findIndex((item) => item.node.id === current.parent));
    } else return;
    event.preventDefault();
  };
  if (shown.length === 0) return <p className="dim pad">{filter === "" ? "No states yet." : "No state matches."}</p>;
  return (
    <div
      ref={list}
      className="tree"
      role="tree"
      aria-label="States"
      tabIndex={0}
      aria-activedescendant={current ? `outline-${String(at)}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => {
        if (at < 0) choose(0);
      }}
    >
      {shown.map((item, index) => {
        const { node } = item;
        const progress = session?.nodes[node.id];
        const open = item.children > 0 ? !closed.has(node.id) : undefined;
        const branch = node.kind === "branch" ? `Branch ${String(Number(/(\d+)$/.exec(node.id)?.[1] ?? 0) + 1)}` : null;
        return (
          <div
            key={node.id}
            id={`outline-${String(index)}`}
            data-id={node.id}
            role="treeitem"
            aria-level={item.level}
            aria-selected={index === at}
            aria-expanded={open}
            aria-label={`${branch ?? node.name}${node.summary === "" ? "" : `, ${node.summary}`}${progress ? `, ${NODE_WORDS[progress.status]}` : ""}`}
            className={`tree-item ${index === at ? "on" : ""} ${progress ? `run-${progress.status}` : ""}`}
            style={{ paddingLeft: 4 + (item.level - 1) * 14 }}
            title={node.summary === "" ? node.name : `${node.name}\n${node.summary}`}
            onClick={() => {
              choose(index);
            }}
          >
            <span
              className="twist"
              aria-hidden="true"
              onClick={(event) => {
                if (open === undefined) return;
                event.stopPropagation();
                fold(node.id, open);
              }}
            >
              {open === undefined ? null : open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
            </span>
            {branch === null ? <StateIcon node={node} size={18} /> : null}
            <span className="tree-name">{branch ?? node.name}</span>
            <span className="tree-status" aria-hidden="true" />
          </div>
        );
      })}
    </div>
  );
}
