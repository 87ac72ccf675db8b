import { describe, expect, it } from "vitest";

import { type ExpressionLanguage, pieces } from "./expression";

const kinds = (text: string, language: ExpressionLanguage) =>
  pieces(text, language).flatMap((piece) => (piece.kind === null ? [] : [`${piece.kind} ${piece.text}`]));

describe("the parts of an expression", () => {
  it("of JSONata", () => {
    expect(kinds('{% $sum($states.input.total) & "x" %}', "JSONata")).toEqual([
      "mark {%",
      "function $sum",
      "mark (",
      "variable $states",
      "mark .",
      "path input",
      "mark .",
      "path total",
      "mark )",
      "mark &",
      'string "x"',
      "mark %}",
    ]);
    expect(kinds("plain ${Fn}", "JSONata")).toEqual(["substitution ${Fn}"]);
  });
  it("of paths and intrinsic calls", () => {
    expect(kinds("$.a['b c'][0]", "JSONPath").slice(0, 3)).toEqual(["variable $", "mark .", "path a"]);
    expect(kinds("States.Format('{}', $.a)", "JSONPath")[0]).toBe("function States.Format");
    expect(kinds("just words", "JSONPath")).toEqual([]);
  });
  it("make the whole text, whatever it is", () => {
    for (const text of ["", "{% ", "{%%}", "'\"`$", "{% /* é😀 */ `a b` %}", "$$.\u0000[", "${", '{% "open %}'])
      for (const language of ["JSONata", "JSONPath", "text"] as const)
        expect(
          pieces(text, language)
            .map((piece) => piece.text)
            .join(""),
        ).toBe(text);
  });
});
