import { Pin as PinIcon } from "lucide-react";
import type { ReactElement } from "react";

import { activeDocument, useDocuments } from "../document";
import { usePins } from "./store";

/** The mark of a state that answers with what is pinned to it. */
export function PinBadge({ node }: { node: string }): ReactElement | null {
  const document = useDocuments((state) => activeDocument(state)?.id ?? null);
  const pinned = usePins(document).find((pin) => pin.node === node);
  if (!pinned) return null;
  const words = pinned.enabled ? "Answers with pinned data" : "Pinned data, switched off";
  return (
    <span className={`pin-badge ${pinned.enabled ? "" : "off"}`} role="img" aria-label={words} title={words}>
      <PinIcon size={11} aria-hidden="true" />
    </span>
  );
}
