// What plain JSON highlighting does not know: names of states, transitions to them, JSONata, paths and intrinsic functions.

import { syntaxTree } from "@codemirror/language";
import { RangeSetBuilder } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from "@codemirror/view";
import type { SyntaxNode } from "@lezer/common";

export type Part = { from: number; to: number; kind: "state-name" | "target" | "jsonata" | "path" | "intrinsic" | "type" | "keyword" | "substitution" };

const TARGETS = new Set(["Next", "Default", "StartAt"]);
const LANGUAGE = new Set([
  "Arguments", "Assign", "BackoffRate", "Branches", "Catch", "Cause", "CausePath", "Choices", "Comment", "Condition", "Credentials", "Default", "End", "Error",
  "ErrorEquals", "ErrorPath", "HeartbeatSeconds", "HeartbeatSecondsPath", "InputPath", "IntervalSeconds", "ItemBatcher", "ItemProcessor", "ItemReader", "ItemSelector",
  "Items", "ItemsPath", "Iterator", "JitterStrategy", "Label", "MaxAttempts", "MaxConcurrency", "MaxConcurrencyPath", "MaxDelaySeconds", "Next", "Output",
  "OutputPath", "Parameters", "ProcessorConfig", "QueryLanguage", "Resource", "Result", "ResultPath", "ResultSelector", "ResultWriter", "Retry", "Seconds",
  "SecondsPath", "StartAt", "States", "TimeoutSeconds", "TimeoutSecondsPath", "Timestamp", "TimestampPath", "ToleratedFailureCount", "ToleratedFailurePercentage",
  "Type", "Variable", "Version",
]);

type Read = (from: number, to: number) => string;

function keyOf(property: SyntaxNode, read: Read): string {
  const name = property.getChild("PropertyName");
  return name ? read(name.from + 1, name.to - 1) : "";
}

/** Whether an object's properties are states: it is the value of `States`, itself beside `StartAt`. */
function holdsStates(object: SyntaxNode | null, read: Read): boolean {
  const property = object?.parent;
  return object?.name === "Object" && property?.name === "Property" && keyOf(property, read) === "States";
}

/** The parts of a JSON string or property name that mean something in the States Language. */
export function partsOf(node: SyntaxNode, read: Read): Part[] {
  const inner = { from: node.from + 1, to: node.to - 1 };
  if (inner.to <= inner.from) return [];
  if (node.name === "PropertyName") {
    const object = node.parent?.parent ?? null;
    if (holdsStates(object, read)) return [{ ...inner, kind: "state-name" }];
    const key = read(inner.from, inner.to);
    return LANGUAGE.has(key) ? [{ ...inner, kind: "keyword" }] : [];
  }
  if (node.name !== "String") return [];
  const text = read(inner.from, inner.to);
  const property = node.parent;
  const key = property?.name === "Property" ? keyOf(property, read) : "";
  if (/^\{%[\s\S]*%\}$/.test(text)) return [{ ...inner, kind: "jsonata" }];
  if (TARGETS.has(key)) return [{ ...inner, kind: "target" }];
  if (key === "Type") return [{ ...inner, kind: "type" }];
  if (/^States\.[A-Z][A-Za-z0-9]*\(/.test(text)) return [{ ...inner, kind: "intrinsic" }];
  if (/^\$\$?([.[]|$)/.test(text) && (key.endsWith(".$") || key.endsWith("Path") || key === "Variable" || text.length > 1)) return [{ ...inner, kind: "path" }];
  return [...text.matchAll(/\$\{[^}]*\}/g)].map((match) => ({ from: inner.from + match.index, to: inner.from + match.index + match[0].length, kind: "substitution" }));
}

const marks = Object.fromEntries(
  (["state-name", "target", "jsonata", "path", "intrinsic", "type", "keyword", "substitution"] as const).map((kind) => [kind, Decoration.mark({ class: `asl-${kind}` })]),
) as Record<Part["kind"], Decoration>;

function decorate(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const read: Read = (from, to) => view.state.sliceDoc(from, to);
  for (const { from, to } of view.visibleRanges) {
    syntaxTree(view.state).iterate({
      from,
      to,
      enter: ({ node }) => {
        if (node.name !== "PropertyName" && node.name !== "String") return;
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
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
