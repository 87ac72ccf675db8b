import { useStore } from "@xyflow/react";
import type { ReactElement, RefObject } from "react";

import { useDrag } from "../design";
import type { Layout, Point } from "./layout";

/** The transition that is being pulled, from the end that stays to the pointer. */
export function RubberBand({
  frame,
  layout,
}: {
  frame: RefObject<HTMLDivElement | null>;
  layout: Layout | null;
}): ReactElement | null {
  const { drag } = useDrag();
  const transform = useStore((state) => state.transform);
  const view = frame.current?.getBoundingClientRect();
  if (!drag || drag.load.kind === "piece" || !layout || !view) return null;
  const { load } = drag;
  let fixed: Point | undefined;
  if (load.kind === "connect") {
    const box = layout.nodes.get(load.from);
    fixed = box && { x: box.x + box.width / 2, y: box.y + box.height };
  } else {
    const points = layout.edges.get(load.edge)?.points ?? [];
    fixed = load.end === "to" ? points[0] : points.at(-1);
  }
  if (!fixed) return null;
  const [left, top, zoom] = transform;
  return (
    <svg className={`rubber ${drag.verdict?.legal ? "legal" : ""}`} aria-hidden="true">
      <line x1={fixed.x * zoom + left} y1={fixed.y * zoom + top} x2={drag.x - view.left} y2={drag.y - view.top} />
    </svg>
  );
}
