// A layout for a picture that nobody edits.

import type { WorkflowGraph } from "../backend";
import { workerSolve } from "./elk";
import { type Layout, LayoutCache, layOut } from "./layout";

export async function stillLayout(graph: WorkflowGraph): Promise<Layout> {
  return layOut(graph, await workerSolve(), new LayoutCache());
}
