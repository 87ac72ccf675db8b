// JSON text for reading: kept exactly (1 is not 1.0, large numbers survive), laid out in lines, and compared with another.

export type JsonNode =
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, JsonNode])[] }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | { readonly kind: "string" | "number" | "word"; readonly text: string };

/** Deeper than this is shown as text. */
const DEEPEST = 200;

/** Reads JSON text; nothing if it is not JSON. */
export function readJson(text: string): JsonNode | null {
  let at = 0;
  const space = (): void => {
    while (at < text.length && " \t\r\n".includes(text.charAt(at))) at++;
  };
  const literal = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  const value = (depth: number): JsonNode | null => {
    space();
    const first = text.charAt(at);
    if (depth > DEEPEST) return null;
    if (first === "{") {
      at++;
      const entries: [string, JsonNode][] = [];
      space();
      if (text.charAt(at) === "}") return (at++, { kind: "object", entries });
      for (;;) {
        space();
        const key = literal(STRING);
        space();
        if (key === null || text.charAt(at) !== ":") return null;
        at++;
        const inner = value(depth + 1);
        if (!inner) return null;
        entries.push([key, inner]);
        space();
        const next = text.charAt(at++);
        if (next === "}") return { kind: "object", entries };
        if (next !== ",") return null;
      }
    }
    if (first === "[") {
      at++;
      const items: JsonNode[] = [];
      space();
      if (text.charAt(at) === "]") return (at++, { kind: "array", items });
      for (;;) {
        const inner = value(depth + 1);
        if (!inner) return null;
        items.push(inner);
        space();
        const next = text.charAt(at++);
        if (next === "]") return { kind: "array", items };
        if (next !== ",") return null;
      }
    }
    const string = literal(STRING);
    if (string !== null) return { kind: "string", text: string };
    const number = literal(NUMBER);
    if (number !== null) return { kind: "number", text: number };
    const word = literal(WORD);
    return word === null ? null : { kind: "word", text: word };
  };
  const node = value(0);
  space();
  return at === text.length ? node : null;
}

/** JSON text again, without spaces but otherwise as it was written. */
export function writeJson(node: JsonNode): string {
  if (node.kind === "object") return `{${node.entries.map(([key, value]) => `${key}:${writeJson(value)}`).join(",")}}`;
  if (node.kind === "array") return `[${node.items.map(writeJson).join(",")}]`;
  return node.text;
}

const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

export type Token = {
  readonly kind: "key" | "string" | "number" | "word" | "mark" | "fold";
  readonly text: string;
};
export type Change = "added" | "changed" | null;
export interface Line {
  readonly indent: number;
  readonly tokens: readonly Token[];
  readonly change: Change;
}

const WIDTH = 44;

function flat(node: JsonNode): string {
  if (node.kind === "object")
    return node.entries.length === 0
      ? "{}"
      : `{ ${node.entries.map(([key, value]) => `${key}: ${flat(value)}`).join(", ")} }`;
  if (node.kind === "array") return `[${node.items.map(flat).join(", ")}]`;
  return node.text;
}

function flatTokens(node: JsonNode): Token[] {
  if (node.kind === "object") {
    if (node.entries.length === 0) return [{ kind: "mark", text: "{}" }];
    const inner = node.entries.flatMap(([key, value], index): Token[] => [
      ...(index > 0 ? [{ kind: "mark" as const, text: ", " }] : []),
      { kind: "key", text: key },
      { kind: "mark", text: ": " },
      ...flatTokens(value),
    ]);
    return [{ kind: "mark", text: "{ " }, ...inner, { kind: "mark", text: " }" }];
  }
  if (node.kind === "array") {
    const inner = node.items.flatMap((value, index): Token[] => [
      ...(index > 0 ? [{ kind: "mark" as const, text: ", " }] : []),
      ...flatTokens(value),
    ]);
    return [{ kind: "mark", text: "[" }, ...inner, { kind: "mark", text: "]" }];
  }
  return [{ kind: node.kind, text: node.text }];
}

const isLeaf = (node: JsonNode): boolean => node.kind !== "object" && node.kind !== "array";

function equal(a: JsonNode, b: JsonNode): boolean {
  return flat(a) === flat(b);
}

/** Lays JSON out in lines, short values on one, and marks what `before` did not have or had otherwise. */
export function jsonLines(node: JsonNode, before?: JsonNode | null): Line[] {
  const lines: Line[] = [];
  const put = (indent: number, tokens: Token[], change: Change): void => {
    lines.push({ indent, tokens, change });
  };
  const walk = (
    value: JsonNode,
    indent: number,
    head: Token[],
    tail: Token[],
    old: JsonNode | null | undefined,
    change: Change,
  ): void => {
    const compared = old !== undefined && old !== null;
    if (isLeaf(value) || flat(value).length + indent * 2 <= WIDTH) {
      const differs: Change = change ?? (compared && !equal(value, old) ? "changed" : null);
      put(indent, [...head, ...flatTokens(value), ...tail], differs);
      return;
    }
    const [open, shut] = value.kind === "object" ? ["{", "}"] : ["[", "]"];
    put(indent, [...head, { kind: "mark", text: open }], change);
    if (value.kind === "object") {
      value.entries.forEach(([key, inner], index) => {
        const oldInner =
          compared && old.kind === "object" ? old.entries.find(([name]) => name === key)?.[1] : undefined;
        const added: Change = change ?? (compared && oldInner === undefined ? "added" : null);
        const comma: Token[] = index < value.entries.length - 1 ? [{ kind: "mark", text: "," }] : [];
        walk(
          inner,
          indent + 1,
          [
            { kind: "key", text: key },
            { kind: "mark", text: ": " },
          ],
          comma,
          oldInner,
          added,
        );
      });
    } else if (value.kind === "array") {
      value.items.forEach((inner, index) => {
        const oldInner = compared && old.kind === "array" ? old.items[index] : undefined;
        const added: Change = change ?? (compared && oldInner === undefined ? "added" : null);
        walk(
          inner,
          indent + 1,
          [],
          index < value.items.length - 1 ? [{ kind: "mark", text: "," }] : [],
          oldInner,
          added,
        );
      });
    }
    put(indent, [{ kind: "mark", text: shut }, ...tail], change);
  };
  walk(node, 0, [], [], before, null);
  return lines;
}

/** The same JSON with two spaces of indent; other text as it is. */
export function prettyJson(text: string): string {
  const node = readJson(text);
  if (!node) return text;
  return jsonLines(node)
    .map((line) => "  ".repeat(line.indent) + line.tokens.map((token) => token.text).join(""))
    .join("\n");
}
