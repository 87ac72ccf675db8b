import "@xyflow/react/dist/style.css";
import "./canvas.css";

import {
  Background,
  BackgroundVariant,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  type Viewport,
} from "@xyflow/react";
import { Maximize, Minus, Plus } from "lucide-react";
import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";

import { kindWord } from "../asl";
import type { Diagnostic, QueryLanguage, WorkflowGraph } from "../backend";
import {
  copySelected,
  cutSelected,
  duplicateSelected,
  pasteFromClipboard,
  removeSelected,
  useDrag,
  wrapSelected,
} from "../design";
import { toggleSelected } from "../debugger/store";
import { select, selectedIn, useSelection } from "../document";
import { ContextMenu, type MenuEntry } from "../ui";
import { NODE_WORDS, ShownExecution, useSession, useSessions } from "../run";
import { useCollapsed } from "./collapsed";
import { ArrowHeads, TransitionEdge } from "./edges/TransitionEdge";
import { useDropping } from "./editing";
import { workerSolve } from "./elk";
import { type Direction, neighbour, type StateNode as Flow, toFlow, type TransitionEdge as FlowEdge } from "./graph";
import { boundsOf, keepInPlace, type Layout, LayoutCache, layOut, provisional, visibleGraph } from "./layout";
import { CanvasContext, ContainerNode, MarkerNode, ScopeNode, StateNode } from "./nodes/StateNode";

const EDIT_KEYS: Record<string, () => void> = {
  c: () => void copySelected(),
  x: cutSelected,
  v: pasteFromClipboard,
  d: duplicateSelected,
};

const nodeTypes = { state: StateNode, container: ContainerNode, scope: ScopeNode, marker: MarkerNode };
const edgeTypes = { transition: TransitionEdge };

/** Below this zoom names are all that can be read, so nothing else is drawn. */
const FAR = 0.5;
/** Above this many nodes only those in view are mounted. */
const MANY = 300;
const MOVE_MS = 200;
const SMALLEST_FIRST_ZOOM = 0.6;

const viewports = new Map<string, Viewport>();

interface Props {
  readonly tab: string;
  readonly graph: WorkflowGraph | null;
  readonly old: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly execution: string | null;
  /** The document that edits go to; nothing for a past run. */
  readonly document: number | null;
  readonly language: QueryLanguage;
  /** Chips over the canvas: why it is grey, what the run does. */
  readonly children?: ReactNode;
}

interface Drawn {
  readonly tab: string;
  readonly graph: WorkflowGraph;
  readonly layout: Layout;
}

function useLayout(tab: string, graph: WorkflowGraph | null, collapsed: ReadonlySet<string>): Drawn | null {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const caches = useRef(new Map<string, LayoutCache>());
  const last = useRef<Drawn | null>(null);
  useEffect(() => {
    if (!graph) return;
    let dropped = false;
    const visible = visibleGraph(graph, collapsed);
    const cache = caches.current.get(tab) ?? new LayoutCache();
    caches.current.set(tab, cache);
    const shown = last.current;
    if (shown?.tab === tab && shown.graph !== visible) {
      last.current = { tab, graph: visible, layout: provisional(shown, visible) };
      setDrawn(last.current);
    }
    void workerSolve()
      .then((solve) => layOut(visible, solve, cache))
      .then((layout) => {
        if (dropped) return;
        const before = last.current?.tab === tab ? last.current.layout : null;
        const next = { tab, graph: visible, layout: before ? keepInPlace(before, layout) : layout };
        last.current = next;
        setDrawn(next);
      });
    return () => {
      dropped = true;
    };
  }, [tab, graph, collapsed]);
  return drawn?.tab === tab ? drawn : null;
}

/** The first look at a graph: all of it if it stays readable, else its beginning. */
function firstViewport(layout: Layout, width: number, height: number): Viewport {
  const bounds = boundsOf(layout);
  const zoom = Math.min(
    1,
    Math.max(SMALLEST_FIRST_ZOOM, Math.min((width - 80) / bounds.width, (height - 110) / bounds.height)),
  );
  const fitsX = bounds.width * zoom <= width - 40;
  const start = [...layout.nodes].find(([id]) => id === "#start")?.[1];
  const middle = fitsX || !start ? bounds.x + bounds.width / 2 : start.x + start.width / 2;
  const fitsY = bounds.height * zoom <= height - 90;
  return {
    zoom,
    x: width / 2 - middle * zoom,
    y: fitsY ? (height - bounds.height * zoom) / 2 + 10 - bounds.y * zoom : 60 - bounds.y * zoom,
  };
}

