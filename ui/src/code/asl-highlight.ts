// What plain highlighting of JSON and YAML does not know: names of states, transitions to them, JSONata, paths and intrinsic functions.

import { syntaxTree } from "@codemirror/language";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";

export type Part = {
  from: number;
  to: number;
  kind: "state-name" | "target" | "jsonata" | "path" | "intrinsic" | "type" | "keyword" | "substitution";
};

const TARGETS = new Set(["Next", "Default", "StartAt"]);
const LANGUAGE = new Set([
  "Arguments",
  "Assign",
  "BackoffRate",
  "Branches",
  "Catch",
  "Cause",
  "CausePath",
  "Choices",
  "Comment",
  "Condition",
  "Credentials",
  "Default",
  "End",
  "Error",
  "ErrorEquals",
  "ErrorPath",
  "HeartbeatSeconds",
  "HeartbeatSecondsPath",
  "InputPath",
  "IntervalSeconds",
  "ItemBatcher",
  "ItemProcessor",
  "ItemReader",
  "ItemSelector",
  "Items",
  "ItemsPath",
  "Iterator",
  "JitterStrategy",
  "Label",
  "MaxAttempts",
  "MaxConcurrency",
  "MaxConcurrencyPath",
  "MaxDelaySeconds",
  "Next",
  "Output",
  "OutputPath",
  "Parameters",
  "ProcessorConfig",
  "QueryLanguage",
  "Resource",
  "Result",
  "ResultPath",
  "ResultSelector",
  "ResultWriter",
  "Retry",
  "Seconds",
  "SecondsPath",
  "StartAt",
  "States",
  "TimeoutSeconds",
  "TimeoutSecondsPath",
  "Timestamp",
  "TimestampPath",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
  "Type",
  "Variable",
  "Version",
]);

type Read = (from: number, to: number) => string;

/** A name or a value of either notation. */
interface Word {
  readonly from: number;
  readonly to: number;
  readonly role: "key" | "value";
  /** What holds it, for a key the object, for a value the object's member or an array. */
  readonly holder: SyntaxNode | null;
}

/** JSON quotes always, YAML where somebody wanted to. */
function unquoted({ from, to }: SyntaxNode, read: Read): { from: number; to: number } {
  return /^["']/.test(read(from, from + 1)) ? { from: from + 1, to: to - 1 } : { from, to };
}

function wordOf(node: SyntaxNode, read: Read): Word | null {
  switch (node.name) {
    case "PropertyName":
      return { ...unquoted(node, read), role: "key", holder: node.parent?.parent ?? null };
    case "String":
      return { ...unquoted(node, read), role: "value", holder: node.parent };
    case "Literal":
    case "QuotedLiteral": {
      const inner = unquoted(node, read);
      if (node.parent?.name === "Key") return { ...inner, role: "key", holder: node.parent.parent?.parent ?? null };
      // Behind a tag or an anchor.
      let holder = node.parent;
      while (holder && (holder.name === "Tagged" || holder.name === "Anchored")) holder = holder.parent;
      return { ...inner, role: "value", holder };
    }
    case "BlockLiteralContent":
      return { from: node.from, to: node.to, role: "value", holder: node.parent?.parent ?? null };
    default:
      return null;
  }
}

const isMember = (node: SyntaxNode | null): node is SyntaxNode => node?.name === "Property" || node?.name === "Pair";

function keyOf(member: SyntaxNode, read: Read): string {
  const name = member.getChild("PropertyName") ?? member.getChild("Key")?.firstChild;
  if (!name) return "";
  const { from, to } = unquoted(name, read);
  return read(from, to);
}

/** Whether an object's members are states: it is the value of `States`, itself beside `StartAt`. */
function holdsStates(object: SyntaxNode | null, read: Read): boolean {
  const member = object?.parent ?? null;
  return (
    (object?.name === "Object" || object?.name === "BlockMapping" || object?.name === "FlowMapping") &&
    isMember(member) &&
    keyOf(member, read) === "States"
  );
}

/** The parts of a string or a name of a member that mean something in the States Language. */
export function partsOf(node: SyntaxNode, read: Read): Part[] {
  const word = wordOf(node, read);
  if (!word || word.to <= word.from) return [];
  const inner = { from: word.from, to: word.to };
  if (word.role === "key") {
    if (holdsStates(word.holder, read)) return [{ ...inner, kind: "state-name" }];
    return LANGUAGE.has(read(inner.from, inner.to)) ? [{ ...inner, kind: "keyword" }] : [];
  }
  const text = read(inner.from, inner.to);
  const key = isMember(word.holder) ? keyOf(word.holder, read) : "";
  if (/^\s*\{%[\s\S]*%\}\s*$/.test(text)) return [{ ...inner, kind: "jsonata" }];
  if (TARGETS.has(key)) return [{ ...inner, kind: "target" }];
  if (key === "Type") return [{ ...inner, kind: "type" }];
  if (/^States\.[A-Z][A-Za-z0-9]*\(/.test(text)) return [{ ...inner, kind: "intrinsic" }];
  if (
    /^\$\$?([.[]|$)/.test(text) &&
    (key.endsWith(".$") || key.endsWith("Path") || key === "Variable" || text.length > 1)
  )
    return [{ ...inner, kind: "path" }];
  return [...text.matchAll(/\$\{[^}]*\}/g)].map((match) => ({
    from: inner.from + match.index,
    to: inner.from + match.index + match[0].length,
    kind: "substitution",
  }));
}

const marks = Object.fromEntries(
  (["state-name", "target", "jsonata", "path", "intrinsic", "type", "keyword", "substitution"] as const).map((kind) => [
    kind,
    Decoration.mark({ class: `asl-${kind}` }),
  ]),
) as Record<Part["kind"], Decoration>;

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const read: Read = (from, to) => view.state.sliceDoc(from, to);
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: ({ node }) => {
        for (const part of partsOf(node, read)) builder.add(part.from, part.to, marks[part.kind]);
      },
    });
  }
  return builder.finish();
}

export const aslHighlight = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state))
        this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
