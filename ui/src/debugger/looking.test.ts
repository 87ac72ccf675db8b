import { describe, expect, it } from "vitest";

import type { RunOverview } from "../backend";
import { compressedAxis, ticksOf, trueAxis } from "./axis";
import { matching, NO_FILTER } from "./Events";
import { countsAt, eventAt, laneAt, laneWords, lanesInside, lineOf, merged, type Overview, totalsAt } from "./model";
import { rowsOf } from "./rows";
import { sorted } from "./States";
import { treeAt } from "./tree";

/**
 * `Begin` (lines 2-3), then a Map `Each` (4-13) of two items: item 0 in lines 6-9, item 1 in 7-12 which fails, then a wait
 * of a day and `After` (15-16).
 */
const ANSWER: RunOverview = {
  line: 16,
  startedAt: "2026-01-01T00:00:00.000Z",
  express: false,
  states: ["Begin", "Each", "Price", "After"].map((state) => ({
    node: `/States/${state}`,
    state,
    type: state === "Each" ? "Map" : "Pass",
  })),
  kinds: ["ExecutionStarted", "PassStateEntered", "PassStateExited", "MapStateEntered"],
  events: {
    first: 1,
    line: [1, 2, 3, 4, 6, 9, 15, 16],
    at: [0, 0, 0, 0, 0, 40, 86_400_040, 86_400_040],
    kind: [0, 1, 2, 3, 1, 2, 1, 2],
    state: [-1, 0, 0, 1, 2, 2, 3, 3],
    lane: [0, 0, 0, 0, 1, 1, 0, 0],
  },
  lanes: {
    lane: [0, 1, 2],
    parent: [-1, 0, 0],
    owner: [-1, 1, 1],
    part: ["execution", "item", "item"],
    index: [0, 0, 1],
    first: [1, 5, 7],
    last: [16, 9, 12],
    status: ["succeeded", "succeeded", "failed"],
    error: [null, null, "Boom"],
  },
  stays: {
    stay: [0, 1, 2, 3, 4],
    lane: [0, 0, 1, 2, 0],
    state: [0, 1, 2, 2, 3],
    entered: [2, 4, 6, 8, 15],
    exited: [3, 13, 9, 12, 16],
    enteredAt: [0, 0, 0, 0, 86_400_040],
    exitedAt: [0, 50, 40, 45, 86_400_040],
    status: ["succeeded", "caught", "succeeded", "failed", "succeeded"],
    attempts: [1, 1, 1, 3, 1],
    bytesIn: [2, 30, 10, 12, 30],
    bytesOut: [30, 30, 11, 0, 2],
    items: [0, 2, 0, 0, 0],
    error: [null, "Boom", null, "Boom", null],
  },
  spans: { span: [], stay: [], kind: [], from: [], to: [], fromAt: [], toAt: [], attempt: [], failed: [] },
  tickLines: [1, 9, 12, 13, 15],
  tickTimes: [0, 40, 45, 50, 86_400_040],
  gauges: {
    events: 8,
    eventLimit: 25_000,
    payload: 30,
    payloadLimit: 262_144,
    payloadEvent: 3,
    payloadNode: "/States/Begin",
    transitions: 5,
    elapsedMs: 86_400_040,
    elapsedLimitMs: 31_536_000_000,
  },
  interventions: [],
  nested: [],
  caller: null,
};

const overview = (): Overview => merged(undefined, structuredClone(ANSWER));

/** The part of an answer that came to be after a line, as the backend would tell it. */
function since(answer: RunOverview, line: number): RunOverview {
  const known = answer.events.line.filter((at) => at <= line).length;
  const tail = <T>(column: T[]): T[] => column.slice(known);
  return {
    ...answer,
    states: [],
    events: {
      first: known + 1,
      line: tail(answer.events.line),
      at: tail(answer.events.at),
      kind: tail(answer.events.kind),
      state: tail(answer.events.state),
      lane: tail(answer.events.lane),
    },
  };
}