function ZoomControls(): ReactElement {
  const flow = useReactFlow();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="zoom-controls" role="group" aria-label="Zoom">
      <button
        type="button"
        aria-label="Zoom out"
        title="Zoom out (−)"
        onClick={() => void flow.zoomOut({ duration: 120 })}
      >
        <Minus size={14} />
      </button>
      <button
        type="button"
        className="zoom-number"
        aria-label={`Zoom ${String(zoom)} percent, back to 100`}
        title="100 % (0)"
        onClick={() => void flow.zoomTo(1, { duration: 120 })}
      >
        {zoom} %
      </button>
      <button
        type="button"
        aria-label="Zoom in"
        title="Zoom in (+)"
        onClick={() => void flow.zoomIn({ duration: 120 })}
      >
        <Plus size={14} />
      </button>
      <button
        type="button"
        aria-label="Fit the whole workflow"
        title="Fit (1)"
        onClick={() => void flow.fitView({ duration: 180, padding: 0.08 })}
      >
        <Maximize size={14} />
      </button>
    </div>
  );
}

/** The transition that is being pulled out of a state, from the state to the pointer. */
function RubberBand({
  frame,
  layout,
}: {
  frame: React.RefObject<HTMLDivElement | null>;
  layout: Layout | null;
}): ReactElement | null {
  const { drag } = useDrag();
  const transform = useStore((state) => state.transform);
  if (drag?.load.kind !== "connect") return null;
  const box = layout?.nodes.get(drag.load.from);
  const view = frame.current?.getBoundingClientRect();
  if (!box || !view) return null;
  const [left, top, zoom] = transform;
  const x = (box.x + box.width / 2) * zoom + left,
    y = (box.y + box.height) * zoom + top;
  return (
    <svg className={`rubber ${drag.verdict?.legal ? "legal" : ""}`} aria-hidden="true">
      <line x1={x} y1={y} x2={drag.x - view.left} y2={drag.y - view.top} />
    </svg>
  );
}

const ARROWS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };

