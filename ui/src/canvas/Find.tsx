import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { type ReactElement, useEffect, useRef } from "react";

import type { WorkflowGraph } from "../backend";
import { select } from "../document";
import { closeFind, findStates, nextHit, useFind } from "./find";

/** The field that finds states on the canvas, with how many there are and which is on show. */
export function Find({
  tab,
  graph,
  text,
}: {
  tab: string;
  graph: WorkflowGraph | null;
  text: () => string;
}): ReactElement | null {
  const { open, asked, query, hits, current } = useFind();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (open) field.current?.select();
  }, [open, asked]);

  // The text or the workflow may change while the field is open.
  useEffect(() => {
    if (!open || !graph) return;
    const found = findStates(graph, text(), query);
    const at = current !== null && found.includes(current) ? current : (found[0] ?? null);
    useFind.setState({ hits: found, current: at });
    if (at !== null && at !== current) select(tab, { kind: "node", id: at }, "outline");
    // Only a new search moves on; stepping sets `current` itself.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [open, query, graph, tab]);
  useEffect(() => closeFind, [tab]);

  if (!open) return null;
  const step = (way: 1 | -1): void => {
    const next = nextHit(hits, current, way);
    if (next === null) return;
    useFind.setState({ current: next });
    select(tab, { kind: "node", id: next }, "outline");
  };
  const leave = (): void => {
    closeFind();
    document.querySelector<HTMLElement>(".canvas")?.focus();
  };
  const count =
    query.trim() === ""
      ? ""
      : hits.length === 0
        ? "none"
        : `${String(hits.indexOf(current ?? "") + 1)} of ${String(hits.length)}`;
  return (
    <div className="canvas-find" role="search" aria-label="Find states">
      <Search size={14} aria-hidden="true" />
      <input
        ref={field}
        id="find-on-canvas"
        type="text"
        placeholder="Name, type, resource, text"
        aria-label="Find states by name, type, resource or text"
        value={query}
        spellCheck={false}
        onChange={(event) => {
          useFind.setState({ query: event.target.value });
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" || event.key === "F3") step(event.shiftKey ? -1 : 1);
          else if (event.key === "Escape") leave();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <output className={hits.length === 0 ? "none" : ""}>{count}</output>
      <button
        type="button"
        aria-label="The hit before"
        title="Before (Shift+Enter)"
        disabled={hits.length === 0}
        onClick={() => {
          step(-1);
        }}
      >
        <ChevronUp size={14} />
      </button>
      <button
        type="button"
        aria-label="The next hit"
        title="Next (Enter)"
        disabled={hits.length === 0}
        onClick={() => {
          step(1);
        }}
      >
        <ChevronDown size={14} />
      </button>
      <button type="button" aria-label="Close" title="Close (Esc)" onClick={leave}>
        <X size={14} />
      </button>
    </div>
  );
}
