import Elk from "elkjs/lib/elk.bundled.js";
import { describe, expect, it } from "vitest";

import type { WorkflowGraph } from "../backend";
import { graphOf } from "../testing/fake-backend";
import { solveWith } from "./elk";
import { neighbour, roundedPath, toFlow } from "./graph";
import { shorten } from "./labels";
import {
  alongTransitions,
  type Box,
  boundsOf,
  keepInPlace,
  type Layout,
  LayoutCache,
  layOut,
  type Problem,
  stateSize,
  visibleGraph,
} from "./layout";

const solve = solveWith(new Elk());
const NONE: ReadonlySet<string> = new Set();

const ORDER = {
  StartAt: "Check",
  States: {
    Check: { Type: "Choice", Choices: [{ Next: "Ship" }, { Next: "Wait" }], Default: "Refuse" },
    Ship: {
      Type: "Parallel",
      Next: "Done",
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Refuse" }],
      Branches: [
        {
          StartAt: "Pack",
          States: {
            Pack: { Type: "Task", Resource: "arn:aws:states:::lambda:invoke", Next: "Label" },
            Label: { Type: "Pass", End: true },
          },
        },
        {
          StartAt: "Each",
          States: {
            Each: {
              Type: "Map",
              End: true,
              ItemProcessor: { StartAt: "Bill", States: { Bill: { Type: "Task", Resource: "x", End: true } } },
            },
          },
        },
      ],
    },
    Wait: { Type: "Wait", Next: "Check" },
    Refuse: { Type: "Fail" },
    Done: { Type: "Succeed" },
  },
};

const draw = (graph: WorkflowGraph, cache = new LayoutCache()): Promise<Layout> =>
  layOut(visibleGraph(graph, NONE), solve, cache);
const contains = (outer: Box, inner: Box): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function box(layout: Layout, id: string): Box {
  const found = layout.nodes.get(id);
  if (!found) throw new Error(`${id} is not placed`);
  return found;
}

/** No two states of a scope overlap, everything lies within its container, every transition is drawn from box to box. */
function checkSound(graph: WorkflowGraph, layout: Layout): void {
  const drawn = visibleGraph(graph, NONE);
  for (const node of drawn.nodes) {
    const own = box(layout, node.id);
    if (node.parent !== null)
      expect(contains(box(layout, node.parent), own), `${node.id} lies within ${node.parent}`).toBe(true);
    for (const other of drawn.nodes) {
      if (other.id > node.id && other.parent === node.parent)
        expect(overlap(own, box(layout, other.id)), `${node.id} and ${other.id} are apart`).toBe(false);
    }
  }
  for (const edge of drawn.edges) {
    const points = layout.edges.get(edge.id)?.points ?? [];
    expect(points.length, `${edge.id} is drawn`).toBeGreaterThanOrEqual(2);
    const first = points[0],
      last = points.at(-1);
    const near = (at: { x: number; y: number } | undefined, id: string): boolean => {
      const b = box(layout, id);
      return (
        at !== undefined &&
        at.x >= b.x - 1 &&
        at.x <= b.x + b.width + 1 &&
        at.y >= b.y - 1 &&
        at.y <= b.y + b.height + 1
      );
    };
    expect(near(first, edge.from), `${edge.id} begins at its source`).toBe(true);
    expect(near(last, edge.to), `${edge.id} ends at its target`).toBe(true);
  }
}

