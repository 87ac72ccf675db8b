// The mark of what a person changed, with what it was and what it became.

import { Hand } from "lucide-react";
import type { ReactElement } from "react";

import type { Intervention } from "../backend";
import { changeWords } from "./interventions";

export function ByHand({ changes }: { changes: readonly Intervention[] | undefined }): ReactElement | null {
  if (changes === undefined || changes.length === 0) return null;
  const words = changes.map(changeWords);
  return (
    <span className="by-hand" title={`By hand: ${words.join("\n")}`}>
      <Hand size={12} aria-label={`by hand: ${words.join(", ")}`} />
      {changes.length > 1 ? <span className="mono">{changes.length}</span> : null}
    </span>
  );
}
