// What a value of a payload is, how it becomes another kind, and what a field of a call begins with. Pure.

import type { FieldKind, IntegrationField } from "../../backend";
import type { JsonNode } from "../../ui";
import { isJsonata } from "../../code";
import { unquote } from "../place";

export type ValueKind = "text" | "number" | "boolean" | "null" | "object" | "list" | "expression";

export const KIND_WORDS: Record<ValueKind, string> = {
  text: "Text",
  number: "Number",
  boolean: "True or false",
  null: "Null",
  object: "Object",
  list: "List",
  expression: "Expression",
};

/** Under JSONPath a name that ends in `.$` makes its value an expression. */
export const isDynamicKey = (key: string): boolean => key.endsWith(".$");
export const plainKey = (key: string): string => (isDynamicKey(key) ? key.slice(0, -2) : key);

export function kindOf(node: JsonNode, dynamic: boolean, jsonata: boolean): ValueKind {
  switch (node.kind) {
    case "object":
      return "object";
    case "array":
      return "list";
    case "number":
      return "number";
    case "word":
      return node.text === "null" ? "null" : "boolean";
    case "string":
      return dynamic || (jsonata && isJsonata(unquote(node.text))) ? "expression" : "text";
  }
}

/** What stands between the marks of a JSONata string. */
export const bodyOf = (text: string): string => text.replace(/^\s*\{%\s*/, "").replace(/\s*%\}\s*$/, "");

/** JSON text of the value as another kind, as much of it kept as means something there. */
export function convert(node: JsonNode, from: ValueKind, to: ValueKind, jsonata: boolean): string {
  const text =
    node.kind === "string" ? unquote(node.text) : node.kind === "number" || node.kind === "word" ? node.text : "";
  switch (to) {
    case "text":
      return JSON.stringify(from === "expression" && jsonata ? bodyOf(text) : text);
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text.trim()) ? text.trim() : "0";
    case "boolean":
      return text === "false" ? "false" : "true";
    case "null":
      return "null";
    case "object":
      return "{}";
    case "list":
      return "[]";
    case "expression": {
      if (!jsonata) return JSON.stringify(/^(\$|States\.)/.test(text) ? text : "$");
      if (isJsonata(text)) return JSON.stringify(text);
      const literal = node.kind === "string" ? (text === "" ? "$states.input" : JSON.stringify(text)) : text;
      return JSON.stringify(`{% ${literal === "" ? "$states.input" : literal} %}`);
    }
  }
}

/** What adding a field of a call writes: its required fields with it. */
export function initialOf(kind: FieldKind, depth = 0): string {
  switch (kind.type) {
    case "string":
    case "blob":
      return '""';
    case "choice":
      return JSON.stringify(kind.values[0] ?? "");
    case "boolean":
      return "true";
    case "integer":
    case "number":
      return "0";
    case "timestamp":
      return '"2030-01-01T00:00:00Z"';
    case "list":
      return "[]";
    case "json":
    case "map":
    case "oneOf":
      return "{}";
    case "object": {
      const required = depth > 4 ? [] : kind.fields.filter((field) => field.required);
      return `{${required.map((field) => `${JSON.stringify(field.name)}:${initialOf(field.kind, depth + 1)}`).join(",")}}`;
    }
  }
}

export const FIELD_WORDS: Record<FieldKind["type"], string> = {
  string: "text",
  choice: "one of a few words",
  boolean: "true or false",
  integer: "whole number",
  number: "number",
  timestamp: "timestamp",
  blob: "bytes as text",
  json: "any JSON",
  list: "list",
  map: "object with keys of its own",
  object: "object",
  oneOf: "object with one of these",
};

/** The fields inside a value of this kind. */
export function fieldsInside(kind: FieldKind | undefined): readonly IntegrationField[] {
  if (kind?.type === "object" || kind?.type === "oneOf") return kind.fields;
  return [];
}

/** How many values there are, up to a limit. */
export function sizeOf(node: JsonNode, limit: number): number {
  let count = 1;
  const inner =
    node.kind === "object" ? node.entries.map(([, value]) => value) : node.kind === "array" ? node.items : [];
  for (const value of inner) {
    if (count > limit) return count;
    count += sizeOf(value, limit - count);
  }
  return count;
}
