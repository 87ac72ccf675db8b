import { describe, expect, it } from "vitest";

import { graphOf } from "../testing/fake-backend";
import { connectingEdit, connection, edgeNear, landing } from "./editing";
import type { Layout, PlacedEdge, PlacedNode } from "./layout";

const graph = graphOf({
  StartAt: "A",
  States: {
    A: { Type: "Task", Resource: "x", Next: "P" },
    P: { Type: "Parallel", Next: "Z", Branches: [{ StartAt: "In", States: { In: { Type: "Pass", End: true } } }] },
    Z: { Type: "Succeed" },
  },
});
const box = (x: number, y: number, width: number, height: number): PlacedNode => ({ x, y, width, height, depth: 0 });
const line = (...points: [number, number][]): PlacedEdge => ({
  points: points.map(([x, y]) => ({ x, y })),
  label: null,
  depth: 0,
});
const layout: Layout = {
  width: 400,
  height: 600,
  nodes: new Map([
    ["/States/A", box(100, 0, 200, 52)],
    ["/States/P", box(50, 100, 300, 300)],
    ["/States/P/Branches/0", box(60, 150, 280, 240)],
    ["/States/P/Branches/0/States/In", box(100, 200, 200, 52)],
    ["/States/Z", box(100, 450, 200, 52)],
  ]),
  edges: new Map([
    ["/States/A#next", line([200, 52], [200, 100])],
    ["/States/P#next", line([200, 400], [200, 450])],
    ["/States/P/Branches/0/States/In#end", line([200, 252], [200, 380])],
  ]),
};
const node = (id: string) => graph.nodes.find((candidate) => candidate.id === id) ?? null;

describe("dropping", () => {
  it("finds the nearest transition within reach", () => {
    expect(edgeNear(layout, { x: 210, y: 80 }, 26)).toBe("/States/A#next");
    expect(edgeNear(layout, { x: 10, y: 590 }, 26)).toBeNull();
  });
  it("on a state means behind it", () => {
    expect(landing(graph, layout, { x: 120, y: 20 }, 5).target).toEqual({ kind: "edge", edge: "/States/A#next" });
  });
  it("inside a branch means into the branch, elsewhere unconnected", () => {
    expect(landing(graph, layout, { x: 70, y: 370 }, 5).target).toEqual({
      kind: "scope",
      scope: "/States/P/Branches/0",
    });
    expect(landing(graph, layout, { x: 5, y: 500 }, 5).target).toEqual({ kind: "scope", scope: "" });
  });
});

describe("a transition", () => {
  it("may lead to a state of its own scope", () => {
    expect(connection(graph, "/States/A", node("/States/Z"))).toMatchObject({ legal: true, lit: "/States/Z" });
  });
  it.each([
    ["/States/P/Branches/0/States/In", /cannot leave/],
    ["#start", /start/],
    ["/States/P/Branches/0", /onto a state/],
  ])("may not lead to %s", (to, why) => {
    const verdict = connection(graph, "/States/A", node(to));
    expect(verdict.legal).toBe(false);
    expect(verdict.hint).toMatch(why);
  });
});

describe("a rule pulled out of a Choice", () => {
  it("leaves its place to the text, which also has the rules that lead nowhere", () => {
    const choice = graphOf({
      StartAt: "C",
      States: { C: { Type: "Choice", Choices: [{ Next: "Gone" }, { Next: "Z" }] }, Z: { Type: "Succeed" } },
    });
    const target = choice.nodes.find(({ name }) => name === "Z");
    expect(target && connectingEdit(choice, { kind: "connect", from: "/States/C" }, target)).toEqual({
      type: "connect",
      from: "/States/C",
      slot: null,
      to: "/States/Z",
    });
  });
});
