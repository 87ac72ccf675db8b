import { Pin as PinIcon, PinOff } from "lucide-react";
import type { ReactElement } from "react";

import { useCommand } from "../backend";
import { activeDocument, useDocuments } from "../document";
import { pin, unpin, usePins } from "./store";

/** On a stage of a state's data: later runs take this value instead of doing the work. */
export function PinButton({
  node,
  stage,
  value,
  execution,
}: {
  node: string;
  stage: string;
  value: string;
  execution: string;
}): ReactElement | null {
  const { data } = useCommand("get_execution", { execution });
  const document = useDocuments((state) => activeDocument(state));
  const pins = usePins(document?.id ?? null);
  const kind = document?.graph?.nodes.find((candidate) => candidate.id === node)?.kind;
  const wanted = kind === "task" ? "Result" : kind === "map" || kind === "parallel" ? "Output" : null;
  if (!document || stage !== wanted) return null;
  const same = pins.some((pinned) => pinned.node === node && pinned.value === value);
  const words = same ? "Unpin" : "Pin: later runs take this instead of doing the work";
  return (
    <button
      type="button"
      className={`icon-button small ${same ? "on" : ""}`}
      aria-label={same ? `Unpin the ${stage.toLowerCase()}` : `Pin the ${stage.toLowerCase()}`}
      aria-pressed={same}
      title={words}
      onClick={() => {
        void (same ? unpin(document.id, node) : pin(document.id, node, value, data?.summary.name ?? null));
      }}
    >
      {same ? <PinOff size={13} /> : <PinIcon size={13} />}
    </button>
  );
}
