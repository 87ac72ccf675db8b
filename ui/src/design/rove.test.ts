import { describe, expect, it } from "vitest";

import { moveIn } from "./rove";

const titles = ["Choice", "Parallel", "Pass", "Lambda", "SQS"];

describe("moving through a list", () => {
  it.each([
    ["ArrowDown", 1, 2],
    ["ArrowDown", 4, 4],
    ["ArrowUp", 0, 0],
    ["Home", 3, 0],
    ["End", 0, 4],
    ["PageDown", 1, 4],
  ])("%s from %i leads to %i", (key, at, to) => {
    expect(moveIn(titles, at, key)).toBe(to);
  });

  it("a letter leads to the next row that begins with it, and round", () => {
    expect(moveIn(titles, 0, "p")).toBe(1);
    expect(moveIn(titles, 1, "P")).toBe(2);
    expect(moveIn(titles, 2, "p")).toBe(1);
    expect(moveIn(titles, 2, "z")).toBeNull();
    expect(moveIn(titles, 2, "Tab")).toBeNull();
    expect(moveIn([], 0, "ArrowDown")).toBeNull();
  });
});
