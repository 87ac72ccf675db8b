// What can be done on the canvas in front, for the window's table of actions.

import { hasState, selectAll, wrapSelected } from "../design";
import { openFind } from "./find";
import { type CanvasHandle, frontCanvas, useTool } from "./view";

/** One line of the window's table. */
interface CanvasAction {
  readonly id: string;
  readonly title: string;
  readonly group: "File" | "Edit" | "View";
  readonly keys?: string;
  enabled(): boolean;
  run(): void;
}

const onCanvas = (): boolean => frontCanvas() !== null;

const onHandle = (work: (canvas: CanvasHandle) => void) => (): void => {
  const canvas = frontCanvas();
  if (canvas) work(canvas);
};

const looking = (id: string, title: string, work: (canvas: CanvasHandle) => void): CanvasAction => ({
  id,
  title,
  group: "View",
  enabled: onCanvas,
  run: onHandle(work),
});

const onState = (id: string, title: string, work: (canvas: CanvasHandle) => void): CanvasAction => ({
  id,
  title,
  group: "Edit",
  enabled: () => onCanvas() && hasState(),
  run: onHandle(work),
});

export const canvasActions: readonly CanvasAction[] = [
  {
    id: "findOnCanvas",
    title: "Find states on the canvas",
    group: "Edit",
    keys: "Ctrl+F",
    enabled: onCanvas,
    run: openFind,
  },
  {
    id: "selectAll",
    title: "Select all states beside the selected one",
    group: "Edit",
    enabled: onCanvas,
    run: selectAll,
  },
  onState("connect", "Connect the selected state to…", (canvas) => {
    canvas.connect();
  }),
  onState("move", "Move the selected state into…", (canvas) => {
    canvas.move();
  }),
  onState("note", "Add a note to the selected state", (canvas) => {
    canvas.note();
  }),
  {
    id: "wrapBranches",
    title: "Run the selected states side by side in a Parallel",
    group: "Edit",
    enabled: hasState,
    run: () => {
      wrapSelected("branches");
    },
  },
  looking("fit", "Fit the whole workflow", (canvas) => {
    canvas.fit();
  }),
  looking("zoomSelection", "Zoom to the selection", (canvas) => {
    canvas.zoomToSelection();
  }),
  looking("actualSize", "Zoom to 100 %", (canvas) => {
    canvas.actualSize();
  }),
  looking("enter", "Show the inside of the selected container alone", (canvas) => {
    canvas.enter();
  }),
  looking("leave", "Go out of the container on show", (canvas) => {
    canvas.leave();
  }),
  looking("collapseAll", "Collapse all containers", (canvas) => {
    canvas.collapseAll();
  }),
  looking("expandAll", "Expand all containers", (canvas) => {
    canvas.expandAll();
  }),
  {
    id: "picture",
    title: "Save a picture…",
    group: "File",
    enabled: onCanvas,
    run: onHandle((canvas) => {
      canvas.picture("svg", false);
    }),
  },
  {
    id: "toolHand",
    title: "Move the view by dragging",
    group: "View",
    enabled: onCanvas,
    run: () => {
      useTool.setState({ tool: "hand" });
    },
  },
  {
    id: "toolSelect",
    title: "Select by dragging",
    group: "View",
    enabled: onCanvas,
    run: () => {
      useTool.setState({ tool: "select" });
    },
  },
];
