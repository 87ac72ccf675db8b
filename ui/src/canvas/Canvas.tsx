import "@xyflow/react/dist/style.css";
import "./canvas.css";
import "./tools.css";
import "./notes.css";

import {
  Background,
  BackgroundVariant,
  MiniMap,
  type MiniMapNodeProps,
  ReactFlow,
  type ReactFlowProps,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from "@xyflow/react";
import { memo, type ReactElement, type ReactNode, useContext, useEffect, useMemo, useRef } from "react";

import { kindWord } from "../asl";
import type { Diagnostic, QueryLanguage, WorkflowGraph } from "../backend";
import { bufferOf, groupIn, select, selectedIn, selectStates, toggleSelection, useSelection } from "../document";
import { useDrag } from "../design";
import { NODE_WORDS, ShownExecution, useNodeProgress, useSession, useSessions } from "../run";
import { ContextMenu } from "../ui";
import { useCollapsed } from "./collapsed";
import { Breadcrumbs, ZoomControls } from "./Controls";
import { ArrowHeads, TransitionEdge } from "./edges/TransitionEdge";
import { useDropping, useLit } from "./editing";
import { Find } from "./Find";
import { type Picture, type Problem, type StateNode as Flow, toFlow, type TransitionEdge as FlowEdge } from "./graph";
import { useHandle } from "./handle";
import { pressed } from "./keyboard";
import { Lasso } from "./Lasso";
import { isContainer } from "./layout";
import { menuFor } from "./menu";
import { CanvasContext, type Marks, MarksContext } from "./nodes/context";
import { ContainerNode, MarkerNode, ScopeNode, StateNode } from "./nodes/StateNode";
import { Notes } from "./Notes";
import { PictureDialog } from "./PictureDialog";
import { RubberBand } from "./RubberBand";
import { containersAround, focused } from "./scopes";
import { TargetPicker } from "./TargetPicker";
import { useLayout } from "./useLayout";
import { SMALLEST_ZOOM, useViewport } from "./viewport";
import { focusOn, useFocus, useTool } from "./view";

/** Told to the overview too, which otherwise draws its frame for another shape. */
const nodeTypes = { state: StateNode, container: ContainerNode, scope: ScopeNode, marker: MarkerNode };
const edgeTypes = { transition: TransitionEdge };

/** Below this zoom names are all that can be read, so nothing else is drawn. */
const FAR = 0.5;
/** Above this many nodes only those in view are mounted. */
const MANY = 100;
/** The left button and the middle one. */
const PAN_BUTTONS = [0, 1];
const NO_ATTRIBUTION = { hideAttribution: true };

interface Props {
  readonly tab: string;
  readonly graph: WorkflowGraph | null;
  readonly old: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly execution: string | null;
  /** The document that edits go to; nothing for a past run. */
  readonly document: number | null;
  readonly language: QueryLanguage;
  /** What changed, where the graph is that of two versions. */
  readonly marks?: Marks;
  /** Chips over the canvas: why it is grey, what the run does. */
  readonly children?: ReactNode;
}

/** The worst problem of each state. */
function useProblems(diagnostics: readonly Diagnostic[]): ReadonlyMap<string, Problem> {
  return useMemo(() => {
    const worst = new Map<string, Problem>();
    for (const { state, severity, message } of diagnostics) {
      if (state === null || severity === "info") continue;
      const known = worst.get(state);
      if (!known || (known.severity === "warning" && severity === "error")) worst.set(state, { severity, message });
    }
    return worst;
  }, [diagnostics]);
}

/** What is drawn, with what is selected and what is wrong. */
function useShown(
  tab: string,
  drawn: ReturnType<typeof useLayout>,
  collapsed: ReadonlySet<string>,
  problems: ReadonlyMap<string, Problem>,
): Picture | null {
  const selected = useSelection(selectedIn(tab));
  const group = useSelection(groupIn(tab));
  const before = useRef<Picture>({ nodes: [], edges: [] });
  return useMemo(() => {
    if (!drawn) return null;
    const nodes = new Set(group.length > 0 ? group : selected?.kind === "node" ? [selected.id] : []);
    const edge = selected?.kind === "edge" ? selected.id : null;
    before.current = toFlow(drawn.graph, drawn.layout, { nodes, edge }, collapsed, problems, before.current);
    return before.current;
  }, [drawn, selected, group, collapsed, problems]);
}

/** A state that was selected elsewhere is shown even if its container was folded, or another one is in focus. */
function useReveal(
  tab: string,
  graph: WorkflowGraph | null,
  focus: string | null,
  collapsed: ReadonlySet<string>,
  wanted: string | null,
): void {
  const reveal = useSelection((state) => state.reveal);
  useEffect(() => {
    if (!graph || wanted === null || useSelection.getState().origin === "canvas") return;
    const around = containersAround(graph, wanted).map((node) => node.id);
    if (focus !== null && focus !== wanted && !around.includes(focus)) focusOn(tab, null);
    const folded = around.filter((id) => collapsed.has(id));
    if (folded.length > 0)
      useCollapsed.getState().set(tab, new Set([...collapsed].filter((id) => !folded.includes(id))));
    // Only a selection brings something to light; folding afterwards is the person's wish.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [tab, graph, wanted, reveal]);
}

/** What the pointer does. The same functions as long as the tab is the same: others would draw every node and edge anew. */
function usePointer(
  tab: string,
): Pick<ReactFlowProps<Flow, FlowEdge>, Extract<keyof ReactFlowProps, `on${"Node" | "Edge" | "Pane"}${string}`>> {
  return useMemo(() => {
    const chosen = (node: Flow): boolean => node.type === "state" || node.type === "container";
    const chooseEdge = (_event: unknown, edge: FlowEdge): void => {
      select(tab, { kind: "edge", id: edge.id }, "canvas");
    };
    return {
      onNodeClick: (event, node) => {
        if (!chosen(node)) return;
        if (event.shiftKey) toggleSelection(tab, node.id, "canvas");
        else select(tab, { kind: "node", id: node.id }, "canvas");
      },
      onNodeDoubleClick: (_event, node) => {
        if (isContainer(node.data.state)) focusOn(tab, node.id);
      },
      onNodeContextMenu: (_event, node) => {
        if (chosen(node) && !groupIn(tab)(useSelection.getState()).includes(node.id))
          select(tab, { kind: "node", id: node.id }, "canvas");
      },
      onPaneContextMenu: () => {
        select(tab, null, "canvas");
      },
      onPaneClick: (event) => {
        if (!event.shiftKey) selectStates(tab, [], "canvas");
      },
      onEdgeClick: chooseEdge,
      onEdgeContextMenu: chooseEdge,
      onEdgeMouseEnter: (_event, edge) => {
        useLit.setState({ hovered: edge.id });
      },
      onEdgeMouseLeave: () => {
        useLit.setState({ hovered: null });
      },
    };
  }, [tab]);
}

const miniClass = (node: Flow): string =>
  `mini-${node.type ?? ""} mini-kind-${node.data.state.kind} ${node.selected ? "mini-selected" : ""}`;

/** A state in the overview, which follows the run by itself. */
const MiniNode = memo(function MiniNode({ id, x, y, width, height, className, borderRadius }: MiniMapNodeProps) {
  const execution = useContext(ShownExecution);
  const status = useNodeProgress(id)?.status ?? "todo";
  const run = execution === null ? "" : `mini-run-${status}`;
  return (
    <rect
      className={`react-flow__minimap-node ${className} ${run}`}
      x={x}
      y={y}
      rx={borderRadius}
      ry={borderRadius}
      width={width}
      height={height}
    />
  );
});

function Inner({ tab, graph, old, diagnostics, execution, document, language, marks, children }: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const flow = useReactFlow<Flow, FlowEdge>();
  const collapsed = useCollapsed((state) => state.byTab[tab] ?? state.none);
  const toggle = useCollapsed((state) => state.toggle);
  const wish = useFocus((state) => state.byTab[tab] ?? null);
  const focus = wish !== null && graph?.nodes.some((node) => node.id === wish && isContainer(node)) ? wish : null;
  const inFocus = useMemo(() => (graph ? focused(graph, focus) : null), [graph, focus]);
  const path = useMemo(() => {
    const node = focus === null ? undefined : graph?.nodes.find((candidate) => candidate.id === focus);
    return graph && node ? [...containersAround(graph, node.id), node] : [];
  }, [graph, focus]);
  const drawn = useLayout(`${tab}|${focus ?? ""}`, inFocus?.graph ?? null, collapsed);
  const selected = useSelection(selectedIn(tab));
  const group = useSelection(groupIn(tab));
  const session = useSession(execution);
  const far = useStore((state) => state.transform[2] < FAR);
  const tool = useTool((state) => state.tool);
  const connecting = useDrag((state) => state.drag !== null && state.drag.load.kind !== "piece");
  const wanted = selected?.kind === "node" ? selected.id : null;
  useReveal(tab, graph, focus, collapsed, wanted);
  const look = useViewport(frame, flow, drawn, wanted, tab);
  const shown = useShown(tab, drawn, collapsed, useProblems(diagnostics));
  const editable = document !== null && !old;
  const context = useMemo(
    () => ({
      editable,
      toggle: (id: string) => {
        toggle(tab, id);
      },
    }),
    [editable, toggle, tab],
  );
  useDropping(frame, flow as never, drawn, editable ? document : null, language, inFocus?.root ?? "");
  const pointer = usePointer(tab);
  const handle = useHandle({ tab, flow, frame, graph, drawn, focus, editable, document });

  const current = drawn?.graph.nodes.find((node) => node.id === wanted);
  const edge = selected?.kind === "edge" ? drawn?.graph.edges.find(({ id }) => id === selected.id) : undefined;
  const nameOf = (id: string): string => drawn?.graph.nodes.find((node) => node.id === id)?.name ?? "";
  const progress = current && session ? session.nodes[current.id] : undefined;
  const several = group.length > 1 ? `${String(group.length)} states selected, ` : "";
  const announcement = current
    ? `${several}${current.name}, ${kindWord(current.kind)}${current.summary === "" ? "" : `, ${current.summary}`}${progress ? `, ${NODE_WORDS[progress.status]}` : ""}`
    : edge
      ? `Transition from ${nameOf(edge.from)} to ${nameOf(edge.to)}${edge.label === "" ? "" : `, ${edge.label}`}`
      : "";
  const nodes = useMemo(() => {
    const ids = new Set(group.length > 0 ? group : wanted === null ? [] : [wanted]);
    return drawn?.graph.nodes.filter((node) => ids.has(node.id)) ?? [];
  }, [drawn, group, wanted]);

  const many = (shown?.nodes.length ?? 0) > MANY;
  const tone = session && (session.status === "running" || session.status === "interrupted") ? "run-on" : "";
  const currentEdge =
    selected?.kind === "edge" ? drawn?.graph.edges.find((edge) => edge.id === selected.id) : undefined;
  // Made when the menu opens: what it offers depends on the run and its breakpoints.
  const menu = () => menuFor({ editable, nodes, edge: currentEdge, handle, focused: focus !== null });
  return (
    <CanvasContext value={context}>
      <MarksContext value={marks ?? null}>
        <ShownExecution value={execution}>
          <ContextMenu entries={menu}>
            <div
              ref={frame}
              className={`canvas tool-${tool} ${connecting ? "connecting" : ""} ${old ? "old" : ""} ${far ? "far" : ""} ${look.moving ? "moving" : ""} ${session ? "with-run" : ""} ${tone}`}
              role="group"
              aria-label="Workflow graph. Arrow keys go from state to state, with Shift they select more; C connects, Enter goes into a container."
              tabIndex={0}
              onKeyDown={(event) => {
                const situation = {
                  tab,
                  drawn,
                  selected,
                  editable,
                  focused: focus !== null,
                  handle,
                  toggle: context.toggle,
                };
                if (pressed(event, situation)) event.preventDefault();
              }}
              data-testid="canvas"
            >
              <ArrowHeads />
              <ReactFlow<Flow, FlowEdge>
                nodes={shown ? (shown.nodes as Flow[]) : []}
                edges={shown ? (shown.edges as FlowEdge[]) : []}
                nodeTypes={nodeTypes}
                edgeTypes={edgeTypes}
                minZoom={SMALLEST_ZOOM}
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
                panOnDrag={PAN_BUTTONS}
                zoomOnDoubleClick={false}
                deleteKeyCode={null}
                selectionKeyCode={null}
                multiSelectionKeyCode={null}
                panActivationKeyCode={null}
                disableKeyboardA11y
                proOptions={NO_ATTRIBUTION}
                {...pointer}
                onMoveEnd={look.keep}
              >
                <Background variant={BackgroundVariant.Dots} gap={20} size={1.4} color="var(--grid)" />
                {look.overview ? (
                  <MiniMap<Flow>
                    pannable
                    zoomable
                    ariaLabel="Overview of the workflow"
                    nodeClassName={miniClass}
                    nodeComponent={MiniNode}
                    nodeBorderRadius={8}
                    maskStrokeWidth={2}
                    style={look.overview}
                  />
                ) : null}
                <ZoomControls fit={handle.fit} />
                {document === null ? null : <Notes document={document} graph={graph} layout={drawn?.layout ?? null} />}
              </ReactFlow>
              <div className="visually-hidden" aria-live="polite">
                {announcement}
              </div>
              <Lasso frame={frame} flow={flow} drawn={drawn} tab={tab} />
              <RubberBand frame={frame} layout={drawn?.layout ?? null} />
              <Breadcrumbs
                path={path}
                go={(container) => {
                  focusOn(tab, container);
                }}
              />
              <Find
                tab={tab}
                graph={graph}
                text={() => (document === null ? "" : (bufferOf(document)?.state.doc.toString() ?? ""))}
              />
              <TargetPicker graph={graph} document={editable ? document : null} />
              <PictureDialog />
              {children}
            </div>
          </ContextMenu>
        </ShownExecution>
      </MarksContext>
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
