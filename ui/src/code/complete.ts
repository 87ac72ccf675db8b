// Completion: the backend knows what could stand at a place, this matches it with what has been typed of it.

import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
  startCompletion,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

import { BackendError, call, type CompletionItem, explain } from "../backend";
import { bufferOf, say, useDocuments } from "../document";

/** An item with its change as positions of the editor. */
export type Item = Omit<CompletionItem, "change"> & {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
};

/** Where the letters of `typed` stand in `label`, in order, and how far that is from typing it; nothing if they do not. */
export function matchOf(typed: string, label: string): { cost: number; ranges: number[] } | null {
  if (typed === "") return { cost: 0, ranges: [] };
  const wanted = typed.toLowerCase(),
    hay = label.toLowerCase();
  const whole = hay.indexOf(wanted);
  if (whole >= 0) {
    const begins = whole === 0 || /[^\p{L}\p{N}]/u.test(hay.charAt(whole - 1)) || /\p{Lu}/u.test(label.charAt(whole));
    return {
      cost: whole === 0 ? (label.startsWith(typed) ? 0 : 1) : begins ? 2 : 3,
      ranges: [whole, whole + wanted.length],
    };
  }
  const ranges: number[] = [];
  let at = -1;
  for (const letter of wanted) {
    if (/\s/.test(letter)) continue;
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) return null;
    if (ranges.at(-1) === next) ranges[ranges.length - 1] = next + 1;
    else ranges.push(next, next + 1);
    at = next;
  }
  return { cost: 4 + ranges.length, ranges };
}

