import { EditorState } from "@codemirror/state";
import { ensureSyntaxTree } from "@codemirror/language";
import { describe, expect, it } from "vitest";

import type { ExportFile, ExportPlaceholder, ImportedWorkflow } from "../backend";
import { declaresWorkflows } from "../document";
import { highlighting, languageOf } from "./highlight";
import { documentName, placeIn, savingWords } from "./imports";
import { NO_CHOICE, NO_SETTINGS } from "./settings";
import {
  changeShown,
  type Draft,
  folderOf,
  isAgreed,
  notAgreed,
  overwrites,
  placeholderRows,
  requestOf,
  resultWords,
  standOf,
  textBefore,
} from "./plan";

const DRAFT: Draft = {
  target: "sam",
  json: true,
  name: "",
  anyPartition: false,
  region: "",
  account: "",
  folder: "/tmp/out",
  seen: {},
};
const placeholder = (proposed: string): ExportPlaceholder => ({
  name: proposed,
  proposed,
  description: "",
  value: null,
  reference: null,
  uses: [],
});
const file = (path: string, onDisk: ExportFile["onDisk"], difference = ""): ExportFile => ({
  path,
  text: "new\n",
  onDisk,
  difference,
});

describe("what is asked for", () => {
  it("JSON only where the target has it", () => {
    expect(requestOf(1, DRAFT, NO_SETTINGS).json).toBe(true);
    expect(requestOf(1, { ...DRAFT, target: "terraform" }, NO_SETTINGS).json).toBe(false);
  });
  it("no name and no folder are absent, not empty", () => {
    expect(requestOf(1, { ...DRAFT, name: "  ", folder: " " }, NO_SETTINGS)).toMatchObject({
      name: null,
      folder: null,
    });
    expect(requestOf(1, DRAFT, { ...NO_SETTINGS, machineName: " " }).settings.machineName).toBeNull();
  });
  it("only decisions that decide something", () => {
    const placeholders = {
      A: { ...NO_CHOICE, rename: " ", references: { terraform: " " } },
      B: { ...NO_CHOICE, keepLiteral: true },
      C: { ...NO_CHOICE, rename: " Queue", references: { terraform: "aws_sqs_queue.q.url", pulumi: "" } },
    };
    expect(requestOf(1, DRAFT, { ...NO_SETTINGS, placeholders }).settings.placeholders).toEqual({
      B: { ...NO_CHOICE, keepLiteral: true },
      C: { ...NO_CHOICE, rename: "Queue", references: { terraform: "aws_sqs_queue.q.url" } },
    });
  });
  it("a literal that is kept stays in the table", () => {
    const kept = { B: { ...NO_CHOICE, keepLiteral: true } };
    const seen = { B: placeholder("B") };
    const rows = (shown: ExportPlaceholder[]): unknown =>
      placeholderRows(shown, kept, seen).map((row) => [row.placeholder.proposed, row.choice.keepLiteral]);
    expect(rows([placeholder("C")])).toEqual([
      ["B", true],
      ["C", false],
    ]);
    expect(rows([placeholder("B")])).toEqual([["B", true]]);
  });
});

describe("the text on disk, from the difference", () => {
  const cases: [string, string, string, string][] = [
    [
      "in the middle and at the end",
      "a\nb\nc\nd\nE\nf\ng\nh\ni\nj\n",
      "@@ -2 +2 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n i\n+j\n",
      "a\nb\nc\nd\ne\nf\ng\nh\ni\n",
    ],
    ["an empty file", "a\n", "@@ -1 +1 @@\n+a\n", ""],
    [
      "two places",
      "A\n2\n3\n4\n5\n6\n7\n8\n9\nB\n",
      "@@ -1 +1 @@\n-1\n-x\n+A\n 2\n 3\n 4\n@@ -8 +7 @@\n 7\n 8\n 9\n-10\n+B\n",
      "1\nx\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
    ],
    ["lines that begin with a mark", "-x\n", "@@ -1 +1 @@\n--y\n+-x\n", "-y\n"],
  ];
  it.each(cases)("%s", (_, after, difference, before) => {
    expect(textBefore(after, difference)).toBe(before);
  });
});

