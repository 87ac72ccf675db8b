import { ChangeSet, Text } from "@codemirror/state";
import { beforeEach, describe, expect, it } from "vitest";

import { FakeBackend } from "../testing/fake-backend";
import { LineEnds, replacement, toTextChanges } from "./buffer";
import { select, selectedStates, useSelection } from "./selection";
import { adopt, adoptText, bufferOf, tabKey, useDocuments } from "./store";

const FLOW = '{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}';
let backend: FakeBackend;
let id = 0;

function open(text: string): number {
  const opened = backend.open(text);
  // Documents of earlier tests stay open; ids must differ.
  const document = ++id + 1_000;
  backend.documents.set(document, { text, version: 1, path: `/w/${String(document)}.json`, name: "flow" });
  adopt({ ...opened, document, path: `/w/${String(document)}.json` });
  return document;
}
const bufferFor = (document: number) => {
  const buffer = bufferOf(document);
  if (!buffer) throw new Error("not open");
  return buffer;
};
const documentFor = (document: number) => {
  const found = useDocuments.getState().documents[document];
  if (!found) throw new Error("not open");
  return found;
};
const held = (document: number): string | undefined => backend.documents.get(document)?.text;

beforeEach(() => {
  backend = new FakeBackend().install();
});

describe("the text of a document", () => {
  it("reaches the backend change by change, in order, however fast one types", async () => {
    const document = open(FLOW);
    const buffer = bufferFor(document);
    let release = (): void => undefined;
    backend.gate = new Promise((done) => {
      release = done;
    });
    for (const letter of "xyz") buffer.dispatch({ changes: { from: buffer.state.doc.length, insert: letter } });
    release();
    await buffer.settled();
    expect(held(document)).toBe(`${FLOW}xyz`);
    const sent = backend.calls.filter((call) => call.command === "change_document");
    expect(sent, "what was typed while the first change was under way goes in one").toHaveLength(2);
  });

  it("keeps the last whole graph while the text is broken, and says that it is old", async () => {
    const document = open(FLOW);
    const buffer = bufferFor(document);
    buffer.dispatch({ changes: { from: 0, to: 1 } });
    await buffer.settled();
    expect(documentFor(document).graphIsOld).toBe(true);
    expect(documentFor(document).graph?.nodes.some((node) => node.name === "A")).toBe(true);
    buffer.undo();
    await buffer.settled();
    expect(documentFor(document).graphIsOld).toBe(false);
  });

  it("is unsaved exactly while it differs from what was saved", () => {
    const document = open(FLOW);
    const buffer = bufferFor(document);
    buffer.dispatch({ changes: { from: 0, insert: " " } });
    expect(documentFor(document).unsaved).toBe(true);
    buffer.undo();
    expect(documentFor(document).unsaved, "undoing back to the saved text leaves nothing to save").toBe(false);
    buffer.redo();
    expect(documentFor(document).unsaved).toBe(true);
  });

  it("gives back with an undone edit what was selected before it", async () => {
    const document = open(FLOW);
    const buffer = bufferFor(document);
    const tab = tabKey({ kind: "document", document });
    const selected = async () => {
      await buffer.settled();
      return selectedStates(tab)(useSelection.getState());
    };
    select(tab, { kind: "node", id: "/States/A" }, "canvas");
    const at = FLOW.indexOf('"A":') + 2;
    const change = [{ from: at, to: at, insert: "2" }];
    buffer.applyEdit(change, "Rename", { before: ["/States/A"], after: ["/States/A2"] });
    expect(await selected()).toEqual(["/States/A2"]);
    buffer.undo();
    expect(await selected()).toEqual(["/States/A"]);
    buffer.redo();
    expect(await selected()).toEqual(["/States/A2"]);
    select(tab, { kind: "node", id: "/States/B" }, "canvas");
    buffer.undo();
    expect(await selected(), "unless something else has been selected since").toEqual(["/States/B"]);
  });

  it("catches up when the backend holds another version", async () => {
    const document = open(FLOW);
    const known = backend.documents.get(document);
    if (known) known.version = 7;
    const buffer = bufferFor(document);
    buffer.dispatch({ changes: { from: 0, insert: " " } });
    await buffer.settled();
    expect(held(document)).toBe(` ${FLOW}`);
    expect(documentFor(document).trouble).toBeNull();
  });

  it("takes the text on disk as one step that can be undone", () => {
    const document = open(FLOW);
    const buffer = bufferFor(document);
    adoptText(
      {
        document,
        path: "/w",
        name: "flow",
        text: FLOW.replace("Pass", "Succeed"),
        version: 2,
        unsaved: false,
        recoveredAt: null,
        readOnly: false,
        recovery: "/w",
        analysis: documentFor(document).analysis,
      },
      "take the text on disk",
    );
    expect(buffer.text).toContain("Succeed");
    expect(documentFor(document).unsaved).toBe(false);
    expect(buffer.undoNames().undo).toBe("take the text on disk");
    buffer.undo();
    expect(buffer.text).toBe(FLOW);
    expect(documentFor(document).unsaved, "the old text is not what is on disk").toBe(true);
  });

  it("names what undo and redo would do", () => {
    const document = open(FLOW);
    const buffer = bufferFor(document);
    expect(buffer.undoNames()).toEqual({ undo: null, redo: null });
    buffer.dispatch({ changes: { from: 0, insert: " " } });
    expect(buffer.undoNames()).toEqual({ undo: "typing", redo: null });
    buffer.undo();
    expect(buffer.undoNames()).toEqual({ undo: null, redo: "typing" });
  });
});

describe("Windows line ends", () => {
  const text = '{\r\n  "a": 1\r\n}';

  it("survive editing", async () => {
    const document = open(text);
    const buffer = bufferFor(document);
    expect(buffer.state.doc.lines).toBe(3);
    buffer.dispatch({ changes: { from: buffer.state.doc.line(2).to, insert: ',\n  "b": 2' } });
    await buffer.settled();
    expect(held(document)).toBe('{\r\n  "a": 1,\r\n  "b": 2\r\n}');
    expect(buffer.text).toBe(held(document));
  });

  it("are counted in both directions", () => {
    const ends = new LineEnds(text);
    const doc = Text.of(text.split("\r\n"));
    for (let position = 0; position <= doc.length; position++)
      expect(ends.toEditor(doc, ends.toFile(doc, position))).toBe(position);
    expect(ends.toFile(doc, doc.line(3).from)).toBe(text.indexOf("}"));
  });

  it("are left alone where a file mixes them", () => {
    expect(new LineEnds("a\r\nb\nc").windows).toBe(false);
  });
});

describe("changes", () => {
  it("carry offsets into the text before them", () => {
    const before = Text.of(["abcdef"]);
    const set = ChangeSet.of(
      [
        { from: 1, to: 2, insert: "X" },
        { from: 4, insert: "YY" },
      ],
      before.length,
    );
    expect(toTextChanges(set, before, new LineEnds(""))).toEqual([
      { from: 1, to: 2, insert: "X" },
      { from: 4, to: 4, insert: "YY" },
    ]);
  });

  it("replace no more than what differs", () => {
    expect(replacement("abcde", "abXde")).toEqual({ from: 2, to: 3, insert: "X" });
    expect(replacement("aa", "aaa")).toEqual({ from: 2, to: 2, insert: "a" });
    expect(replacement("same", "same")).toEqual({ from: 4, to: 4, insert: "" });
  });
});