/** What of an item stands before the cursor already. */
export function typedOf(before: string, insert: string): string {
  // A value without its quotes is replaced together with what was typed of it.
  const bare = before.replace(/^["']/, "");
  return insert.startsWith('"') || !before.startsWith('"') ? bare : before;
}

/** The change that writes a key also writes the colon after it, where there is none yet. */
export function withColon(item: Item, after: string): Pick<Item, "to" | "insert"> {
  if (item.kind !== "field") return item;
  const quote = /^["']/.exec(after)?.[0] ?? "";
  const quoted = item.insert.startsWith('"') || quote === "" ? "" : quote;
  if (/^\s*:/.test(after.slice(quoted.length))) return item;
  return { to: item.to + quoted.length, insert: `${item.insert}${quoted}: ` };
}

const DELAY = 120;
const TYPES: Record<CompletionItem["kind"], string> = {
  field: "field",
  state: "state",
  value: "value",
  error: "error",
  resource: "resource",
  function: "function",
  variable: "variable",
  path: "path",
};

function info({ label, detail, help }: Item): Completion["info"] {
  // A signature is shown whole; what kind of state it is the list says already.
  const signature = detail.includes("(") ? (detail.startsWith(label) ? detail : `${label}${detail}`) : "";
  if (help === "" && signature.length < 40) return undefined;
  return () => {
    const box = document.createElement("div");
    if (signature !== "") box.append(Object.assign(document.createElement("code"), { textContent: signature }));
    if (help !== "") box.append(Object.assign(document.createElement("p"), { textContent: help }));
    return { dom: box };
  };
}

function optionOf(item: Item, view: EditorView, doc: EditorView["state"]["doc"], rank: number): Completion {
  const shown = info(item);
  return {
    label: item.label,
    type: TYPES[item.kind],
    sortText: String(rank).padStart(5, "0"),
    ...(item.detail === ""
      ? {}
      : { detail: item.detail.startsWith(item.label) ? item.detail.slice(item.label.length) : item.detail }),
    ...(shown ? { info: shown } : {}),
    apply: (target, completion, from, to) => {
      const known = target.state.doc === doc;
      const change = known
        ? { from: item.from, ...withColon(item, target.state.sliceDoc(item.to, item.to + 40)) }
        : { from, to, insert: item.insert };
      // Inside of quotes the cursor goes behind them once the value is whole.
      const end = change.from + change.insert.length;
      const closes =
        item.kind !== "field" &&
        item.kind !== "function" &&
        item.kind !== "path" &&
        item.kind !== "variable" &&
        target.state.sliceDoc(change.to, change.to + 1) === '"' &&
        target.state.sliceDoc(change.from - 1, change.from) === '"';
      target.dispatch({
        changes: change,
        selection: { anchor: closes ? end + 1 : end },
        annotations: pickedCompletion.of(completion),
        userEvent: "input.complete",
        scrollIntoView: true,
      });
      if (item.kind === "field" && known)
        window.setTimeout(() => {
          if (view.hasFocus) startCompletion(view);
        }, 0);
    },
  };
}

/** Whether what was just typed is worth asking about. */
const TELLING = /["'\w$.#&-]$/;

/** What a state was given when it last ran, JSON text. Whoever knows of runs says how to find it. */
let lastInput: (document: number, node: string) => Promise<string | null> = () => Promise.resolve(null);

export function offerDataOf(find: typeof lastInput): void {
  lastInput = find;
}

/** The innermost state around an offset of the file. */
function stateAround(document: number, offset: number): string | null {
  const nodes = useDocuments.getState().documents[document]?.graph?.nodes ?? [];
  let inner: { id: string; length: number } | null = null;
  for (const { id, name, range } of nodes) {
    const length = range.to - range.from;
    if (name !== "" && range.from <= offset && offset <= range.to && (!inner || length < inner.length))
      inner = { id, length };
  }
  return inner?.id ?? null;
}

async function source(context: CompletionContext, document: number): Promise<CompletionResult | null> {
  const { view, pos, state } = context;
  const buffer = bufferOf(document);
  if (!view || !buffer) return null;
  if (!context.explicit && !TELLING.test(state.sliceDoc(Math.max(0, pos - 1), pos))) return null;
  await buffer.settled();
  if (context.aborted || buffer.state.doc !== state.doc) return null;
  try {
    const offset = buffer.toFile(pos);
    const node = stateAround(document, offset);
    const input = node === null ? null : await lastInput(document, node);
    if (context.aborted || buffer.state.doc !== state.doc) return null;
    const { items } = await call("complete_text", { document, version: buffer.currentVersion, offset, input });
    // A late answer is about a text that is gone.
    if (context.aborted || view.state.doc !== state.doc || buffer.state.doc !== state.doc) return null;
    const local = items.map(({ change, ...item }): Item => ({
      ...item,
      from: buffer.toEditor(change.from),
      to: buffer.toEditor(change.to),
      insert: change.insert,
    }));
    return resultOf(
      local,
      context.explicit,
      pos,
      (from, to) => state.sliceDoc(from, to),
      (item, rank) => optionOf(item, view, state.doc, rank),
    );
  } catch (error) {
    if (context.explicit && !(error instanceof BackendError && error.code === "staleVersion"))
      say("bad", explain(error));
    return null;
  }
}

export function resultOf<Option extends Completion>(
  items: readonly Item[],
  explicit: boolean,
  pos: number,
  read: (from: number, to: number) => string,
  make: (item: Item, rank: number) => Option,
): CompletionResult | null {
  const first = items[0];
  if (!first) return null;
  // Asked about a value that is whole, one wants to see its alternatives.
  const whole =
    explicit &&
    items.some((item) => typedOf(read(item.from, item.to), item.insert).replace(/["']$/, "") === item.label);
  const matches = items.flatMap((item, index) => {
    const found = matchOf(whole ? "" : typedOf(read(Math.min(item.from, pos), pos), item.insert), item.label);
    return found ? [{ item, index, ...found }] : [];
  });
  if (matches.length === 0) return null;
  // Nothing to add to what stands there.
  if (!explicit && matches.length === 1 && matches[0]?.item.insert === read(first.from, first.to)) return null;
  matches.sort((a, b) => a.cost - b.cost || a.index - b.index);
  const ranges = new Map<Completion, readonly number[]>();
  const options = matches.map(({ item, ranges: matched }, rank) => {
    const option = make(item, rank);
    ranges.set(option, matched);
    return option;
  });
  return {
    from: Math.min(pos, ...matches.map(({ item }) => item.from)),
    to: Math.max(pos, ...matches.map(({ item }) => item.to)),
    options,
    filter: false,
    getMatch: (completion) => ranges.get(completion) ?? [],
  };
}

/** What could stand at an offset of a text of its own, with changes of that text. */
export type AskCompletion = (text: string, offset: number) => Promise<readonly CompletionItem[]>;

/** The same completion for a field of a form. */
export function answersFor(ask: AskCompletion): (context: CompletionContext) => Promise<CompletionResult | null> {
  return async (context) => {
    const { view, pos, state } = context;
    if (!view || (!context.explicit && !TELLING.test(state.sliceDoc(Math.max(0, pos - 1), pos)))) return null;
    try {
      const items = await ask(state.sliceDoc(), pos);
      if (context.aborted || view.state.doc !== state.doc) return null;
      return resultOf(
        items.map(({ change, ...item }): Item => ({ ...item, ...change })),
        context.explicit,
        pos,
        (from, to) => state.sliceDoc(from, to),
        (item, rank) => optionOf(item, view, state.doc, rank),
      );
    } catch {
      // Only a help: the field works without it.
      return null;
    }
  };
}

export function completion(document: number): Extension {
  return autocompletion({
    override: [(context) => source(context, document)],
    activateOnTypingDelay: DELAY,
    icons: true,
    maxRenderedOptions: 80,
  });
}
