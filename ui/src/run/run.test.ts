import { beforeEach, describe, expect, it } from "vitest";

import type { HistoryEvent, NodeProgress } from "../backend";
import { startListening } from "../backend";
import { FakeBackend } from "../testing/fake-backend";
import { matching } from "./Events";
import { axis, lanesOf } from "./lanes";
import { followExecutions, useSessions, watch } from "./session";
import { bytes, duration, figure } from "./words";

const progress = (part: Partial<NodeProgress>): NodeProgress => ({
  node: "/States/A",
  status: "running",
  entered: 1,
  succeeded: 0,
  failed: 0,
  retries: 0,
  active: 1,
  durationMs: null,
  error: null,
  items: null,
  changes: 0,
  ...part,
});

let at = 0;
const event = (type: string, ms: number, part: Partial<HistoryEvent> = {}): HistoryEvent => ({
  id: ++at,
  previousEventId: at - 1,
  timestamp: new Date(Date.UTC(2026, 0, 1) + ms).toISOString(),
  type,
  node: "/States/A",
  state: "A",
  iterations: [],
  json: "{}",
  changes: [],
  ...part,
});

describe("watching a run", () => {
  let backend: FakeBackend;
  beforeEach(() => {
    backend = new FakeBackend().install();
    startListening();
    followExecutions();
    useSessions.setState({ sessions: {}, shown: {} });
  });

  it("joins what was asked for with what was told meanwhile, nothing twice and nothing lost", async () => {
    backend.answers.get_progress = () => {
      // Told while the answer is under way: one notice the answer contains, one it does not.
      backend.moved({ events: 3, nodes: [progress({ entered: 99 })] });
      backend.moved({ events: 6, edges: [{ edge: "/States/A#next", taken: 1 }] });
      return { status: "running", events: 5, nodes: [progress({ entered: 2 })], edges: [] };
    };
    await watch("e1", { live: true, revision: 0 });
    const session = useSessions.getState().sessions["e1"];
    expect(session?.events).toBe(6);
    expect(session?.nodes["/States/A"]?.entered, "the older notice is contained in the answer").toBe(2);
    expect(session?.edges).toEqual({ "/States/A#next": 1 });
  });

  it("keeps what a notice does not mention", async () => {
    backend.answers.get_progress = () => ({ status: "running", events: 1, nodes: [progress({})], edges: [] });
    await watch("e1", { live: true, revision: 0 });
    backend.moved({ events: 2, nodes: [progress({ node: "/States/B" })] });
    backend.moved({ events: 3, status: "succeeded", nodes: [progress({ status: "succeeded" })] });
    const session = useSessions.getState().sessions["e1"];
    expect(Object.keys(session?.nodes ?? {})).toEqual(["/States/A", "/States/B"]);
    expect(session?.status).toBe("succeeded");
  });

  it("does not watch what was not asked for", () => {
    backend.moved({ execution: "other" });
    expect(useSessions.getState().sessions).toEqual({});
  });
});

describe("the timeline", () => {
  it("has a lane per state and a bar per run", () => {
    const { lanes } = lanesOf([
      event("ExecutionStarted", 0, { node: null, state: null }),
      event("TaskStateEntered", 0),
      event("TaskFailed", 10),
      event("TaskSucceeded", 30),
      event("TaskStateExited", 30),
      event("WaitStateEntered", 30, { node: "/States/W", state: "W" }),
      event("WaitStateExited", 60_030, { node: "/States/W", state: "W" }),
      event("TaskStateEntered", 60_030),
      event("TaskFailed", 60_040),
      event("ExecutionFailed", 60_040, { node: null, state: null }),
    ]);
    expect(lanes.map((lane) => [lane.state, lane.bars.map((bar) => [bar.from, bar.to, bar.tone])])).toEqual([
      [
        "A",
        [
          [0, 30, "ok"],
          [60_030, 60_040, "bad"],
        ],
      ],
      ["W", [[30, 60_030, "ok"]]],
    ]);
  });

  it("tells a caught error from a success, and what still goes on", () => {
    const { lanes } = lanesOf([
      event("TaskStateEntered", 0),
      event("TaskFailed", 5),
      event("TaskStateExited", 6),
      event("TaskStateEntered", 7),
    ]);
    expect(lanes[0]?.bars.map((bar) => [bar.tone, bar.to])).toEqual([
      ["caught", 6],
      ["open", null],
    ]);
  });

  it("keeps items of a Map apart", () => {
    const { lanes } = lanesOf([
      event("TaskStateEntered", 0, { iterations: [0] }),
      event("TaskStateEntered", 1, { iterations: [1] }),
      event("TaskStateExited", 5, { iterations: [1] }),
      event("TaskStateExited", 9, { iterations: [0] }),
    ]);
    expect(lanes[0]?.bars.map((bar) => [bar.iterations[0], bar.to])).toEqual([
      [1, 5],
      [0, 9],
    ]);
  });

  it("keeps short work visible beside a wait of days", () => {
    const [start = NaN, work = NaN, wait = NaN] = axis([0, 50, 50 + 3 * 86_400_000]);
    expect(start).toBe(0);
    expect(work).toBeGreaterThan(0.1);
    expect(wait).toBe(1);
  });

  it("keeps the order of what took no time", () => {
    const stops = axis([0, 0, 0, 0]);
    expect(stops).toEqual([0, 1 / 3, 2 / 3, 1]);
    const { lanes } = lanesOf([
      event("PassStateEntered", 0),
      event("PassStateExited", 0),
      event("PassStateEntered", 0, { node: "/States/B", state: "B" }),
      event("PassStateExited", 0, { node: "/States/B", state: "B" }),
    ]);
    expect(lanes.map((lane) => [lane.bars[0]?.first, lane.bars[0]?.last])).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });
});

describe("events", () => {
  it("are filtered by every word, wherever it occurs", () => {
    const events = [event("TaskFailed", 0, { json: '{"error":"Boom"}' }), event("TaskSucceeded", 0)];
    expect(matching(events, "task boom")).toHaveLength(1);
    expect(matching(events, " ")).toHaveLength(2);
    expect(matching(events, "nothing")).toHaveLength(0);
  });
});

describe("words", () => {
  it.each([
    [0.4, "0 ms"],
    [42, "42 ms"],
    [1_500, "1.5 s"],
    [59_400, "59 s"],
    [192_000, "3 min 12 s"],
    [187_200_000, "2 d 4 h"],
    [86_400_000, "1 d"],
  ])("%d ms is %s", (ms, words) => {
    expect(duration(ms)).toBe(words);
  });
  it.each([
    [118, "118 B"],
    [2_048, "2.0 KiB"],
    [262_144, "256 KiB"],
  ])("%d bytes are %s", (count, words) => {
    expect(bytes(count)).toBe(words);
  });
  it("a state shows the figure that matters most", () => {
    expect(figure(progress({ items: { total: 10, running: 1, succeeded: 3, failed: 1 } }))).toBe("4/10");
    expect(figure(progress({ entered: 3, active: 0 }))).toBe("×3");
    expect(figure(progress({ durationMs: 42, active: 0 }))).toBe("42 ms");
    expect(figure(progress({ status: "retrying", retries: 2 }))).toBe("retry 2");
  });
});
