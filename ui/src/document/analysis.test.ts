import { describe, expect, it } from "vitest";

import type { Analysis, AnalysisChange, GraphNode } from "../backend";
import { graphOf, toldAnew } from "../testing/fake-backend";
import { changedAnalysis } from "./analysis";

const graph = graphOf({ StartAt: "A", States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Succeed" } } });
const range = { from: 10, to: 20, line: 3, column: 5 };
const before: Analysis = {
  document: 1,
  version: 4,
  diagnostics: [
    {
      code: "X",
      severity: "warning",
      message: "why",
      pointer: "/States/B",
      range,
      state: "/States/B",
      fix: { title: "Mend", changes: [{ from: 11, to: 12, insert: "y" }] },
    },
  ],
  graph,
  wellFormed: true,
  runnable: true,
  queryLanguage: "JSONPath",
  comment: null,
};
const still = { offset: 0, lines: 0, columns: 0 };
const change: AnalysisChange = {
  document: 1,
  version: 5,
  since: 4,
  diagnostics: [{ from: 0, count: 1, offset: 7, lines: 1, columns: 0 }],
  newDiagnostics: [],
  graph: {
    nodes: [{ from: 0, count: graph.nodes.length, ...still }],
    newNodes: [],
    edges: [],
    newEdges: [],
  },
  wellFormed: true,
  runnable: false,
  queryLanguage: "JSONPath",
  comment: "now",
};

describe("an analysis from the one before it", () => {
  it("keeps what is as it was, and moves what stands elsewhere", () => {
    const after = changedAnalysis(before, change);
    expect(after.graph?.nodes.every((node, at) => node === before.graph?.nodes[at])).toBe(true);
    expect(after.graph?.edges).toEqual([]);
    expect(after.diagnostics[0]?.range).toEqual({ from: 17, to: 27, line: 4, column: 5 });
    expect(after.diagnostics[0]?.fix?.changes).toEqual([{ from: 18, to: 19, insert: "y" }]);
    expect([after.version, after.runnable, after.comment]).toEqual([5, false, "now"]);
  });

  it("takes what is new in the order of the runs", () => {
    const [first, ...others] = graph.nodes;
    const added = { ...(first as GraphNode), id: "/States/New" };
    const nodes = [
      { from: 1, count: others.length, ...still },
      { from: null, count: 1, ...still },
      { from: 0, count: 1, ...still },
    ];
    const after = changedAnalysis(before, {
      ...change,
      graph: { nodes, newNodes: [added], edges: [], newEdges: [] },
    });
    expect(after.graph?.nodes).toEqual([...others, added, first]);
  });

  it("takes one that builds on nothing as it is, and refuses one that builds on another", () => {
    expect(changedAnalysis(null, toldAnew(before))).toEqual(before);
    expect(changedAnalysis({ ...before, version: 9 }, toldAnew(before))).toEqual(before);
    expect(() => changedAnalysis({ ...before, version: 9 }, change)).toThrow(/does not build/);
    expect(() => changedAnalysis(null, change)).toThrow(/does not build/);
  });
});
