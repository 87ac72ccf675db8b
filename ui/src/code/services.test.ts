import { EditorState, Text } from "@codemirror/state";
import { describe, expect, it } from "vitest";

import type { Diagnostic } from "../backend";
import { type Item, matchOf, resultOf, typedOf, withColon } from "./complete";
import { fixable } from "./fixes";
import { Notations, notationOf } from "./language";

const state = (label: string, from: number, to: number): Item => ({
  label,
  kind: "state",
  detail: "",
  help: "",
  from,
  to,
  insert: label,
});
const field = (label: string, from: number, to: number, insert = label): Item => ({
  label,
  kind: "field",
  detail: "",
  help: "",
  from,
  to,
  insert,
});

describe("what was typed against what could stand there", () => {
  it("likes a beginning best, then the beginning of a word, then letters in order", () => {
    const costs = ["Save Score", "My Save", "unsaved", "Start a Very Even", "Other"].map(
      (label) => matchOf("Save", label)?.cost,
    );
    expect(costs.slice(0, 4)).toEqual([...costs.slice(0, 4)].sort((a, b) => (a ?? 0) - (b ?? 0)));
    expect(new Set(costs.slice(0, 4)).size).toBe(4);
    expect(costs[4]).toBeUndefined();
  });

  it("marks the letters that match", () => {
    expect(matchOf("sc", "Save Score")?.ranges).toEqual([5, 7]);
    expect(matchOf("svs", "Save Score")?.ranges).toEqual([0, 1, 2, 3, 5, 6]);
    expect(matchOf("", "Anything")?.ranges).toEqual([]);
  });

  it("does not count the quotes", () => {
    expect(typedOf('"Sa', '"Save"')).toBe("Sa");
    expect(typedOf("Sa", "Save")).toBe("Sa");
  });

  const offered = (text: string, pos: number, items: Item[], explicit: boolean) =>
    resultOf(
      items,
      explicit,
      pos,
      (from, to) => text.slice(from, to),
      (item) => ({ label: item.label }),
    )?.options.map((option) => option.label) ?? null;

  it("offers the alternatives of a whole value only to whom asks", () => {
    const text = '{"Next": "Save"}',
      items = [state("Load", 10, 14), state("Save", 10, 14)];
    expect(offered(text, 14, items, true)).toEqual(["Load", "Save"]);
    expect(offered(text, 14, items, false)).toBeNull();
    expect(offered('{"Next": "Sa"}', 12, [state("Load", 10, 12), state("Save", 10, 12)], false)).toEqual(["Save"]);
    expect(offered('{"Next": "Zz"}', 12, [state("Load", 10, 12)], true)).toBeNull();
  });

  it("writes the colon of a new field, and leaves one that is there", () => {
    expect(withColon(field("Next", 1, 1, '"Next"'), "}")).toEqual({ to: 1, insert: '"Next": ' });
    expect(withColon(field("Next", 2, 4), '"')).toEqual({ to: 5, insert: 'Next": ' });
    expect(withColon(field("Next", 2, 4), '" : 1')).toMatchObject({ to: 4, insert: "Next" });
    expect(withColon(field("Next", 2, 4), "\n")).toEqual({ to: 4, insert: "Next: " });
    expect(withColon(state("A", 2, 4), "}")).toMatchObject({ to: 4, insert: "A" });
  });
});

describe("quick fixes", () => {
  const problem = (from: number, to: number, fix = true): Diagnostic => ({
    code: "X",
    severity: "error",
    message: "",
    pointer: null,
    state: null,
    range: { from, to, line: 1, column: 1 },
    ...(fix ? { fix: { title: `${String(from)}-${String(to)}`, changes: [] } } : {}),
  });
  const titles = (found: Diagnostic[]) => found.map(({ fix }) => fix?.title);

  it("are those at the cursor, the narrowest first", () => {
    expect(
      titles(
        fixable(
          [problem(0, 50), problem(10, 14), problem(11, 12, false), problem(20, 22)],
          { from: 12, to: 12 },
          { from: 0, to: 40 },
        ),
      ),
    ).toEqual(["10-14", "0-50"]);
  });

  it("are those of the line where none is at the cursor", () => {
    expect(titles(fixable([problem(20, 22), problem(90, 95)], { from: 2, to: 2 }, { from: 0, to: 40 }))).toEqual([
      "20-22",
    ]);
  });
});

describe("the notation of a document", () => {
  const of = (name: string, text: string) => notationOf(name, Text.of(text.split("\n")));

  it("is what the file's name says, else what the text looks like", () => {
    expect(of("/a/flow.asl.json", "StartAt: A")).toBe("json");
    expect(of("flow.asl.YAML", "{}")).toBe("yaml");
    expect(of("flow.asl", "\n\n  StartAt: A")).toBe("yaml");
    expect(of("flow.asl", "\ufeff\n // words\n{}")).toBe("json");
    expect(of("/w.yaml/flow", "")).toBe("json");
  });

  it("is followed when the text is converted", () => {
    const notations = new Notations("json");
    const yaml = EditorState.create({ doc: "StartAt: A" });
    expect(notations.follow("flow", yaml)).not.toBeNull();
    expect(notations.follow("flow", yaml)).toBeNull();
    expect(notations.follow("flow.json", yaml)).not.toBeNull();
  });
});
