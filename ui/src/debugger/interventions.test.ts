import { describe, expect, it } from "vitest";

import type { ExecutionsCompared, Intervention } from "../backend";
import { differences, nextOf } from "../forks";
import { changesByEvent, changesByNode, changeWords } from "./interventions";

const change = (part: Partial<Intervention>): Intervention => ({
  line: 1,
  event: 1,
  lane: 0,
  node: "/States/A",
  state: "A",
  words: "",
  before: null,
  after: null,
  ...part,
});

describe("changes by hand", () => {
  it("say what was and what came in its place", () => {
    const words = (part: Partial<Intervention>): string => changeWords(change(part));
    expect(words({ words: 'input changed to {"to": 2}', before: "1", after: '{"to": 2}' })).toBe(
      'input changed: 1 → {"to": 2}',
    );
    expect(words({ words: "$w changed to 6", after: "6" })).toBe("$w changed to 6");
    expect(words({ words: "the timeout moved", before: "1:30", after: "1:20" })).toBe("the timeout moved: 1:30 → 1:20");
    expect(words({ words: "the heartbeat was lost", before: "0:30" })).toBe("the heartbeat was lost, was 0:30");
    expect(words({ words: "x changed to y", before: "a".repeat(900), after: "y" }).length).toBeLessThan(300);
  });
  it("are found by event and by node", () => {
    const all = [change({ event: 2 }), change({ event: 2, line: 3, node: null }), change({ event: 4, line: 9 })];
    expect([...changesByEvent(all)].map(([event, found]) => [event, found.length])).toEqual([
      [2, 2],
      [4, 1],
    ]);
    expect(changesByNode(all, 3).get("/States/A")).toHaveLength(1);
    expect(changesByNode(all, 9).get("/States/A")).toHaveLength(2);
  });
});

describe("two histories", () => {
  it("differ where one has no such event or other data", () => {
    const events = { a: [1, 2, 0, 3, 4], b: [1, 2, 3, 4, 0], differs: [1] } as unknown as ExecutionsCompared["events"];
    const found = differences(events);
    expect(found).toEqual([1, 2, 4]);
    expect([nextOf(found, 1, true), nextOf(found, 4, true), nextOf(found, 4, false), nextOf(found, 1, false)]).toEqual([
      2,
      undefined,
      2,
      undefined,
    ]);
  });
});
