// JSON in lines that open and shut, with what is different from another JSON. Pure.

import type { JsonNode, Token } from "./json";

export type TreeChange = "added" | "removed" | "changed";

export interface TreeLine {
  /** `$.order.items[0]` */
  readonly path: string;
  readonly depth: number;
  readonly tokens: readonly Token[];
  readonly change: TreeChange | null;
  /** What was there before, where it changed. */
  readonly old: string | null;
  readonly node: JsonNode;
  /** Whether it opens and shuts, and how it is now. */
  readonly open: boolean | null;
  /** Something of it is left out here: more items, the rest of a text. */
  readonly rest: string | null;
}

export interface TreeView {
  /** By path: opened or shut by hand. */
  readonly turned: ReadonlyMap<string, boolean>;
  /** By path: how many items of an array are shown, or that all of a text is. */
  readonly more: ReadonlyMap<string, number>;
  /** In lower case: what holds it is open. */
  readonly sought: string;
}

const WIDTH = 46;
/** Beyond so many lines nothing opens on its own, unless something changed in it. */
const ENOUGH = 120;
/** Of a long array the first few tell what it is like. */
const LONG = 30;
const FIRST = 12;
const CHARACTERS = 300;

const texts = new WeakMap<JsonNode, string>();

/** The JSON without spaces, fields in the order of their names: equal for equal values. */
export function canonical(node: JsonNode): string {
  const known = texts.get(node);
  if (known !== undefined) return known;
  const text =
    node.kind === "object"
      ? `{${[...node.entries]
          .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
          .map(([key, value]) => `${key}:${canonical(value)}`)
          .join(",")}}`
      : node.kind === "array"
        ? `[${node.items.map(canonical).join(",")}]`
        : node.text;
  texts.set(node, text);
  return text;
}

const equal = (a: JsonNode, b: JsonNode): boolean => a === b || canonical(a) === canonical(b);

/** A path one field further; `key` is JSON text. */
export function pathOf(path: string, key: string): string {
  const name = unquoted(key);
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    ? `${path}.${name}`
    : `${path}['${name.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}']`;
}

function unquoted(key: string): string {
  try {
    return JSON.parse(key) as string;
  } catch {
    return key;
  }
}

function inline(node: JsonNode): Token[] {
  if (node.kind === "object") {
    if (node.entries.length === 0) return [{ kind: "mark", text: "{}" }];
    return [
      { kind: "mark", text: "{ " },
      ...node.entries.flatMap(([key, value], index): Token[] => [
        ...(index > 0 ? [{ kind: "mark" as const, text: ", " }] : []),
        { kind: "key", text: key },
        { kind: "mark", text: ": " },
        ...inline(value),
      ]),
      { kind: "mark", text: " }" },
    ];
  }
  if (node.kind === "array") {
    return [
      { kind: "mark", text: "[" },
      ...node.items.flatMap((value, index): Token[] => [
        ...(index > 0 ? [{ kind: "mark" as const, text: ", " }] : []),
        ...inline(value),
      ]),
      { kind: "mark", text: "]" },
    ];
  }
  return [{ kind: node.kind, text: node.text }];
}

const sizeOf = (node: JsonNode): number =>
  node.kind === "object" ? node.entries.length : node.kind === "array" ? node.items.length : 0;

/** Which items of two arrays belong together: what they have in common at both ends, and the rest by position. */
function pairs(items: readonly JsonNode[], old: readonly JsonNode[]): { pair: (JsonNode | null)[]; gone: JsonNode[] } {
  const most = Math.min(items.length, old.length);
  const same = (a: JsonNode | undefined, b: JsonNode | undefined): boolean => !!a && !!b && equal(a, b);
  let head = 0;
  while (head < most && same(items[head], old[head])) head++;
  let tail = 0;
  while (tail < most - head && same(items[items.length - 1 - tail], old[old.length - 1 - tail])) tail++;
  const pair = items.map((_, index): JsonNode | null => {
    if (index < head) return old[index] ?? null;
    if (index >= items.length - tail) return old[old.length - (items.length - index)] ?? null;
    return index < old.length - tail ? (old[index] ?? null) : null;
  });
  return { pair, gone: old.slice(Math.max(head, items.length - tail), old.length - tail) };
}

