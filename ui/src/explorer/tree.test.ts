import { describe, expect, it } from "vitest";

import { graphOf } from "../testing/fake-backend";
import { outlineOf, visibleItems } from "./tree";

const graph = graphOf({
  StartAt: "P",
  States: {
    P: {
      Type: "Parallel",
      Next: "M",
      Branches: [
        { StartAt: "A", States: { A: { Type: "Pass", End: true } } },
        { StartAt: "B", States: { B: { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", End: true } } },
      ],
    },
    M: { Type: "Map", End: true, ItemProcessor: { StartAt: "C", States: { C: { Type: "Pass", End: true } } } },
  },
});
const items = outlineOf(graph);
const lines = (shown: typeof items): string[] =>
  shown.map((item) => `${"  ".repeat(item.level - 1)}${item.node.name || item.node.kind}`);

describe("the outline", () => {
  it("shows branches by number and leaves out the processor of a Map", () => {
    expect(lines(items)).toEqual(["P", "  branch", "    A", "  branch", "    B", "M", "  C"]);
  });
  it("hides what closed containers hold", () => {
    expect(lines(visibleItems(items, new Set(["/States/P"]), ""))).toEqual(["P", "M", "  C"]);
  });
  it("finds by service, with the way to it", () => {
    expect(lines(visibleItems(items, new Set(["/States/P"]), "sqs"))).toEqual(["P", "  branch", "    B"]);
  });
});