function Inner({ tab, graph, old, diagnostics, execution, document, language, children }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<Flow, FlowEdge>();
  const collapsed = useCollapsed((state) => state.byTab[tab] ?? state.none);
  const toggle = useCollapsed((state) => state.toggle);
  const drawn = useLayout(tab, graph, collapsed);
  const selected = useSelection(selectedIn(tab));
  const reveal = useSelection((state) => state.reveal);
  const session = useSession(execution);
  const far = useStore((state) => state.transform[2] < FAR);
  const bounds = useMemo(() => (drawn ? boundsOf(drawn.layout) : null), [drawn]);
  // The overview is for what does not fit; over a picture that does it would only hide a part.
  const overflowing = useStore(
    ({ transform: [x, y, zoom], width, height }) =>
      bounds !== null &&
      (bounds.x * zoom + x < 0 ||
        bounds.y * zoom + y < 0 ||
        (bounds.x + bounds.width) * zoom + x > width ||
        (bounds.y + bounds.height) * zoom + y > height),
  );
  const [moving, setMoving] = useState(false);
  const placed = useRef<string | null>(null);

  const shown = useMemo(
    () => (drawn ? toFlow(drawn.graph, drawn.layout, selected, collapsed) : null),
    [drawn, selected, collapsed],
  );

  const problems = useMemo(() => {
    const worst = new Map<string, { severity: "error" | "warning" | "info"; message: string }>();
    for (const { state, severity, message } of diagnostics) {
      if (state === null || severity === "info") continue;
      const known = worst.get(state);
      if (!known || (known.severity === "warning" && severity === "error")) worst.set(state, { severity, message });
    }
    return worst;
  }, [diagnostics]);
  const editable = document !== null && !old;
  const context = useMemo(
    () => ({
      problems,
      editable,
      toggle: (id: string) => {
        toggle(tab, id);
      },
    }),
    [problems, editable, toggle, tab],
  );
  useDropping(frame, flow as never, drawn, editable ? document : null, language);

  // The first picture of a tab is placed; later ones move what they must, smoothly.
  useEffect(() => {
    if (!drawn || !frame.current) return;
    if (placed.current !== drawn.tab) {
      placed.current = drawn.tab;
      const box = frame.current.getBoundingClientRect();
      void flow.setViewport(viewports.get(drawn.tab) ?? firstViewport(drawn.layout, box.width, box.height));
      frame.current.dataset["ready"] = drawn.tab;
      return;
    }
    setMoving(true);
    const timer = window.setTimeout(() => {
      setMoving(false);
    }, MOVE_MS + 60);
    return () => {
      window.clearTimeout(timer);
    };
  }, [drawn, flow]);

  // A selection made elsewhere comes into view.
  const wanted = selected?.kind === "node" ? selected.id : null;
  useEffect(() => {
    const { origin } = useSelection.getState();
    if (!drawn || wanted === null || origin === "canvas" || !frame.current) return;
    const box = drawn.layout.nodes.get(wanted);
    if (!box) return;
    const { x, y, zoom } = flow.getViewport();
    const view = frame.current.getBoundingClientRect();
    const left = box.x * zoom + x,
      top = box.y * zoom + y;
    const inView =
      left >= 12 &&
      top >= 12 &&
      left + Math.min(box.width * zoom, view.width) <= view.width - 12 &&
      top + 52 * zoom <= view.height - 12;
    if (!inView)
      void flow.setCenter(box.x + box.width / 2, box.y + Math.min(box.height, 300) / 2, {
        zoom: Math.max(zoom, 0.7),
        duration: 180,
      });
  }, [wanted, reveal, drawn, flow]);

  // Only where a person went is kept; what was placed by itself may be placed anew.
  const keepViewport = useCallback(
    (event: unknown, viewport: Viewport) => {
      if (event !== null) viewports.set(tab, viewport);
    },
    [tab],
  );

  // Until somebody moves the picture, it fits the room it has: beside the code, above an opened panel.
  const width = useStore((state) => state.width),
    height = useStore((state) => state.height);
  useEffect(() => {
    if (drawn && placed.current === drawn.tab && width > 0 && height > 0 && !viewports.has(drawn.tab))
      void flow.setViewport(firstViewport(drawn.layout, width, height));
    // A new layout keeps its place; only the room counts here.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [width, height]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const work = editable
      ? held
        ? EDIT_KEYS[event.key.toLowerCase()]
        : event.key === "Delete" || event.key === "Backspace"
          ? removeSelected
          : undefined
      : undefined;
    if (work) {
      event.preventDefault();
      work();
      return;
    }
    if (event.key === "F2" && editable) {
      event.preventDefault();
      window.document.querySelector<HTMLInputElement>(".state-name-field")?.select();
      return;
    }
    if (!drawn || event.ctrlKey || event.metaKey || event.altKey) return;
    const direction = ARROWS[event.key];
    const from = selected?.kind === "node" ? selected.id : null;
    if (direction) {
      const next = neighbour(drawn.graph, drawn.layout, from, direction);
      if (next !== null) select(tab, { kind: "node", id: next }, "outline");
    } else if (event.key === "Escape") select(tab, null, "canvas");
    else if (event.key === "1") void flow.fitView({ duration: 180, padding: 0.08 });
    else if (event.key === "0") void flow.zoomTo(1, { duration: 120 });
    else if (event.key === "+" || event.key === "=") void flow.zoomIn({ duration: 120 });
    else if (event.key === "-") void flow.zoomOut({ duration: 120 });
    else if (
      event.key === " " &&
      from !== null &&
      drawn.graph.nodes.some((node) => node.id === from && (node.kind === "parallel" || node.kind === "map"))
    )
      toggle(tab, from);
    else return;
    event.preventDefault();
  };

  const current = drawn?.graph.nodes.find((node) => node.id === wanted);
  const progress = current && session ? session.nodes[current.id] : undefined;
  const announcement = current
    ? `${current.name}, ${kindWord(current.kind)}${current.summary === "" ? "" : `, ${current.summary}`}${progress ? `, ${NODE_WORDS[progress.status]}` : ""}`
    : "";

  const many = (shown?.nodes.length ?? 0) > MANY;
  const tone = session && (session.status === "running" || session.status === "interrupted") ? "run-on" : "";
  const menu: MenuEntry[] =
    current && editable
      ? [
          { heading: current.name },
          {
            label: "Rename…",
            keys: "F2",
            run: () => {
              window.setTimeout(
                () => window.document.querySelector<HTMLInputElement>(".state-name-field")?.select(),
                60,
              );
            },
          },
          { label: "Duplicate", keys: "Ctrl+D", run: duplicateSelected },
          { label: "Copy", keys: "Ctrl+C", run: () => void copySelected() },
          { label: "Cut", keys: "Ctrl+X", run: cutSelected },
          "separator",
          {
            label: "Put into a Parallel",
            run: () => {
              wrapSelected("parallel");
            },
          },
          {
            label: "Put into a Map",
            run: () => {
              wrapSelected("map");
            },
          },
          ...(current.kind === "task" || current.kind === "parallel" || current.kind === "map"
            ? [
                {
                  label: "Catch its errors",
                  run: () => {
                    wrapSelected("catch");
                  },
                },
              ]
            : []),
          "separator",
          {
            label: "Breakpoint on or off",
            keys: "F9",
            run: () => {
              toggleSelected({ kind: "node", id: current.id });
            },
          },
          "separator",
          { label: "Delete", keys: "Delete", run: removeSelected },
        ]
      : [
          { label: "Paste", keys: "Ctrl+V", disabled: !editable, run: pasteFromClipboard },
          {
            label: "Fit the whole workflow",
            keys: "1",
            run: () => void flow.fitView({ duration: 180, padding: 0.08 }),
          },
          { label: "100 %", keys: "0", run: () => void flow.zoomTo(1, { duration: 120 }) },
        ];
  return (
    <CanvasContext value={context}>
      <ShownExecution value={execution}>
        <ContextMenu entries={menu}>
          <div
            ref={frame}
            className={`canvas ${old ? "old" : ""} ${far ? "far" : ""} ${moving ? "moving" : ""} ${session ? "with-run" : ""} ${tone}`}
            role="group"
            aria-label="Workflow graph. Arrow keys go from state to state."
            tabIndex={0}
            onKeyDown={onKeyDown}
            data-testid="canvas"
          >
            <ArrowHeads />
            <ReactFlow<Flow, FlowEdge>
              nodes={shown?.nodes ?? []}
              edges={shown?.edges ?? []}
              nodeTypes={nodeTypes}
              edgeTypes={edgeTypes}
              minZoom={0.05}
              maxZoom={2.5}
              onlyRenderVisibleElements={many}
              nodesDraggable={false}
              nodesConnectable={false}
              nodesFocusable={false}
              edgesFocusable={false}
              elementsSelectable
              // A selected container must not rise over what it contains.
              elevateNodesOnSelect={false}
              elevateEdgesOnSelect={false}
              selectionOnDrag={false}
              zoomOnDoubleClick={false}
              deleteKeyCode={null}
              selectionKeyCode={null}
              multiSelectionKeyCode={null}
              disableKeyboardA11y
              proOptions={{ hideAttribution: true }}
              onNodeClick={(_event, node) => {
                if (node.type === "state" || node.type === "container")
                  select(tab, { kind: "node", id: node.id }, "canvas");
              }}
              onNodeDoubleClick={(_event, node) => {
                if (node.data.state.kind === "parallel" || node.data.state.kind === "map") toggle(tab, node.id);
              }}
              onNodeContextMenu={(_event, node) => {
                if (node.type === "state" || node.type === "container")
                  select(tab, { kind: "node", id: node.id }, "canvas");
              }}
              onPaneContextMenu={() => {
                select(tab, null, "canvas");
              }}
              onEdgeClick={(_event, edge) => {
                select(tab, { kind: "edge", id: edge.id }, "canvas");
              }}
              onPaneClick={() => {
                select(tab, null, "canvas");
              }}
              onMoveEnd={keepViewport}
            >
              <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--grid)" />
              {overflowing ? (
                <MiniMap<Flow>
                  pannable
                  zoomable
                  ariaLabel="Overview of the workflow"
                  nodeClassName={(node) =>
                    `mini-${node.type ?? ""} ${session ? `mini-run-${session.nodes[node.id]?.status ?? "todo"}` : ""}`
                  }
                  nodeBorderRadius={8}
                  maskStrokeWidth={2}
                />
              ) : null}
              <ZoomControls />
            </ReactFlow>
            <div className="visually-hidden" aria-live="polite">
              {announcement}
            </div>
            <RubberBand frame={frame} layout={drawn?.layout ?? null} />
            {children}
          </div>
        </ContextMenu>
      </ShownExecution>
    </CanvasContext>
  );
}

export function Canvas(props: Props): ReactElement {
  // Sessions are read through the context; this keeps the canvas of a tab apart from that of another.
  const known = useSessions((state) => props.execution !== null && state.sessions[props.execution] !== undefined);
  return (
    <ReactFlowProvider key={props.tab}>
      <Inner {...props} execution={known ? props.execution : null} />
    </ReactFlowProvider>
  );
}
