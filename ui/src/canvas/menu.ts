// What the right button offers on a state, on several, on a transition, and on the canvas itself.

import type { GraphEdge, GraphNode } from "../backend";
import { edgeMenu, nodeMenu } from "../debugger";
import {
  copySelected,
  cutSelected,
  duplicateSelected,
  pasteFromClipboard,
  removeSelected,
  wrapSelected,
} from "../design";
import { pinMenu } from "../pins";
import { runFromMenu } from "../run";
import type { MenuEntry } from "../ui";
import { openFind } from "./find";
import { renameSelected } from "./keyboard";
import { isContainer } from "./layout";
import { usePicking } from "./TargetPicker";
import type { CanvasHandle } from "./view";

interface Offered {
  readonly editable: boolean;
  readonly nodes: readonly GraphNode[];
  /** The transition that is selected. */
  readonly edge: GraphEdge | undefined;
  readonly handle: CanvasHandle;
  readonly focused: boolean;
}

/** A menu that closes gives the focus back; what wants the focus comes after. */
const afterMenu = (work: () => void) => (): void => {
  window.setTimeout(work, 60);
};

const catches = (node: GraphNode): boolean => node.kind === "task" || isContainer(node);

function wrappers(nodes: readonly GraphNode[]): MenuEntry[] {
  const several = nodes.length > 1;
  const into = (label: string, wrapper: Parameters<typeof wrapSelected>[0]): MenuEntry => ({
    label,
    run: () => {
      wrapSelected(wrapper);
    },
  });
  return [
    into(several ? "Put into one branch of a Parallel" : "Put into a Parallel", "parallel"),
    ...(several ? [into("Run side by side in a Parallel", "branches")] : []),
    into("Put into a Map", "map"),
    ...(nodes.some(catches) ? [into(several ? "Catch their errors" : "Catch its errors", "catch")] : []),
  ];
}

const clipboard = (): MenuEntry[] => [
  { label: "Duplicate", keys: "Ctrl+D", run: duplicateSelected },
  { label: "Copy", keys: "Ctrl+C", run: () => void copySelected() },
  { label: "Cut", keys: "Ctrl+X", run: () => void cutSelected() },
  { label: "Paste", keys: "Ctrl+V", run: pasteFromClipboard },
];

function ofState(node: GraphNode, { handle }: Offered): MenuEntry[] {
  const leads = node.kind !== "succeed" && node.kind !== "fail";
  return [
    { heading: node.name },
    { label: "Rename…", keys: "F2", run: afterMenu(renameSelected) },
    ...(leads ? [{ label: "Connect to…", keys: "C", run: afterMenu(handle.connect) }] : []),
    { label: "Move into…", keys: "M", run: afterMenu(handle.move) },
    ...(isContainer(node) ? [{ label: "Show its inside alone", keys: "Enter", run: handle.enter }] : []),
    "separator",
    ...clipboard(),
    "separator",
    ...wrappers([node]),
    "separator",
    { label: "Add a note", keys: "N", run: afterMenu(handle.note) },
    "separator",
    ...nodeMenu(node),
    ...runFromMenu(node),
    ...pinMenu(node),
    "separator",
    { label: "Delete", keys: "Delete", run: removeSelected },
  ];
}

function ofTransition(edge: GraphEdge): MenuEntry[] {
  const { id } = edge;
  const pull = (end: "from" | "to") =>
    afterMenu(() => {
      usePicking.setState({ pull: { kind: "reconnect", edge: id, end } });
    });
  return [
    { heading: "Transition" },
    { label: "Lead to another state…", keys: "Enter", run: pull("to") },
    { label: "Start at another state…", run: pull("from") },
    { label: "Paste onto it", keys: "Ctrl+V", run: pasteFromClipboard },
    "separator",
    ...edgeMenu(edge),
    "separator",
    { label: "Delete", keys: "Delete", run: removeSelected },
  ];
}

/** The entries for what is selected. */
export function menuFor(offered: Offered): MenuEntry[] {
  const { editable, nodes, edge, handle, focused } = offered;
  const [only, ...others] = nodes;
  if (editable && only && others.length > 0)
    return [
      { heading: `${String(nodes.length)} states` },
      ...clipboard(),
      "separator",
      ...wrappers(nodes),
      "separator",
      { label: "Zoom to them", keys: "2", run: handle.zoomToSelection },
      {
        label: "Save a picture of them…",
        run: afterMenu(() => {
          handle.picture("svg", true);
        }),
      },
      "separator",
      { label: "Delete", keys: "Delete", run: removeSelected },
    ];
  if (editable && only) return ofState(only, offered);
  if (editable && edge) return ofTransition(edge);
  if (only) return [{ heading: only.name }, ...nodeMenu(only)];
  if (edge) return edgeMenu(edge);
  return [
    { label: "Paste", keys: "Ctrl+V", disabled: !editable, run: pasteFromClipboard },
    { label: "Add a note", keys: "N", disabled: !editable, run: afterMenu(handle.note) },
    "separator",
    { label: "Find a state…", keys: "Ctrl+F", run: afterMenu(openFind) },
    ...(focused ? [{ label: "Go out of this container", keys: "Alt+Up", run: handle.leave }] : []),
    { label: "Collapse all containers", keys: "[", run: handle.collapseAll },
    { label: "Expand all containers", keys: "]", run: handle.expandAll },
    "separator",
    { label: "Fit the whole workflow", keys: "1", run: handle.fit },
    { label: "100 %", keys: "0", run: handle.actualSize },
    "separator",
    {
      label: "Save a picture…",
      run: afterMenu(() => {
        handle.picture("svg", false);
      }),
    },
  ];
}
