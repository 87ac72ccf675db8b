import { beforeEach, describe, expect, it } from "vitest";

import type { NodeProgress, PendingTask } from "../backend";
import { startListening } from "../backend";
import { FakeBackend } from "../testing/fake-backend";
import { followExecutions, type Session, useSessions, waitsForTime, watch } from "./session";
import { bytes, cornerWords, duration, figure } from "./words";

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

describe("waiting for time", () => {
  const session = (nodes: readonly NodeProgress[]): Session => ({
    execution: "e1",
    status: "running",
    events: 1,
    now: null,
    nodes: Object.fromEntries(nodes.map((node) => [node.node, node])),
    edges: {},
    live: true,
    version: null,
  });
  const asks = { execution: "e1", node: "/States/A" } as PendingTask;

  it("is not what a task does that waits for a person", () => {
    const task = progress({ status: "waiting" });
    expect(waitsForTime(session([task]), [])).toBe(true);
    expect(waitsForTime(session([task]), [asks])).toBe(false);
    expect(waitsForTime(session([task, progress({ node: "/States/B", status: "retrying" })]), [asks])).toBe(true);
    expect(waitsForTime(session([progress({ status: "running" })]), [])).toBe(false);
  });
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
    await watch("e1", { live: true, version: 0 });
    const session = useSessions.getState().sessions["e1"];
    expect(session?.events).toBe(6);
    expect(session?.nodes["/States/A"]?.entered, "the older notice is contained in the answer").toBe(2);
    expect(session?.edges).toEqual({ "/States/A#next": 1 });
  });

  it("keeps what a notice does not mention", async () => {
    backend.answers.get_progress = () => ({ status: "running", events: 1, nodes: [progress({})], edges: [] });
    await watch("e1", { live: true, version: 0 });
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
    const apart = { total: 2, running: 0, succeeded: 0, failed: 0 };
    const over = progress({ status: "succeeded", active: 0, durationMs: 42, items: apart });
    expect(figure(over), "the items have histories of their own").toBe("2 items");
    expect(cornerWords(over)).toContain("whose histories are not part of this one");
    expect(figure({ ...over, items: { ...apart, total: 0 } }), "what a reader found is not known").toBe("42 ms");
    expect(cornerWords({ ...over, items: { ...apart, succeeded: 2 } })).toBe("succeeded");
    expect(figure(progress({ entered: 3, active: 0 }))).toBe("×3");
    expect(figure(progress({ durationMs: 42, active: 0 }))).toBe("42 ms");
    expect(figure(progress({ status: "retrying", retries: 2 }))).toBe("retry 2");
  });
});