describe("agreeing", () => {
  const shown = file("a", "differs", "@@ -1 +1 @@\n-old\n+new\n");
  it("nothing is agreed to by itself", () => {
    expect(notAgreed([shown, file("b", "absent"), file("c", "same")], {})).toEqual([shown]);
    expect(overwrites([shown], {})).toEqual([]);
  });
  it("is about the change that was shown, not about the name", () => {
    const agreements = { a: changeShown(shown) };
    expect(isAgreed(shown, agreements)).toBe(true);
    expect(overwrites([shown], agreements)).toEqual(["a"]);
    const changed = { ...shown, difference: "@@ -1 +1 @@\n-other\n+new\n" };
    expect(notAgreed([changed], agreements)).toEqual([changed]);
    expect(overwrites([{ ...shown, text: "newer\n" }], agreements)).toEqual([]);
  });
  it("says how things stand and went", () => {
    expect(standOf([shown, file("b", "absent"), file("c", "same")])).toBe("1 new, 1 as on disk, 1 differs");
    expect(resultWords({ written: ["a"], unchanged: ["b"] }, "/tmp")).toBe("1 file written to /tmp, 1 unchanged.");
    expect(resultWords({ written: [], unchanged: ["b", "c"] }, "/tmp")).toBe(
      "Nothing to write: 2 files are as exported already in /tmp.",
    );
  });
});

it("folders of paths", () => {
  expect([folderOf("/a/b.json"), folderOf("/b.json"), folderOf("C:\\x\\y.json"), folderOf("b.json")]).toEqual([
    "/a",
    "/",
    "C:\\x",
    null,
  ]);
});

describe("imports", () => {
  const workflow: ImportedWorkflow = {
    name: "order",
    path: "/p/infra/template.yaml",
    id: "Order",
    origin: "sam",
    form: "object",
    text: "{}",
    file: null,
    within: null,
    placeholders: [],
    settings: NO_SETTINGS,
    functions: [],
    notes: [],
    notEditable: null,
    extractable: false,
  };
  it("say where they are and what saving does", () => {
    expect(placeIn("/p", workflow.path)).toBe("infra/template.yaml");
    expect(placeIn("/q", workflow.path)).toBe("/p/infra/template.yaml");
    expect(savingWords(workflow)).toMatch(/writes it back/);
    expect(savingWords({ ...workflow, notEditable: "it is computed" })).toMatch(/copy, because it is computed/);
    expect(savingWords({ ...workflow, file: "/p/a.asl.json" })).toMatch(/the file itself/);
    expect(savingWords({ ...workflow, within: "/p/infra/locals.tf" })).toMatch(/inside locals\.tf/);
    // Its own name, and not one that tells it from others of the same name.
    expect(documentName(Object.assign({}, workflow, { name: "order8" }))).toBe("Order.asl.json");
    expect(documentName({ id: "a/b", text: "StartAt: A\n" })).toBe("a-b.asl.yaml");
  });
  it("templates are told from definitions", () => {
    expect(declaresWorkflows("/p/template.yaml", "Resources:\n  M:\n    Type: AWS::Serverless::StateMachine\n")).toBe(
      true,
    );
    expect(declaresWorkflows("/p/main.tf", "")).toBe(true);
    expect(declaresWorkflows("/p/serverless.yml", "stepFunctions:\n  stateMachines: {}\n")).toBe(true);
    expect(
      declaresWorkflows(
        "/p/a.json",
        '{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:cloudformation:createStack"}}}',
      ),
    ).toBe(false);
  });
});

describe("colours", () => {
  it("follow the file's name", () => {
    expect(
      [
        "template.yaml",
        "main.tf",
        "statemachine/a.asl.json.tftpl",
        "lib/a-stack.ts",
        "app.py",
        "a.policy.json",
        "README",
      ].map(languageOf),
    ).toEqual(["yaml", "terraform", "json", "typescript", "python", "json", "text"]);
  });
  const kinds = (text: string, path: string): string[] => {
    const state = EditorState.create({ doc: text, extensions: highlighting(languageOf(path)) });
    const found: string[] = [];
    ensureSyntaxTree(state, text.length, 1_000)?.iterate({
      enter: (node) => {
        if (!node.type.isTop && node.name !== "Document")
          found.push(`${node.name} ${state.sliceDoc(node.from, node.to)}`);
      },
    });
    return found;
  };
  it("yaml: keys, strings, comments, tags", () => {
    expect(kinds("Name: !Sub 'a # b' # why\nCount: 3\n", "a.yaml")).toEqual([
      "propertyName Name",
      "separator :",
      "keyword !Sub",
      "string 'a # b'",
      "comment # why",
      "propertyName Count",
      "separator :",
      "number 3",
    ]);
  });
  it("terraform: an escaped quote does not end a string", () => {
    expect(kinds('name = "a\\"b" # c', "a.tf")).toEqual([
      "propertyName name",
      "separator =",
      'string "a\\"b"',
      "comment # c",
    ]);
  });
  it("comments over lines end where they end", () => {
    expect(kinds("/* a\nb */ const x", "a.ts")).toEqual(["comment /* a", "comment b */", "keyword const"]);
  });
});
