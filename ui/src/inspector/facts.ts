// The fields of a state, read from its text, in two kinds: those that fit a line, and those worth a box.

import { readJson, writeJson } from "../ui";

export interface Facts {
  readonly plain: readonly { readonly name: string; readonly value: string }[];
  readonly nested: readonly { readonly name: string; readonly value: string }[];
}

/** Shown elsewhere in the inspector. */
const ELSEWHERE = new Set([
  "Type",
  "Comment",
  "Resource",
  "Next",
  "End",
  "Default",
  "Choices",
  "States",
  "Branches",
  "ItemProcessor",
  "Iterator",
  "QueryLanguage",
]);
const SHORT = 46;

function unquote(text: string): string {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
}

export function factsOf(text: string): Facts | null {
  const node = readJson(text);
  if (node?.kind !== "object") return null;
  const plain: { name: string; value: string }[] = [];
  const nested: { name: string; value: string }[] = [];
  for (const [key, value] of node.entries) {
    const name = unquote(key);
    if (ELSEWHERE.has(name)) continue;
    const written = writeJson(value);
    if (value.kind === "object" || value.kind === "array") nested.push({ name, value: written });
    else if (written.length > SHORT) nested.push({ name, value: unquote(written) });
    else plain.push({ name, value: unquote(written) });
  }
  return { plain, nested };
}
