// What the inspector's place shows while several states are selected: which they are, and what can be done to all of them.

import { type ReactElement, useMemo } from "react";

import { StateIcon } from "../asl";
import type { WorkflowGraph } from "../backend";
import { select } from "../document";
import { copySelected, cutSelected, duplicateSelected, removeSelected, wrapSelected } from "./actions";

export function GroupPanel({
  tab,
  graph,
  ids,
  editable,
}: {
  tab: string;
  graph: WorkflowGraph | null;
  ids: readonly string[];
  editable: boolean;
}): ReactElement {
  const nodes = useMemo(() => {
    const wanted = new Set(ids);
    return graph?.nodes.filter((node) => wanted.has(node.id)) ?? [];
  }, [graph, ids]);
  const button = (label: string, run: () => void, keys = "") => (
    <button type="button" className="button" title={keys === "" ? label : `${label} (${keys})`} onClick={run}>
      {label}
    </button>
  );
  return (
    <div className="group-panel">
      <h2>{nodes.length} states selected</h2>
      {editable ? (
        <div className="group-actions" role="group" aria-label="To all of them">
          {button("Copy", () => void copySelected(), "Ctrl+C")}
          {button("Cut", () => void cutSelected(), "Ctrl+X")}
          {button("Duplicate", duplicateSelected, "Ctrl+D")}
          {button("Delete", removeSelected, "Delete")}
          {button("Into one branch of a Parallel", () => {
            wrapSelected("parallel");
          })}
          {button("Side by side in a Parallel", () => {
            wrapSelected("branches");
          })}
          {button("Into a Map", () => {
            wrapSelected("map");
          })}
          {button("Catch their errors", () => {
            wrapSelected("catch");
          })}
        </div>
      ) : null}
      <ul aria-label="Selected states">
        {nodes.map((node) => (
          <li key={node.id}>
            <button
              type="button"
              title="Select this one alone"
              onClick={() => {
                select(tab, { kind: "node", id: node.id }, "outline");
              }}
            >
              <StateIcon node={node} size={24} />
              <span>{node.name}</span>
              <small>{node.summary}</small>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
