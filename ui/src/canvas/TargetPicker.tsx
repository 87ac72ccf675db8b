// Connecting and moving by keyboard: the states onto which a transition may be led, or the containers a state may be moved
// into, in a list to choose from.

import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";
import { create } from "zustand";

import { StateIcon } from "../asl";
import type { DocumentEdit, GraphNode, WorkflowGraph } from "../backend";
import type { Load } from "../design";
import { edit, say } from "../document";
import { connectingEdit, legalTargets, useLit } from "./editing";

type Pull = Exclude<Load, { kind: "piece" }>;
/** A transition that wants an end, or a state that wants another scope. */
type Picked = Pull | { readonly kind: "move"; readonly state: string };

export const usePicking = create<{ pull: Picked | null }>(() => ({ pull: null }));

interface Target {
  /** The node it lights up; nothing for the top level. */
  readonly id: string | null;
  readonly words: string;
  readonly icon: { readonly kind: GraphNode["kind"]; readonly resource: string | null } | null;
  readonly edit: DocumentEdit;
}

/** The scopes a state can be moved into: not its own, and none inside of it. */
export function scopesFor(graph: WorkflowGraph, state: string): Target[] {
  const node = graph.nodes.find((candidate) => candidate.id === state);
  if (!node) return [];
  const move = (scope: string): DocumentEdit => ({ type: "move", state, scope });
  const scopes = graph.nodes.filter(
    (scope) =>
      (scope.kind === "branch" || scope.kind === "processor") &&
      scope.id !== node.parent &&
      !scope.id.startsWith(`${state}/`),
  );
  const inside = scopes.map((scope): Target => {
    const container = graph.nodes.find((candidate) => candidate.id === scope.parent);
    const branches = graph.nodes.filter((other) => other.kind === "branch" && other.parent === scope.parent);
    const which = branches.length > 1 ? `, branch ${String(branches.indexOf(scope) + 1)}` : "";
    return { id: scope.id, words: `${container?.name ?? ""}${which}`, icon: container ?? null, edit: move(scope.id) };
  });
  const top: Target = { id: null, words: "The top level", icon: null, edit: move("") };
  return node.parent === null ? inside : [top, ...inside];
}

function endsFor(graph: WorkflowGraph, pull: Pull): Target[] {
  const legal = legalTargets(graph, pull);
  return graph.nodes
    .filter((node) => legal.has(node.id))
    .flatMap((node) => {
      const change = connectingEdit(graph, pull, node);
      const end = node.kind === "end";
      return change ? [{ id: node.id, words: end ? "The end" : node.name, icon: end ? null : node, edit: change }] : [];
    });
}

function wordsOf(graph: WorkflowGraph, pull: Picked): { title: string; what: string; none: string } {
  const nameOf = (id: string): string => `“${graph.nodes.find((node) => node.id === id)?.name ?? ""}”`;
  if (pull.kind === "move")
    return {
      title: `Move ${nameOf(pull.state)} into`,
      what: "container",
      none: "There is no container to move it into.",
    };
  const none = "There is no state it could lead to.";
  if (pull.kind === "connect") return { title: `${nameOf(pull.from)} leads to`, what: "state", none };
  return { title: pull.end === "from" ? "Lead from" : "Lead to", what: "state", none };
}

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

function Picker({ pull, graph, document }: { pull: Picked; graph: WorkflowGraph; document: number }): ReactElement {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const all = useMemo(
    () => (pull.kind === "move" ? scopesFor(graph, pull.state) : endsFor(graph, pull)),
    [graph, pull],
  );
  const targets = useMemo(
    () => all.filter((target) => target.words.toLowerCase().includes(query.trim().toLowerCase())),
    [all, query],
  );
  const current = targets[Math.min(at, targets.length - 1)];
  const { title, what, none } = wordsOf(graph, pull);

  useEffect(() => {
    useLit.setState({ legal: new Set(all.flatMap((target) => target.id ?? [])) });
    return () => {
      useLit.setState({ legal: null, node: null });
    };
  }, [all]);
  useEffect(() => {
    useLit.setState({ node: current?.id ?? null });
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current]);

  const leave = (): void => {
    usePicking.setState({ pull: null });
    window.document.querySelector<HTMLElement>(".canvas")?.focus();
  };
  const choose = (target: Target | undefined): void => {
    leave();
    if (target) void edit(document, target.edit);
    else say("info", none);
  };
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
          placeholder={`Name of a ${what}`}
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
      <ul id="targets" role="listbox" aria-label={title} ref={list}>
        {targets.map((target, index) => (
          <li
            key={target.id ?? "top"}
            id={`target-${String(index)}`}
            role="option"
            aria-selected={target === current}
            onMouseDown={(event) => {
              event.preventDefault();
              choose(target);
            }}
            onMouseMove={() => {
              setAt(index);
            }}
          >
            {target.icon === null ? (
              <em>{target.words}</em>
            ) : (
              <>
                <StateIcon node={target.icon} size={18} /> {target.words}
              </>
            )}
          </li>
        ))}
      </ul>
      {targets.length === 0 ? <p className="dim pad">{all.length === 0 ? none : `No ${what} is called so.`}</p> : null}
    </div>
  );
}