describe("an overview", () => {
  it("grows by what is new, and what comes twice adds nothing", () => {
    const whole = overview();
    const grown = merged(merged(overview(), since(ANSWER, 6)), since(ANSWER, 6));
    expect(grown.events).toEqual(whole.events);
    expect(grown.staysOf).toEqual(whole.staysOf);
    expect(grown.tickLines).toEqual(whole.tickLines);
  });

  it("tells how lanes stood at a line", () => {
    const run = overview();
    const [, item, failed] = run.lanes;
    if (!item || !failed) throw new Error("there are two items");
    expect(laneAt(run, failed, 6)).toBeNull();
    expect(laneAt(run, failed, 10)?.status).toBe("running");
    expect(laneAt(run, failed, 12)).toMatchObject({ status: "failed", error: "Boom" });
    expect(countsAt(run, [item, failed], 10)).toEqual({ total: 2, running: 1, waiting: 0, succeeded: 1, failed: 0 });
    expect(laneWords(run, 2)).toBe("Each › item 1");
    const each = run.stays[1];
    expect(each && lanesInside(run, each).map((lane) => lane.lane)).toEqual([1, 2]);
  });

  it("knows the event of a line and the line of an event", () => {
    const run = overview();
    expect(eventAt(run, 8)).toBe(5);
    expect(lineOf(run, 5)).toBe(6);
    expect(lineOf(run, 8), "at the end all of it is shown").toBe(16);
  });

  it("sums states up to a line, and sorts them", () => {
    const run = overview();
    const price = totalsAt(run, 16).find((row) => row.state === 2);
    expect(price).toMatchObject({
      visits: 2,
      attempts: 4,
      failed: 1,
      total: 85,
      longest: 45,
      bytesIn: 12,
      bytesOut: 11,
    });
    expect(totalsAt(run, 8).find((row) => row.state === 2)).toMatchObject({ visits: 2, active: 2, failed: 0 });
    const names = sorted(totalsAt(run, 16), run, "total", true).map((row) => run.states[row.state]?.state);
    expect(names, "equal ones in the order of the run").toEqual(["Price", "Each", "Begin", "After"]);
  });
});

describe("the axis", () => {
  it("keeps short work visible beside a wait of days, and the order of what took no time", () => {
    const axis = compressedAxis(overview());
    expect(axis.at(1)).toBe(0);
    expect(axis.at(16)).toBe(1);
    expect(axis.at(3)).toBeGreaterThan(axis.at(2));
    expect(axis.at(13)).toBeGreaterThan(0.2);
    const real = trueAxis(overview());
    expect(real.at(13)).toBeLessThan(0.001);
  });

  it("finds the line of a place again", () => {
    const axis = compressedAxis(overview());
    for (let line = 1; line <= 16; line++) expect(axis.lineAt(axis.at(line) + 1e-9)).toBe(line);
  });

  it("writes no two times on one spot", () => {
    const axis = compressedAxis(overview());
    const ticks = ticksOf(overview(), axis, 0, 1, 0.2);
    expect(ticks[0]).toEqual({ x: 0, at: 0 });
    ticks.forEach((tick, index) => {
      if (index > 0) expect(tick.x - (ticks[index - 1]?.x ?? 0)).toBeGreaterThanOrEqual(0.2);
    });
  });
});

describe("rows of the timeline", () => {
  const names = (turned: string[], failedOnly: string[]): string[] =>
    rowsOf(overview(), { turned: new Set(turned), failedOnly: new Set(failedOnly) }).map(
      (row) => `${"  ".repeat(row.depth)}${row.name}`,
    );
  it("are the states, with branches and items inside", () => {
    expect(names([], [])).toEqual(["Begin", "Each", "  Items", "    Item 0", "    Item 1", "After"]);
  });
  it("can be shut, and show only what failed", () => {
    expect(names(["state 1"], [])).toEqual(["Begin", "Each", "After"]);
    expect(names(["strip 0 1"], [])).toEqual(["Begin", "Each", "  Items", "After"]);
    expect(names([], ["strip 0 1"])).toEqual(["Begin", "Each", "  Items", "    Item 1", "After"]);
  });
});

