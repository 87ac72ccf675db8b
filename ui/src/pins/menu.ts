// What the right button offers on a state about its pinned answer.

import { call, explain, type GraphNode } from "../backend";
import { activeDocument, say, useDocuments } from "../document";
import { useSessions } from "../run";
import type { MenuEntry } from "../ui";
import { canBePinned, listPins, pin, pinnedStage, putPins, unpin, usePinned } from "./store";

/** Pins what the state came to last, in the run on show or else in the last one of the workflow. */
async function pinLast(document: number, node: GraphNode): Promise<void> {
  try {
    const open = useDocuments.getState().documents[document];
    const shown = useSessions.getState().shown[`d${String(document)}`] ?? null;
    const { executions } = await call("list_executions", { path: open?.path ?? null, limit: 20, before: null });
    const candidates = [...(shown === null ? [] : [shown]), ...executions.map(({ execution }) => execution)];
    const wanted = pinnedStage(node.kind);
    for (const execution of candidates) {
      const { runs } = await call("get_state_runs", { execution, node: node.id, limit: 1 });
      const value = runs[0]?.stages.findLast((stage) => stage.name === wanted)?.value;
      if (value === undefined || runs[0]?.status !== "succeeded") continue;
      const from = executions.find((candidate) => candidate.execution === execution)?.name ?? null;
      if (await pin(document, node.id, value, from))
        say("info", `${node.name} answers with what it came to${from === null ? "" : ` in ${from}`} from now on.`);
      return;
    }
    say("info", `${node.name} has not come to a result in a run yet.`);
  } catch (error) {
    say("bad", explain(error));
  }
}

export function pinMenu(node: GraphNode): MenuEntry[] {
  const document = activeDocument(useDocuments.getState())?.id;
  if (document === undefined || !canBePinned(node)) return [];
  const pins = usePinned.getState().pins[document] ?? [];
  const pinned = pins.find((candidate) => candidate.node === node.id);
  if (!pinned) return [{ label: "Pin its last answer", run: () => void pinLast(document, node) }];
  return [
    {
      label: "Answer with pinned data",
      checked: pinned.enabled,
      run: () =>
        void putPins(
          document,
          pins.map((other) => (other === pinned ? { ...pinned, enabled: !pinned.enabled } : other)),
        ),
    },
    {
      label: "Edit the pinned data…",
      run: () => {
        window.setTimeout(() => {
          listPins(node.id);
        }, 60);
      },
    },
    { label: "Unpin", run: () => void unpin(document, node.id) },
  ];
}
