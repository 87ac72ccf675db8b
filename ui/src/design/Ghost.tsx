import type { ReactElement } from "react";

import { useDrag } from "./drag";

/** What is being dragged, under the pointer, with what dropping it here would do. */
export function Ghost(): ReactElement | null {
  const { drag } = useDrag();
  if (!drag) return null;
  return (
    <div
      className={`ghost ${drag.verdict === null ? "nowhere" : drag.verdict.legal ? "" : "refused"}`}
      style={{ transform: `translate(${String(drag.x + 14)}px, ${String(drag.y + 10)}px)` }}
    >
      <strong>{drag.label}</strong>
      <span>{drag.verdict?.hint ?? "Drop it on the canvas"}</span>
    </div>
  );
}
