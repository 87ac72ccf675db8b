import { describe, expect, it } from "vitest";

import { statesInJsonPath } from "./language";

describe("the language of copied states", () => {
  it.each([
    ["fields", { A: { Type: "Pass", Parameters: { "x.$": "$" } } }, 1],
    ["rules", { C: { Type: "Choice", Choices: [{ Not: { Variable: "$.a", IsNull: true }, Next: "A" }] } }, 1],
    ["JSONata", { A: { Type: "Pass", Output: "{% $states.input %}" }, W: { Type: "Wait", Seconds: 1 } }, 0],
    ["a language of its own", { A: { Type: "Pass", QueryLanguage: "JSONata", Parameters: {} } }, 0],
    [
      "a machine, and what lies in it",
      {
        StartAt: "M",
        States: {
          M: {
            Type: "Map",
            ItemsPath: "$.x",
            ItemProcessor: { StartAt: "I", States: { I: { Type: "Pass", ResultPath: null } } },
          },
        },
      },
      2,
    ],
    ["a machine of JSONata", { QueryLanguage: "JSONata", States: { A: { Type: "Pass", ResultPath: "$" } } }, 0],
  ])("is seen by %s", (_, fragment, count) => {
    expect(statesInJsonPath(JSON.stringify(fragment))).toBe(count);
  });
  it("is nothing where nothing can be read", () => {
    expect(statesInJsonPath("{")).toBe(0);
    expect(statesInJsonPath("[1]")).toBe(0);
  });
});
