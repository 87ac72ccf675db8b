// An analysis from the one before it and what the backend says is new. What neither changed nor moved stays the same object,
// so that whoever compares sees at once that there is nothing to draw.

import type { Analysis, AnalysisChange, Diagnostic, GraphEdge, GraphNode, Run, TextRange } from "../backend";

const NONE: readonly never[] = [];

function movedRange(range: TextRange, run: Run): TextRange {
  return {
    from: range.from + run.offset,
    to: range.to + run.offset,
    line: range.line + run.lines,
    column: range.column + run.columns,
  };
}

const movedNode = (node: GraphNode, run: Run): GraphNode => ({
  ...node,
  range: movedRange(node.range, run),
  nameRange: movedRange(node.nameRange, run),
});

const movedEdge = (edge: GraphEdge, run: Run): GraphEdge => ({ ...edge, range: movedRange(edge.range, run) });

const movedDiagnostic = (found: Diagnostic, run: Run): Diagnostic => ({
  ...found,
  range: movedRange(found.range, run),
  ...(found.fix
    ? {
        fix: {
          ...found.fix,
          changes: found.fix.changes.map((change) => ({
            ...change,
            from: change.from + run.offset,
            to: change.to + run.offset,
          })),
        },
      }
    : {}),
});

function listed<T>(
  before: readonly T[],
  runs: readonly Run[],
  added: readonly T[],
  moved: (item: T, run: Run) => T,
): T[] {
  const all: T[] = [];
  let next = 0;
  for (const run of runs) {
    const { from, count } = run;
    const items = from === null ? added.slice(next, next + count) : before.slice(from, from + count);
    if (items.length !== count) throw new Error("the analysis does not build on the one before it");
    if (from === null) next += count;
    const still = from === null || (run.offset === 0 && run.lines === 0 && run.columns === 0);
    for (const item of items) all.push(still ? item : moved(item, run));
  }
  return all;
}

/** `before` is the analysis of the version that the change names; anything where it names none. */
export function changedAnalysis(before: Analysis | null, change: AnalysisChange): Analysis {
  const known = change.since === null ? null : before;
  if (change.since !== (known?.version ?? null)) throw new Error("the analysis does not build on the one before it");
  const { graph } = change;
  return {
    document: change.document,
    version: change.version,
    diagnostics: listed(known?.diagnostics ?? NONE, change.diagnostics, change.newDiagnostics, movedDiagnostic),
    graph: graph && {
      nodes: listed(known?.graph?.nodes ?? NONE, graph.nodes, graph.newNodes, movedNode),
      edges: listed(known?.graph?.edges ?? NONE, graph.edges, graph.newEdges, movedEdge),
    },
    wellFormed: change.wellFormed,
    runnable: change.runnable,
    queryLanguage: change.queryLanguage,
    comment: change.comment,
  };
}
