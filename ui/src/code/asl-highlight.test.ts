import { json } from "@codemirror/lang-json";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";

import { partsOf } from "./asl-highlight";

function found(text: string): string[] {
  const state = EditorState.create({ doc: text, extensions: [json()] });
  const parts: string[] = [];
  ensureSyntaxTree(state, text.length, 1_000)?.iterate({
    enter: ({ node }) => {
      if (node.name !== "PropertyName" && node.name !== "String") return;
      for (const part of partsOf(node, (from, to) => state.sliceDoc(from, to))) parts.push(`${part.kind}: ${state.sliceDoc(part.from, part.to)}`);
    },
  });
  return parts;
}

it("tells names of states from fields that are called the same", () => {
  expect(found('{"States": {"Next": {"Next": "Type", "Type": "Pass"}}}')).toEqual(["keyword: States", "state-name: Next", "keyword: Next", "target: Type", "keyword: Type", "type: Pass"]);
});

it("knows expressions of both languages, and substitutions", () => {
  expect(found('{"a": "{% $states.input %}", "b.$": "$.x", "c.$": "States.UUID()", "d": "arn:${Region}:x", "InputPath": "$"}')).toEqual([
    "jsonata: {% $states.input %}", "path: $.x", "intrinsic: States.UUID()", "substitution: ${Region}", "keyword: InputPath", "path: $",
  ]);
});

it("leaves plain text alone", () => {
  expect(found('{"price": "$5", "note": "see States.ALL"}')).toEqual([]);
});
