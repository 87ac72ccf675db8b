import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { ensureSyntaxTree } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";

import { partsOf } from "./asl-highlight";

function found(text: string, language = json()): string[] {
  const state = EditorState.create({ doc: text, extensions: [language] });
  const parts: string[] = [];
  ensureSyntaxTree(state, text.length, 1_000)?.iterate({
    enter: ({ node }) => {
      for (const part of partsOf(node, (from, to) => state.sliceDoc(from, to)))
        parts.push(`${part.kind}: ${state.sliceDoc(part.from, part.to)}`);
    },
  });
  return parts;
}

it("tells names of states from fields that are called the same", () => {
  expect(found('{"States": {"Next": {"Next": "Type", "Type": "Pass"}}}')).toEqual([
    "keyword: States",
    "state-name: Next",
    "keyword: Next",
    "target: Type",
    "keyword: Type",
    "type: Pass",
  ]);
});

it("knows expressions of both languages, and substitutions", () => {
  expect(
    found(
      '{"a": "{% $states.input %}", "b.$": "$.x", "c.$": "States.UUID()", "d": "arn:${Region}:x", "InputPath": "$"}',
    ),
  ).toEqual([
    "jsonata: {% $states.input %}",
    "path: $.x",
    "intrinsic: States.UUID()",
    "substitution: ${Region}",
    "keyword: InputPath",
    "path: $",
  ]);
});

it("leaves plain text alone", () => {
  expect(found('{"price": "$5", "note": "see States.ALL"}')).toEqual([]);
});

it("finds the same in YAML, block and flow, quoted or not", () => {
  expect(
    found('StartAt: "A"\nStates:\n  A:\n    Type: Choice\n    Default: B b\n  B b: {Type: Pass, Next: A}\n', yaml()),
  ).toEqual([
    "keyword: StartAt",
    "target: A",
    "keyword: States",
    "state-name: A",
    "keyword: Type",
    "type: Choice",
    "keyword: Default",
    "target: B b",
    "state-name: B b",
    "keyword: Type",
    "type: Pass",
    "keyword: Next",
    "target: A",
  ]);
  expect(found("Resource: !Sub arn:${Region}:x\nOutput: '{% 1 %}'\nb.$: $.x\n", yaml())).toEqual([
    "keyword: Resource",
    "substitution: ${Region}",
    "keyword: Output",
    "jsonata: {% 1 %}",
    "path: $.x",
  ]);
});
