import { describe, expect, it } from "vitest";

import { jsonLines, prettyJson, readJson } from "./json";
import { countChanges, treeLines } from "./json-tree";

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

describe("JSON that opens and shuts", () => {
  const shown = (after: string, before?: string, sought = "", turned: [string, boolean][] = []): string[] => {
    const node = readJson(after);
    const old = before === undefined ? undefined : readJson(before);
    if (!node) throw new Error("not JSON");
    return treeLines(node, old, { turned: new Map(turned), more: new Map(), sought }).map(
      (line) =>
        `${"  ".repeat(line.depth)}${line.tokens.map((token) => token.text).join("")}${line.change === null ? "" : ` <${line.change}${line.old === null ? "" : `, was ${line.old}`}>`}${line.rest ?? ""}`,
    );
  };

  it("marks what was added, removed and changed where it lies", () => {
    expect(
      shown('{"a": 2, "b": {"c": [1, 2]}, "new": null}', '{"a": 1, "b": {"c": [1, 2]}, "gone": {"x": 1}}'),
    ).toEqual([
      "{",
      '  "a": 2, <changed, was 1>',
      '  "b": { "c": [1, 2] },',
      '  "new": null <added>',
      '  "gone": { "x": 1 } <removed>',
      "}",
    ]);
    expect(countChanges(read('{"a": 2, "new": 1}'), read('{"a": 1, "gone": 1}'))).toEqual({
      added: 1,
      removed: 1,
      changed: 1,
    });
  });

  it("knows an item that was put in front from items that changed", () => {
    expect(shown("[0, 1, 2]", "[1, 2]")).toEqual(["[", "  0, <added>", "  1,", "  2", "]"]);
    expect(shown("[1, 9, 3]", "[1, 2, 3]")).toEqual(["[", "  1,", "  9, <changed, was 2>", "  3", "]"]);
  });

  it("takes the order of fields for no difference", () => {
    expect(shown('{"a": 1, "b": 2}', '{"b": 2, "a": 1}')).toEqual(['{ "a": 1, "b": 2 }']);
  });

  it("cuts long texts and long arrays, and what is sought is shown nevertheless", () => {
    const long = "x".repeat(1_000);
    expect(shown(`"${long}"`)[0]).toMatch(/^"x{299}… 702 more characters$/);
    const many = JSON.stringify(Array.from({ length: 500 }, (_, index) => index));
    expect(shown(many).at(-2)).toMatch(/488 more items$/);
    expect(shown(many, undefined, "499").some((line) => line.trim() === "499")).toBe(true);
    expect(shown(many, undefined, "", [["$", false]])).toEqual(["[ 500 items ]"]);
  });
});

function read(text: string): NonNullable<ReturnType<typeof readJson>> {
  const node = readJson(text);
  if (!node) throw new Error("not JSON");
  return node;
}
