import { describe, expect, it } from "vitest";

import { graphOf } from "../testing/fake-backend";
import { renamedStates } from "./notes";

const machine = (names: [string, string]) =>
  graphOf({
    StartAt: names[0],
    States: {
      [names[0]]: { Type: "Pass", Next: names[1] },
      [names[1]]: {
        Type: "Map",
        ItemProcessor: { StartAt: "In", States: { In: { Type: "Pass", End: true } } },
        End: true,
      },
    },
  });

describe("notes follow their states", () => {
  it("when one is renamed, and what lies in it", () => {
    expect([...renamedStates(machine(["A", "B"]), machine(["A", "C"]))]).toEqual([
      ["/States/B", "/States/C"],
      ["/States/B/ItemProcessor/States/In", "/States/C/ItemProcessor/States/In"],
    ]);
  });
  it("when one moves into another scope, or a container is put around it", () => {
    const inside = graphOf({
      StartAt: "B",
      States: {
        B: {
          Type: "Map",
          ItemProcessor: {
            StartAt: "In",
            States: { In: { Type: "Pass", End: true }, A: { Type: "Pass", End: true } },
          },
          End: true,
        },
      },
    });
    expect([...renamedStates(machine(["A", "B"]), inside)]).toEqual([
      ["/States/A", "/States/B/ItemProcessor/States/A"],
    ]);
    const wrapped = graphOf({
      StartAt: "P",
      States: {
        P: { Type: "Parallel", Branches: [{ StartAt: "A", States: { A: { Type: "Pass", End: true } } }], End: true },
      },
    });
    const alone = graphOf({ StartAt: "A", States: { A: { Type: "Pass", End: true } } });
    expect([...renamedStates(alone, wrapped)]).toEqual([["/States/A", "/States/P/Branches/0/States/A"]]);
    expect([...renamedStates(wrapped, alone)]).toEqual([["/States/P/Branches/0/States/A", "/States/A"]]);
  });
  it("and stay when states change places, come or go", () => {
    expect(renamedStates(machine(["A", "B"]), machine(["A", "B"])).size).toBe(0);
    expect(renamedStates(machine(["A", "B"]), graphOf({ StartAt: "A", States: { A: { Type: "Pass" } } })).size).toBe(0);
    expect(renamedStates(null, machine(["A", "B"])).size).toBe(0);
  });
});
