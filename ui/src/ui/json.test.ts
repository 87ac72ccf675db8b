import { describe, expect, it } from "vitest";

import { jsonLines, prettyJson, readJson } from "./json";

const marks = (before: string, after: string): string[] => {
  const node = readJson(after);
  return node
    ? jsonLines(node, readJson(before))
        .filter((line) => line.change !== null)
        .map((line) => `${line.change ?? ""} ${line.tokens.map((token) => token.text).join("")}`)
    : [];
};

describe("JSON for reading", () => {
  it("keeps numbers and escapes as they are written", () => {
    for (const text of ["1.0", "12345678901234567890", "-1e5", '"a\\u00e9\\n"', "true", "[]", "{}"])
      expect(prettyJson(text)).toBe(text);
  });

  it("refuses what is not JSON", () => {
    for (const text of ["", "{", "[1,]", '{"a"}', "01x", "{} {}", "'a'"]) expect(readJson(text), text).toBeNull();
  });

  it("survives deep nesting", () => {
    expect(readJson("[".repeat(100_000))).toBeNull();
  });

  it("keeps short values on a line and breaks long ones", () => {
    expect(prettyJson('{"a":[1,2],"b":{"c":"a rather long text that fills the line by itself"}}')).toBe(
      '{\n  "a": [1, 2],\n  "b": {\n    "c": "a rather long text that fills the line by itself"\n  }\n}',
    );
  });

  it("marks what is new and what has changed", () => {
    const filler = '"filler": "so that the object does not fit on one line"';
    expect(marks(`{"a": 1, ${filler}}`, `{"a": 2, "b": 3, ${filler}}`)).toEqual(['changed "a": 2,', 'added "b": 3,']);
    expect(marks(`{"a": 1, ${filler}}`, `{"a": 1, ${filler}}`)).toEqual([]);
  });
});
