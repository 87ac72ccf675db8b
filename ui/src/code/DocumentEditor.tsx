// The text of a document, with live diagnostics, and its selection tied to that of the canvas.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { type Diagnostic as Lint, lintGutter, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { type ReactElement, useEffect, useRef } from "react";
import { create as createStore } from "zustand";

import type { Diagnostic } from "../backend";
import {
  applyFix,
  bufferOf,
  lookAt,
  redoIn,
  select,
  selectedIn,
  stateAt,
  undoIn,
  useDocuments,
  useFollowed,
  useSelection,
} from "../document";
import { usePreferences } from "../ui";
import { breakpointGutter, followDots } from "../debugger";
import { aslHighlight } from "./asl-highlight";
import { completion } from "./complete";
import { ShadowEditor } from "./Editor";
import { fixList } from "./fixes";
import { hoverHelp } from "./help";
import { Notations, notationOf } from "./language";
import { followNames } from "./navigate";
import { looks } from "./theme";

/** Where the cursor is, for the status bar. */
export const useCursor = createStore<{ line: number; column: number } | null>(() => null);

const markState = StateEffect.define<{ from: number; to: number } | null>();

/** The lines of the selected state. */
const stateLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(markState)) continue;
      if (effect.value === null) next = Decoration.none;
      else {
        const { doc } = transaction.state;
        const first = doc.lineAt(Math.min(effect.value.from, doc.length)).number,
          last = doc.lineAt(Math.min(effect.value.to, doc.length)).number;
        const marks = [];
        for (let line = first; line <= last; line++)
          marks.push(Decoration.line({ class: "cm-state-lines" }).range(doc.line(line).from));
        next = Decoration.set(marks);
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Two spaces, four or a tab: whatever the document's own first indented line uses, else what the person likes. */
function indentOf(state: EditorState): string {
  for (let line = 1; line <= Math.min(state.doc.lines, 50); line++) {
    const indent = /^[ \t]+(?=\S)/.exec(state.doc.line(line).text)?.[0];
    if (indent !== undefined) return indent;
  }
  return " ".repeat(usePreferences.getState().tabSize);
}

function editorExtensions(document: number, tab: string): Extension {
  const state = bufferOf(document)?.state;
  const name = (): string =>
    useDocuments.getState().documents[document]?.path ?? useDocuments.getState().documents[document]?.name ?? "";
  const notations = new Notations(state ? notationOf(name(), state.doc) : "json");
  return [
    notations.extension,
    completion(document),
    hoverHelp(document),
    followNames(document),
    fixList,
    breakpointGutter(document),
    lineNumbers(),
    foldGutter({ openText: "▾", closedText: "▸" }),
    lintGutter(),
    highlightActiveLineGutter(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    codeFolding(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    aslHighlight,
    stateLines,
    tellScroll(document, tab),
    looks,
    EditorState.tabSize.of(usePreferences.getState().tabSize),
    indentUnit.of(state ? indentOf(state) : "  "),
    keymap.of([
      { key: "Mod-z", run: () => (undoIn(document), true) },
      { key: "Mod-y", mac: "Mod-Shift-z", run: () => (redoIn(document), true) },
      { key: "Mod-Shift-z", run: () => (redoIn(document), true) },
      ...completionKeymap,
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...foldKeymap,
      { key: "F8", run: nextDiagnostic },
      indentWithTab,
    ]),
    EditorView.updateListener.of(({ docChanged, state: present, view }) => {
      const reconfigured = docChanged ? notations.follow(name(), present) : null;
      // Not within an update of the editor.
      if (reconfigured)
        queueMicrotask(() => {
          view.dispatch({ effects: reconfigured });
        });
    }),
    EditorView.updateListener.of((update) => {
      if (!update.selectionSet && !update.docChanged) return;
      const { head } = update.state.selection.main;
      const line = update.state.doc.lineAt(head);
      useCursor.setState({ line: line.number, column: head - line.from + 1 }, true);
      // Only the person's own moves select; a selection from the canvas moves the cursor too.
      if (
        !update.transactions.some(
          (transaction) => transaction.isUserEvent("select") || transaction.isUserEvent("input"),
        )
      )
        return;
      const graph = useDocuments.getState().documents[document]?.analysis.graph ?? null;
      const found = stateAt(graph, head);
      const before = selectedIn(tab)(useSelection.getState());
      if (found !== null && !(before?.kind === "node" && before.id === found))
        select(tab, { kind: "node", id: found }, "code");
    }),
  ];
}

/** How long after a turn of the wheel a scroll still counts as the person's. */
const OWN_SCROLL = 400;

/** What a person scrolls to, the canvas beside shows too. */
function tellScroll(document: number, tab: string): Extension {
  let moved = 0;
  const byHand = (): boolean => {
    moved = performance.now();
    return false;
  };
  return EditorView.domEventHandlers({
    wheel: byHand,
    touchmove: byHand,
    pointerdown: byHand,
    keydown: (event) => (event.key.startsWith("Page") ? byHand() : false),
    scroll: (_, view) => {
      if (performance.now() - moved > OWN_SCROLL || useDocuments.getState().mode !== "split") return false;
      const top = view.lineBlockAtHeight(view.scrollDOM.scrollTop + Math.min(80, view.scrollDOM.clientHeight / 3));
      const found = stateAt(useDocuments.getState().documents[document]?.analysis.graph ?? null, top.from);
      if (found !== null) lookAt(tab, found, "code");
      return false;
    },
  });
}

function toLint(document: number, diagnostics: readonly Diagnostic[], length: number): Lint[] {
  return diagnostics.map((problem) => {
    const { range, severity, message, code, fix } = problem;
    const from = Math.min(range.from, length);
    return {
      from,
      to: Math.min(Math.max(range.to, from), length),
      severity,
      message,
      source: code,
      ...(fix
        ? {
            actions: [
              {
                name: fix.title,
                apply: () => {
                  applyFix(document, problem);
                },
              },
            ],
          }
        : {}),
    };
  });
}

export function DocumentEditor({ document, tab }: { document: number; tab: string }): ReactElement {
  const view = useRef<EditorView | null>(null);
  const dots = useRef<(() => void) | null>(null);
  const analysis = useDocuments((state) => state.documents[document]?.analysis);
  const selected = useSelection(selectedIn(tab));
  const reveal = useSelection((state) => state.reveal);

  useEffect(() => {
    const editor = view.current;
    if (editor && analysis)
      editor.dispatch(setDiagnostics(editor.state, toLint(document, analysis.diagnostics, editor.state.doc.length)));
  }, [document, analysis]);

  const revealed = useRef(-1);
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const graph = useDocuments.getState().documents[document]?.analysis.graph;
    const node = selected?.kind === "node" ? graph?.nodes.find((candidate) => candidate.id === selected.id) : undefined;
    const edge = selected?.kind === "edge" ? graph?.edges.find((candidate) => candidate.id === selected.id) : undefined;
    const range = node?.range ?? edge?.range ?? null;
    const effects = [markState.of(range)];
    const { origin } = useSelection.getState();
    // A new analysis moves the marks, never the cursor: somebody may be typing.
    const shown = revealed.current === reveal;
    revealed.current = reveal;
    if (shown || origin === "code" || range === null || range.to > editor.state.doc.length) {
      editor.dispatch({ effects });
      return;
    }
    const anchor = node ? node.nameRange.from : range.from;
    editor.dispatch({
      effects: [...effects, EditorView.scrollIntoView(anchor, { y: "start", yMargin: 60 })],
      selection: { anchor: Math.min(anchor, editor.state.doc.length) },
    });
  }, [selected, reveal, document, analysis?.version]);

  // Somebody moved the canvas beside: its middle comes to the top here, if it is not in view.
  const turn = useFollowed((state) => state.turn);
  useEffect(() => {
    const editor = view.current;
    const followed = useFollowed.getState();
    if (!editor || followed.tab !== tab || followed.by !== "canvas" || followed.state === null) return;
    const graph = useDocuments.getState().documents[document]?.analysis.graph;
    const node = graph?.nodes.find((candidate) => candidate.id === followed.state);
    if (!node || node.nameRange.from > editor.state.doc.length) return;
    const block = editor.lineBlockAt(node.nameRange.from);
    const { scrollTop, clientHeight } = editor.scrollDOM;
    if (block.top < scrollTop || block.top > scrollTop + clientHeight * 0.7)
      editor.dispatch({ effects: EditorView.scrollIntoView(node.nameRange.from, { y: "start", yMargin: 60 }) });
  }, [turn, document, tab]);

  return (
    <ShadowEditor
      id={String(document)}
      label="Definition"
      className="document-editor"
      create={(parent) => {
        const buffer = bufferOf(document);
        const made = new EditorView({
          ...(buffer ? { state: buffer.state } : {}),
          parent,
          root: parent,
          dispatchTransactions: (transactions, target) => {
            target.update(transactions);
            buffer?.receive(transactions);
          },
        });
        buffer?.attach(made, editorExtensions(document, tab));
        view.current = made;
        dots.current = followDots(document, made);
        const known = useDocuments.getState().documents[document]?.analysis;
        if (known)
          made.dispatch(setDiagnostics(made.state, toLint(document, known.diagnostics, made.state.doc.length)));
        return made;
      }}
      onDispose={(made) => {
        dots.current?.();
        bufferOf(document)?.detach(made);
        view.current = null;
        useCursor.setState(null, true);
      }}
    />
  );
}

/** Moves the cursor of the open editor to a place in the text, once it is mounted. */
export function goTo(document: number, position: number): void {
  const attempt = (left: number): void => {
    const buffer = bufferOf(document);
    if (!buffer) return;
    if (!buffer.hasView) {
      if (left > 0)
        window.setTimeout(() => {
          attempt(left - 1);
        }, 30);
      return;
    }
    const at = Math.min(position, buffer.state.doc.length);
    buffer.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "center" }),
      userEvent: "select",
    });
    buffer.focus();
  };
  attempt(20);
}
