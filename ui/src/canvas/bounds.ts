import type { Box, Layout } from "./layout";

/** The rectangle around some of the nodes. */
export function boundsOfNodes(layout: Layout, ids: Iterable<string>): Box | null {
  const boxes = [...ids].flatMap((id) => layout.nodes.get(id) ?? []);
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x)),
    y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}