describe("layout", () => {
  it("draws branches, loops and catches soundly", async () => {
    const graph = graphOf(ORDER);
    checkSound(graph, await draw(graph));
  });

  it("runs from top to bottom and keeps the order of branches", async () => {
    const layout = await draw(graphOf(ORDER));
    expect(box(layout, "#start").y).toBeLessThan(box(layout, "/States/Check").y);
    expect(box(layout, "/States/Ship").y).toBeGreaterThan(box(layout, "/States/Check").y);
    expect(box(layout, "/States/Ship/Branches/0").x).toBeLessThan(box(layout, "/States/Ship/Branches/1").x);
    expect(box(layout, "/States/Wait").y, "the loop back to Check does not turn the picture round").toBeGreaterThan(
      box(layout, "/States/Check").y,
    );
  });

  it("solves only the scopes that an edit touched and those around them", async () => {
    const cache = new LayoutCache();
    const solved: Problem[] = [];
    const counting = (problem: Problem) => {
      solved.push(problem);
      return solve(problem);
    };
    await layOut(graphOf(ORDER), counting, cache);
    expect(solved).toHaveLength(4);
    solved.length = 0;
    const edited = structuredClone(ORDER);
    edited.States.Wait.Next = "Done";
    await layOut(graphOf(edited), counting, cache);
    expect(solved, "only the top level changed").toHaveLength(1);
  });

  it("does not solve anew what was only renamed", async () => {
    const cache = new LayoutCache();
    let solved = 0;
    const counting = (problem: Problem) => {
      solved++;
      return solve(problem);
    };
    await layOut(graphOf(ORDER), counting, cache);
    const before = solved;
    const renamed = JSON.parse(
      JSON.stringify(ORDER).replaceAll('"Wait"', '"Linger"').replaceAll('"Type":"Linger"', '"Type":"Wait"'),
    ) as typeof ORDER;
    const layout = await layOut(graphOf(renamed), counting, cache);
    expect(solved).toBe(before);
    expect(layout.nodes.has("/States/Linger")).toBe(true);
    expect(layout.edges.has("/States/Linger#next")).toBe(true);
  });

  it("leaves what it can where it was", async () => {
    const before = await draw(graphOf(ORDER));
    const edited = structuredClone(ORDER) as { StartAt: string; States: Record<string, object> };
    edited.States["Done"] = { Type: "Pass", Next: "After" };
    edited.States["After"] = { Type: "Succeed" };
    const after = keepInPlace(before, await draw(graphOf(edited)));
    const stayed = [...after.nodes].filter(([id, node]) => {
      const old = before.nodes.get(id);
      return old && Math.abs(old.x - node.x) < 1 && Math.abs(old.y - node.y) < 1;
    });
    expect(stayed.length, "most states did not move").toBeGreaterThan(before.nodes.size * 0.7);
  });

  it("draws a machine of 120 states with random transitions soundly", async () => {
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const States: Record<string, object> = {};
    for (let at = 0; at < 120; at++) {
      const next = `S${String(random(120))}`;
      States[`S${String(at)}`] =
        at % 5 === 0
          ? {
              Type: "Choice",
              Choices: [{ Next: next }, { Next: `S${String(random(120))}` }],
              Default: `S${String(Math.min(119, at + 1))}`,
            }
          : at === 119
            ? { Type: "Succeed" }
            : { Type: "Pass", Next: `S${String(at + 1)}` };
    }
    const graph = graphOf({ StartAt: "S0", States });
    checkSound(graph, await draw(graph));
  }, 20_000);

  it("gives a long name a wider state, in steps and not without end", () => {
    const width = (name: string, summary = "Pass"): number => stateSize({ kind: "pass", name, summary }).width;
    expect(width("Ship")).toBe(212);
    expect(width("Check the customer")).toBeGreaterThan(212);
    expect(width("Check the customers")).toBe(width("Check the customer"));
    expect(width("x".repeat(5_000))).toBe(width("Check the customer, and the customer's address"));
    expect(width("Ship", "x".repeat(5_000))).toBe(236);
  });

  it("copes with an empty machine", async () => {
    const layout = await draw(graphOf({}));
    expect(boundsOf(layout).width).toBeGreaterThan(0);
  });

  it("hides what a collapsed container holds", () => {
    const graph = visibleGraph(graphOf(ORDER), new Set(["/States/Ship"]));
    expect(graph.nodes.some((node) => node.name === "Bill")).toBe(false);
    expect(graph.edges.some((edge) => edge.from.includes("Branches"))).toBe(false);
  });
});

describe("the order of states", () => {
  it("follows the transitions even when the text does not", () => {
    const graph = graphOf({ StartAt: "B", States: { A: { Type: "Succeed" }, B: { Type: "Pass", Next: "A" } } });
    const edges = graph.edges.map((edge) => ({ ...edge, back: false }));
    expect(alongTransitions(graph.nodes, edges).map((node) => node.name || node.kind)).toEqual([
      "start",
      "B",
      "A",
      "end",
    ]);
  });

  it("contains every state once, unreachable ones and rings too", () => {
    const graph = graphOf({
      StartAt: "A",
      States: {
        A: { Type: "Succeed" },
        R1: { Type: "Pass", Next: "R2" },
        R2: { Type: "Pass", Next: "R1" },
        Alone: { Type: "Fail" },
      },
    });
    const edges = graph.edges.map((edge) => ({ ...edge, back: false }));
    expect(
      alongTransitions(graph.nodes, edges)
        .map((node) => node.id)
        .sort(),
    ).toEqual(graph.nodes.map((node) => node.id).sort());
  });
});

describe("going from state to state by key", () => {
  it("finds the state that lies that way", async () => {
    const graph = graphOf(ORDER);
    const layout = await draw(graph);
    expect(neighbour(graph, layout, null, "down")).toBe("/States/Check");
    const below = neighbour(graph, layout, "/States/Check", "down");
    expect(["/States/Ship", "/States/Wait", "/States/Refuse"]).toContain(below);
    expect(neighbour(graph, layout, "/States/Check", "up")).toBeNull();
  });
});

describe("what is drawn", () => {
  it("puts containers beneath their transitions and those beneath their states", async () => {
    const graph = graphOf(ORDER);
    const flow = toFlow(graph, await draw(graph), { nodes: new Set(["/States/Ship"]), edge: null }, NONE);
    const z = (id: string): number => [...flow.nodes, ...flow.edges].find((part) => part.id === id)?.zIndex ?? -1;
    expect(z("/States/Ship")).toBeLessThan(z("/States/Ship/Branches/0/States/Pack#next"));
    expect(z("/States/Ship/Branches/0/States/Pack#next")).toBeLessThan(z("/States/Ship/Branches/0/States/Pack"));
    expect(flow.nodes.filter((node) => node.selected).map((node) => node.id)).toEqual(["/States/Ship"]);
  });

  it("rounds corners without leaving the route", () => {
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 0, y: 20 },
        { x: 30, y: 20 },
      ]),
    ).toBe("M0,0L0,12Q0,20 8,20L30,20");
    expect(
      roundedPath([
        { x: 0, y: 0 },
        { x: 0, y: 4 },
        { x: 2, y: 4 },
      ]),
    ).toBe("M0,0L0,3Q0,4 1,4L2,4");
    expect(roundedPath([])).toBe("");
  });

  it.each([
    ["short", "short"],
    ['$.order.customer.address.country = "DE"', '….address.country = "DE"'],
    ["{% $states.input.ok %}", "$states.input.ok"],
    ["States.Timeout, Lambda.ServiceException, Custom", "States.Timeout, Lambda.Servic…"],
  ])("shortens %s", (label, short) => {
    expect(shorten(label)).toBe(short);
    expect([...short].length).toBeLessThanOrEqual(30);
  });
});
