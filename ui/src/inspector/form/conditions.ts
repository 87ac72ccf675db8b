// Choice Rules as trees of conditions, and how one becomes another. Pure. Spec: <https://states-language.net/spec.html#choice-state>

import type { Comparison, OperandKind } from "../../backend";
import { type JsonNode, writeJson } from "../../ui";
import { entriesOf, items, member, textOf } from "../place";

export type Condition =
  | { readonly kind: "group"; readonly word: "And" | "Or"; readonly inner: readonly JsonNode[] }
  | { readonly kind: "not"; readonly inner: JsonNode }
  | {
      readonly kind: "compare";
      readonly variable: string;
      readonly operator: string | null;
      readonly operand: JsonNode | undefined;
    };

/** Fields of a rule that are no part of its condition. */
const BESIDE = new Set(["Next", "Assign", "Output", "Comment", "Condition"]);

export function conditionOf(node: JsonNode, operators: readonly Comparison[]): Condition {
  for (const word of ["And", "Or"] as const) {
    const inner = member(node, word);
    if (inner) return { kind: "group", word, inner: items(inner) };
  }
  const not = member(node, "Not");
  if (not) return { kind: "not", inner: not };
  const known = new Set(operators.map((operator) => operator.name));
  const found = entriesOf(node).find(([name]) => known.has(name));
  return {
    kind: "compare",
    variable: textOf(member(node, "Variable")),
    operator: found?.[0] ?? null,
    operand: found?.[1],
  };
}

/** The condition alone, JSON text. */
export function conditionText(node: JsonNode): string {
  if (node.kind !== "object") return writeJson(node);
  const own = entriesOf(node).filter(([name]) => !BESIDE.has(name));
  return `{${own.map(([name, value]) => `${JSON.stringify(name)}:${writeJson(value)}`).join(",")}}`;
}

/** Names of the fields that make the condition. */
export const conditionFields = (node: JsonNode): string[] =>
  entriesOf(node)
    .map(([name]) => name)
    .filter((name) => !BESIDE.has(name));

/** The operand for another operator, JSON text, as much of the old one kept as fits. */
export function operandFor(kind: OperandKind, old: JsonNode | undefined): string {
  const text = textOf(old).trim();
  switch (kind) {
    case "number":
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : "0";
    case "boolean":
      return text === "false" ? "false" : "true";
    case "timestamp":
      return JSON.stringify(/^\d{4}-/.test(text) ? text : "2030-01-01T00:00:00Z");
    case "path":
      return JSON.stringify(text.startsWith("$") ? text : "$.value");
    case "text":
      return JSON.stringify(text === "true" || text === "false" || text.startsWith("$") ? "" : text);
  }
}

/** What was typed as an operand, JSON text. Text that is no number stays text: the finding says what is wrong. */
export function operandTyped(kind: OperandKind, typed: string): string {
  const text = typed.trim();
  if (kind === "number" && /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return text;
  if (kind === "boolean" && (text === "true" || text === "false")) return text;
  return JSON.stringify(typed);
}

const GROUPS: readonly (readonly [string, RegExp])[] = [
  ["Text", /^String/],
  ["Number", /^Numeric/],
  ["True or false", /^Boolean/],
  ["Timestamp", /^Timestamp/],
  ["What it is", /^Is/],
];

/** Operators in groups, those that compare with a path left to the switch beside them. */
export function operatorGroups(
  operators: readonly Comparison[],
): readonly (readonly [string, readonly Comparison[]])[] {
  const plain = operators.filter((operator) => !operator.name.endsWith("Path"));
  return GROUPS.map(([word, pattern]) => [word, plain.filter((operator) => pattern.test(operator.name))] as const);
}
