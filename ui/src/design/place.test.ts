import { describe, expect, it } from "vitest";

import { graphOf } from "../testing/fake-backend";
import { freeName, titleOf } from "./names";
import { editAt, type Piece, targetAfter } from "./place";

const graph = graphOf({
  StartAt: "A",
  States: {
    A: { Type: "Pass", Next: "C" },
    C: { Type: "Choice", Choices: [{ Next: "Z" }], Default: "B" },
    B: { Type: "Pass", End: true },
    Z: { Type: "Fail" },
  },
});
const wait: Piece = { kind: "state", name: "Wait", type: "wait", definition: null };

describe("a new state", () => {
  it.each([
    ["/States/A", "/States/A#next"],
    ["/States/C", "/States/C#default"],
    ["/States/B", "/States/B#end"],
  ])("goes behind %s when that is selected", (id, edge) => {
    expect(targetAfter(graph, { kind: "node", id })).toEqual({ kind: "edge", edge });
  });
  it("goes onto the selected transition", () => {
    expect(targetAfter(graph, { kind: "edge", id: "/States/C#rule0" })).toEqual({
      kind: "edge",
      edge: "/States/C#rule0",
    });
  });
  it("goes to the end of the workflow when nothing, or an end, is selected", () => {
    expect(targetAfter(graph, null)).toEqual({ kind: "edge", edge: "/States/B#end" });
    expect(targetAfter(graph, { kind: "node", id: "/States/Z" })).toEqual({ kind: "edge", edge: "/States/B#end" });
  });
  it("is inserted by the transition it lands on; a start marker stands for its scope", () => {
    expect(editAt(graph, { kind: "edge", edge: "/States/B#end" }, wait)).toMatchObject({
      type: "insert",
      from: "/States/B",
      slot: { type: "next" },
    });
    expect(editAt(graph, { kind: "edge", edge: "#start#start" }, wait)).toMatchObject({
      type: "insert",
      from: "",
      slot: { type: "start" },
    });
    expect(editAt(graph, { kind: "scope", scope: "" }, wait)).toMatchObject({ type: "add", scope: "", kind: "wait" });
  });
});

describe("names", () => {
  it("get a number when they are taken", () => {
    expect(freeName(graph, "A")).toBe("A 2");
    expect(freeName(graph, "New")).toBe("New");
  });
  it("read like words", () => {
    expect(titleOf("getItem")).toBe("Get item");
    expect(titleOf("createDBInstance")).toBe("Create DB instance");
  });
});