/** Lays JSON out in lines. With `before`, what was added, removed or changed against it is marked. */
export function treeLines(node: JsonNode, before: JsonNode | null | undefined, view: TreeView): TreeLine[] {
  const lines: TreeLine[] = [];

  const holds = (value: JsonNode): boolean =>
    view.sought !== "" && canonical(value).toLowerCase().includes(view.sought);

  /** `old`: undefined where nothing is compared, null where there was nothing. */
  const walk = (
    value: JsonNode,
    old: JsonNode | null | undefined,
    path: string,
    depth: number,
    head: Token[],
    tail: Token[],
    forced: TreeChange | null,
  ): void => {
    const change: TreeChange | null =
      forced ?? (old === undefined ? null : old === null ? "added" : equal(value, old) ? null : "changed");
    const put = (tokens: Token[], part: Partial<TreeLine> = {}): void => {
      lines.push({
        path,
        depth,
        tokens: [...head, ...tokens, ...tail],
        change,
        old: null,
        node: value,
        open: null,
        rest: null,
        ...part,
      });
    };
    if (value.kind !== "object" && value.kind !== "array") {
      const whole = view.more.has(path) || value.text.length <= CHARACTERS + 40 || holds(value);
      const text = whole ? value.text : value.text.slice(0, CHARACTERS);
      put([{ kind: value.kind, text }], {
        rest: whole ? null : `… ${(value.text.length - CHARACTERS).toLocaleString("en")} more characters`,
        old: change === "changed" && old ? canonical(old).slice(0, CHARACTERS) : null,
      });
      return;
    }
    // What differs inside is marked there, not on the whole.
    const comparable = change === "changed" && old?.kind === value.kind;
    const turned = view.turned.get(path);
    const short = canonical(value).length + depth * 2 <= WIDTH && !comparable && turned === undefined;
    if (short || sizeOf(value) === 0) {
      put(inline(value), { old: change === "changed" && old ? canonical(old).slice(0, CHARACTERS) : null });
      return;
    }
    const [begin, end] = value.kind === "object" ? ["{", "}"] : ["[", "]"];
    const open = turned ?? (comparable || holds(value) || (lines.length < ENOUGH && depth < 12));
    const own = comparable ? null : change;
    if (!open) {
      const count = sizeOf(value).toLocaleString("en");
      put(
        [
          { kind: "mark", text: `${begin} ` },
          { kind: "fold", text: `${count} ${value.kind === "object" ? "fields" : "items"}` },
          { kind: "mark", text: ` ${end}` },
        ],
        { open: false },
      );
      return;
    }
    lines.push({
      path,
      depth,
      tokens: [...head, { kind: "mark", text: begin }],
      change: own,
      old: null,
      node: value,
      open: true,
      rest: null,
    });
    if (value.kind === "object") inObject(value, comparable ? old : undefined, path, depth, own);
    else inArray(value, comparable ? old : undefined, path, depth, own);
    lines.push({
      path,
      depth,
      tokens: [{ kind: "mark", text: end }, ...tail],
      change: own,
      old: null,
      node: value,
      open: null,
      rest: null,
    });
  };

  const inObject = (
    value: Extract<JsonNode, { kind: "object" }>,
    old: JsonNode | undefined,
    path: string,
    depth: number,
    forced: TreeChange | null,
  ): void => {
    const known = new Map(old?.kind === "object" ? old.entries : []);
    const gone =
      old?.kind === "object" ? old.entries.filter(([key]) => !value.entries.some(([own]) => own === key)) : [];
    const field = (key: string): Token[] => [
      { kind: "key", text: key },
      { kind: "mark", text: ": " },
    ];
    value.entries.forEach(([key, inner], index) => {
      const comma: Token[] = index < value.entries.length - 1 ? [{ kind: "mark", text: "," }] : [];
      walk(inner, old ? (known.get(key) ?? null) : undefined, pathOf(path, key), depth + 1, field(key), comma, forced);
    });
    for (const [key, inner] of gone)
      walk(inner, undefined, `${pathOf(path, key)} (before)`, depth + 1, field(key), [], "removed");
  };

  const inArray = (
    value: Extract<JsonNode, { kind: "array" }>,
    old: JsonNode | undefined,
    path: string,
    depth: number,
    forced: TreeChange | null,
  ): void => {
    const { pair, gone } = old?.kind === "array" ? pairs(value.items, old.items) : { pair: null, gone: [] };
    const limit = view.more.get(path) ?? (value.items.length > LONG ? FIRST : LONG);
    for (const [index, inner] of value.items.entries()) {
      if (index >= limit && !holds(inner)) continue;
      const comma: Token[] = index < value.items.length - 1 ? [{ kind: "mark", text: "," }] : [];
      walk(inner, pair ? (pair[index] ?? null) : undefined, `${path}[${String(index)}]`, depth + 1, [], comma, forced);
    }
    if (value.items.length > limit)
      lines.push({
        path,
        depth: depth + 1,
        tokens: [],
        change: null,
        old: null,
        node: value,
        open: null,
        rest: `… ${(value.items.length - limit).toLocaleString("en")} more items`,
      });
    for (const [index, inner] of gone.slice(0, LONG).entries())
      walk(inner, undefined, `${path}[${String(index)}] (before)`, depth + 1, [], [], "removed");
  };

  walk(node, before === undefined ? undefined : before, "$", 0, [], [], null);
  return lines;
}

/** How many places differ. */
export function countChanges(value: JsonNode, old: JsonNode): Record<TreeChange, number> {
  const counts = { added: 0, removed: 0, changed: 0 };
  const walk = (now: JsonNode, was: JsonNode): void => {
    if (equal(now, was)) return;
    if (now.kind === "object" && was.kind === "object") {
      const known = new Map(was.entries);
      for (const [key, inner] of now.entries) {
        const before = known.get(key);
        if (before) walk(inner, before);
        else counts.added++;
        known.delete(key);
      }
      counts.removed += known.size;
    } else if (now.kind === "array" && was.kind === "array") {
      const { pair, gone } = pairs(now.items, was.items);
      now.items.forEach((inner, index) => {
        const before = pair[index];
        if (before) walk(inner, before);
        else counts.added++;
      });
      counts.removed += gone.length;
    } else counts.changed++;
  };
  walk(value, old);
  return counts;
}
