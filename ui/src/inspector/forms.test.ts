import { describe, expect, it } from "vitest";

import type { Comparison, StateField } from "../backend";
import { readJson } from "../ui";
import { conditionOf, conditionText, operandFor, operandTyped, operatorGroups } from "./form/conditions";
import { delays, total } from "./form/retries";
import { groupsOf } from "./language";
import { NO_SAMPLE, withSample } from "./try/samples";
import { convert, initialOf, kindOf, sizeOf } from "./value/kinds";

const json = (text: string) => {
  const node = readJson(text);
  if (!node) throw new Error(text);
  return node;
};

const OPERATORS: Comparison[] = [
  { name: "StringEquals", operand: "text" },
  { name: "StringEqualsPath", operand: "path" },
  { name: "NumericLessThan", operand: "number" },
  { name: "IsPresent", operand: "boolean" },
];

describe("retries", () => {
  const backoff = { interval: 2, rate: 2, attempts: 4, longest: null, jitter: false };
  it("wait longer each time, up to the cap", () => {
    expect(delays(backoff)).toEqual([2, 4, 8, 16]);
    expect(delays({ ...backoff, longest: 5 })).toEqual([2, 4, 5, 5]);
    expect(delays({ ...backoff, attempts: 0 })).toEqual([]);
  });
  it("are added up without being drawn", () => {
    expect(total(backoff)).toBe(30);
    expect(total({ ...backoff, longest: 5, attempts: 99_999_999 })).toBe(2 + 4 + 5 * 99_999_997);
    expect(total({ ...backoff, rate: 1, attempts: 10 })).toBe(20);
    expect(total({ ...backoff, attempts: 99_999_999 })).toBe(Infinity);
  });
});

describe("conditions", () => {
  it("are read from rules, at any depth", () => {
    const rule = json(
      '{"Or": [{"Variable": "$.a", "StringEquals": "x"}, {"Not": {"Variable": "$.b", "IsPresent": true}}], "Next": "A"}',
    );
    const condition = conditionOf(rule, OPERATORS);
    expect(condition.kind === "group" && condition.word === "Or" && condition.inner.length).toBe(2);
    expect(conditionText(rule).includes("Next")).toBe(false);
    expect(conditionOf(json('{"Variable": "$.a"}'), OPERATORS)).toEqual({
      kind: "compare",
      variable: "$.a",
      operator: null,
      operand: undefined,
    });
  });
  it("keep as much of an operand as fits another operator", () => {
    expect(operandFor("number", json('"12.5"'))).toBe("12.5");
    expect(operandFor("number", json('"abc"'))).toBe("0");
    expect(operandFor("path", json('"$.x"'))).toBe('"$.x"');
    expect(operandFor("text", json('"$.x"'))).toBe('""');
    expect(operandFor("boolean", undefined)).toBe("true");
    expect(operandTyped("number", "9007199254740993")).toBe("9007199254740993");
    expect(operandTyped("number", "many")).toBe('"many"');
  });
  it("offer operators without those that compare with a path", () => {
    const names = operatorGroups(OPERATORS).flatMap(([, group]) => group.map((operator) => operator.name));
    expect(names).toEqual(["StringEquals", "NumericLessThan", "IsPresent"]);
  });
});

describe("values", () => {
  it("become expressions and come back", () => {
    expect(kindOf(json('"{% 1 %}"'), false, true)).toBe("expression");
    expect(kindOf(json('"{% 1 %}"'), false, false)).toBe("text");
    expect(kindOf(json('"$.a"'), true, false)).toBe("expression");
    expect(convert(json('"it\'s"'), "text", "expression", true)).toBe('"{% \\"it\'s\\" %}"');
    expect(convert(json('"{% $a + 1 %}"'), "expression", "text", true)).toBe('"$a + 1"');
    expect(convert(json("5"), "number", "expression", true)).toBe('"{% 5 %}"');
    expect(convert(json('"$.a"'), "text", "expression", false)).toBe('"$.a"');
    expect(convert(json("1.50"), "number", "text", false)).toBe('"1.50"');
  });
  it("begin with what a call needs", () => {
    expect(
      initialOf({
        type: "object",
        fields: [
          { name: "Bucket", required: true, kind: { type: "string" }, help: null },
          { name: "Key", required: false, kind: { type: "string" }, help: null },
        ],
      }),
    ).toBe('{"Bucket":""}');
  });
  it("are counted up to a limit", () => {
    expect(sizeOf(json('{"a": [1, 2, {"b": 3}]}'), 100)).toBe(6);
    expect(sizeOf(json(`[${"1,".repeat(999)}1]`), 10)).toBeLessThan(15);
  });
});

it("fields stand in groups, and none is left out", () => {
  const field = (name: string, types: string[]): StateField => ({
    name,
    language: null,
    types,
    shape: "value",
    help: "",
  });
  const groups = groupsOf("Task", "JSONPath", [
    field("Resource", ["Task"]),
    field("Seconds", ["Wait"]),
    field("Retry", ["Task"]),
    field("Brandnew", ["Task"]),
    field("Next", ["Task"]),
  ]);
  expect(groups.map((group) => [group.id, group.entries.flatMap((entry) => entry.names)])).toEqual([
    ["work", ["Resource"]],
    ["errors", ["Retry"]],
    ["about", ["Brandnew"]],
  ]);
});

it("samples are kept for the latest workflows, and long ones not at all", () => {
  let samples = { workflows: {} };
  for (let at = 0; at < 40; at++)
    samples = withSample(samples, `w${String(at)}`, "/States/A", { ...NO_SAMPLE, source: "own", input: String(at) });
  expect(Object.keys(samples.workflows)).toHaveLength(30);
  expect(samples.workflows).not.toHaveProperty("w0");
  const long = withSample(samples, "w", "/States/A", { ...NO_SAMPLE, source: "own", input: "x".repeat(70_000) });
  expect(long.workflows["w"]?.["/States/A"]?.input).toBeNull();
});
