// Connecting by keyboard: the states onto which a transition may be led, in a list to choose from.

import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { create } from "zustand";

import { StateIcon } from "../asl";
import type { WorkflowGraph } from "../backend";
import type { Load } from "../design";
import { edit, say } from "../document";
import { connectingEdit, legalTargets, useLit } from "./editing";

type Pull = Exclude<Load, { kind: "piece" }>;

export const usePicking = create<{ pull: Pull | null }>(() => ({ pull: null }));

export function TargetPicker({
  graph,
  document,
}: {
  graph: WorkflowGraph | null;
  document: number | null;
}): ReactElement | null {
  const { pull } = usePicking();
  if (!pull || !graph || document === null) return null;
  return <Picker key={JSON.stringify(pull)} pull={pull} graph={graph} document={document} />;
}

function Picker({ pull, graph, document }: { pull: Pull; graph: WorkflowGraph; document: number }): ReactElement {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const targets = useMemo(() => {
    const legal = legalTargets(graph, pull);
    return graph.nodes
      .filter((node) => legal.has(node.id))
      .filter((node) => (node.kind === "end" ? "end" : node.name).toLowerCase().includes(query.trim().toLowerCase()));
  }, [graph, pull, query]);
  const current = targets[Math.min(at, targets.length - 1)];

  useEffect(() => {
    useLit.setState({ legal: legalTargets(graph, pull) });
    return () => {
      useLit.setState({ legal: null, node: null });
    };
  }, [graph, pull]);
  useEffect(() => {
    useLit.setState({ node: current?.id ?? null });
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const leave = (): void => {
    usePicking.setState({ pull: null });
    window.document.querySelector<HTMLElement>(".canvas")?.focus();
  };
  const choose = (node: typeof current): void => {
    const what = node ? connectingEdit(graph, pull, node) : null;
    leave();
    if (what) void edit(document, what);
    else say("info", "There is no state it could lead to.");
  };
  const source = pull.kind === "connect" ? graph.nodes.find((node) => node.id === pull.from)?.name : undefined;
  const title =
    source === undefined
      ? pull.kind === "reconnect" && pull.end === "from"
        ? "Lead from"
        : "Lead to"
      : `“${source}” leads to`;
  return (
    <div
      className="target-picker"
      role="dialog"
      aria-label={title}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) usePicking.setState({ pull: null });
      }}
    >
      <label>
        <span>{title}</span>
        <input
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="targets"
          aria-activedescendant={current ? `target-${String(targets.indexOf(current))}` : undefined}
          placeholder="Name of a state"
          autoFocus
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setAt(0);
          }}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") setAt((now) => Math.min(now + 1, targets.length - 1));
            else if (event.key === "ArrowUp") setAt((now) => Math.max(now - 1, 0));
            else if (event.key === "Enter") choose(current);
            else if (event.key === "Escape") leave();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
      </label>
      <ul id="targets" role="listbox" aria-label="States" ref={list}>
        {targets.map((node, index) => (
          <li
            key={node.id}
            id={`target-${String(index)}`}
            role="option"
            aria-selected={node === current}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(node);
            }}
            onMouseMove={() => {
              setAt(index);
            }}
          >
            {node.kind === "end" ? (
              <em>The end</em>
            ) : (
              <>
                <StateIcon node={node} size={18} /> {node.name}
              </>
            )}
          </li>
        ))}
      </ul>
      {targets.length === 0 ? <p className="dim pad">No state it could lead to.</p> : null}
    </div>
  );
}
