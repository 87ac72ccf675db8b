import { describe, expect, it } from "vitest";

import { overviewSize } from "./viewport";

describe("the overview", () => {
  it("has the shape of its picture", () => {
    const lying = overviewSize({ width: 2_000, height: 800 }),
      upright = overviewSize({ width: 800, height: 2_000 });
    expect(lying && lying.width > lying.height).toBe(true);
    expect(upright && upright.height > upright.width).toBe(true);
  });
  it("is left out where it would be a thread", () => {
    expect(overviewSize({ width: 210, height: 12_000 })).toBeNull();
    expect(overviewSize({ width: 30_000, height: 300 })).toBeNull();
  });
});
