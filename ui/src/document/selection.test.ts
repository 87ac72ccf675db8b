import { describe, expect, it } from "vitest";

import { groupIn, renameSelected, select, selectedIn, selectStates, useSelection } from "./selection";

const renamed = new Map([["/States/A#b", "/States/C"]]);

describe("what is selected stays so under another name", () => {
  it("a state, a transition, several states", () => {
    select("d1", { kind: "node", id: "/States/A#b" }, "canvas");
    const { reveal } = useSelection.getState();
    renameSelected("d1", renamed);
    expect(selectedIn("d1")(useSelection.getState())).toEqual({ kind: "node", id: "/States/C" });
    expect(useSelection.getState().reveal).toBe(reveal);

    select("d1", { kind: "edge", id: "/States/A#b#rule0" }, "canvas");
    renameSelected("d1", renamed);
    expect(selectedIn("d1")(useSelection.getState())).toEqual({ kind: "edge", id: "/States/C#rule0" });

    selectStates("d1", ["/States/A#b", "/States/X"], "canvas");
    renameSelected("d1", renamed);
    expect(groupIn("d1")(useSelection.getState())).toEqual(["/States/C", "/States/X"]);
  });

  it("and nothing else changes", () => {
    select("d1", { kind: "node", id: "/States/X" }, "canvas");
    const before = useSelection.getState();
    renameSelected("d1", renamed);
    renameSelected("d2", renamed);
    expect(useSelection.getState()).toBe(before);
  });
});
