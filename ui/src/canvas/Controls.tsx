// What floats over the canvas: zoom and tools at its lower left, the way out of a container at its top.

import { useReactFlow, useStore } from "@xyflow/react";
import { ChevronRight, Hand, Maximize, Minus, Plus, Search, SquareDashedMousePointer } from "lucide-react";
import { Fragment, type ReactElement } from "react";

import type { GraphNode } from "../backend";
import { openFind } from "./find";
import { useTool } from "./view";
import { glide } from "./viewport";

export function ZoomControls({ fit }: { fit: () => void }): ReactElement {
  const flow = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const tool = useTool((state) => state.tool);
  const button = (label: string, keys: string, icon: ReactElement, run: () => void, pressed?: boolean) => (
    <button type="button" aria-label={label} aria-pressed={pressed} title={`${label} (${keys})`} onClick={run}>
      {icon}
    </button>
  );
  return (
    <div className="zoom-controls" role="group" aria-label="View">
      {button(
        "Move the view by dragging",
        "H",
        <Hand size={14} />,
        () => {
          useTool.setState({ tool: "hand" });
        },
        tool === "hand",
      )}
      {button(
        "Select by dragging",
        "V",
        <SquareDashedMousePointer size={14} />,
        () => {
          useTool.setState({ tool: "select" });
        },
        tool === "select",
      )}
      {button("Find a state", "Ctrl+F", <Search size={14} />, openFind)}
      {button("Zoom out", "−", <Minus size={14} />, () => void flow.zoomOut(glide(120)))}
      <button
        type="button"
        className="zoom-number"
        aria-label={`Zoom ${String(zoom)} percent, back to 100`}
        title="100 % (0)"
        onClick={() => void flow.zoomTo(1, glide(120))}
      >
        {zoom} %
      </button>
      {button("Zoom in", "+", <Plus size={14} />, () => void flow.zoomIn(glide(120)))}
      {button("Fit the whole workflow", "1", <Maximize size={14} />, fit)}
    </div>
  );
}

/** Which container fills the canvas, and the containers around it to go back to. */
export function Breadcrumbs({
  path,
  go,
}: {
  path: readonly GraphNode[];
  go: (container: string | null) => void;
}): ReactElement | null {
  const here = path.at(-1);
  if (!here) return null;
  return (
    <nav className="canvas-crumbs" aria-label="Container on show">
      <button
        type="button"
        title="The whole workflow"
        onClick={() => {
          go(null);
        }}
      >
        Workflow
      </button>
      {path.map((node) => (
        <Fragment key={node.id}>
          <ChevronRight size={13} aria-hidden="true" />
          {node === here ? (
            <strong aria-current="page">{node.name}</strong>
          ) : (
            <button
              type="button"
              onClick={() => {
                go(node.id);
              }}
            >
              {node.name}
            </button>
          )}
        </Fragment>
      ))}
      <kbd title="Goes one level out">Esc</kbd>
    </nav>
  );
}