describe("events", () => {
  it("are filtered by words, by type, by state, by branch", () => {
    const run = overview();
    expect(matching(run, NO_FILTER, new Set())).toHaveLength(8);
    expect(matching(run, { ...NO_FILTER, text: "entered price" }, new Set())).toEqual([5]);
    expect(matching(run, { ...NO_FILTER, text: "boom" }, new Set([6])), "what the backend found").toEqual([6]);
    expect(matching(run, { ...NO_FILTER, kind: 1 }, new Set())).toEqual([2, 5, 7]);
    expect(matching(run, { ...NO_FILTER, state: 3 }, new Set())).toEqual([7, 8]);
    expect(matching(run, { ...NO_FILTER, lane: 1 }, new Set())).toEqual([5, 6]);
    expect(matching(run, { ...NO_FILTER, lane: 0 }, new Set()), "what is inside as well").toHaveLength(8);
  });
});

describe("the tree of executions", () => {
  const names = (
    overview: Overview,
    line = overview.line,
    turned: string[] = ["fan 1"],
    levels: Parameters<typeof treeAt>[4] = {},
  ): string[] =>
    treeAt(overview, line, new Set(turned), 0, levels).map((row) => {
      const name =
        row.kind === "nested" || row.kind === "caller"
          ? row.run.name
          : row.kind === "group"
            ? ""
            : row.kind === "note"
              ? row.text
              : row.name;
      return `${"  ".repeat(row.depth)}${name}`;
    });
  const nested = (name: string, lane: number | null, line = 0): RunOverview["nested"][number] => ({
    execution: name,
    name,
    workflow: "child",
    status: "running",
    call: lane === null ? null : { line, lane, node: "/States/Price", state: "Price" },
    nested: 0,
  });
  const run = (): Overview =>
    merged(undefined, {
      ...structuredClone(ANSWER),
      nested: [nested("late", 0, 15), nested("of item 1", 2, 10), nested("early", 0, 2), nested("unknown", null)],
    });

  it("has what a task started where the task is", () => {
    expect(names(run())).toEqual([
      "Execution",
      "  early",
      "  Each · 2 items",
      "    Item 0",
      "    Item 1",
      "      of item 1",
      "  late",
      "  unknown",
    ]);
  });
  it("has only what was there by then", () => {
    expect(names(run(), 9, [])).toEqual([
      "Execution",
      "  early",
      "  Each · 2 items",
      "    Item 0",
      "    Item 1",
      "  unknown",
    ]);
    expect(names(run(), 16, []), "what is shut hides what is inside").not.toContain("      of item 1");
  });
  it("has what was started further down, a level at a time", () => {
    const one = (name: string, started: number): RunOverview["nested"][number] => ({
      ...nested(name, 0, 2),
      nested: started,
    });
    const deep = merged(undefined, { ...structuredClone(ANSWER), nested: [one("first", 1)] });
    const shown = (levels: Parameters<typeof treeAt>[4], turned: string[] = []): string[] =>
      names(deep, 2, turned, levels).slice(1);
    expect(shown({}), "it is asked for").toEqual(["  first", "    Reading…"]);
    expect(shown({ first: { trouble: "it has gone" } })).toEqual(["  first", "    it has gone"]);
    const levels = {
      first: { runs: [one("second", 1)] },
      second: { runs: [one("third", 2)] },
      third: { runs: [one("fourth", 0)] },
    };
    expect(shown(levels), "three levels without being asked").toEqual(["  first", "    second", "      third"]);
    expect(shown(levels, ["nested third"])).toContain("        fourth");
    expect(shown(levels, ["nested first"])).toEqual(["  first"]);
    const many = { first: { runs: Array.from({ length: 9 }, (_, at) => one(`second ${String(at)}`, 1)) } };
    expect(shown(many), "of many none opens by itself").toHaveLength(10);
  });
  it("has who started it above", () => {
    const inside = merged(undefined, {
      ...structuredClone(ANSWER),
      caller: nested("above", 0, 2),
      nested: [nested("below", 0, 15)],
    });
    expect(names(inside)[0]).toBe("above");
    expect(names(inside)[1]).toBe("  Execution");
    expect(names(inside).at(-1)).toBe("    below");
  });
});
