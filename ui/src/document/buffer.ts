// The text of one open document. The editor owns it: every change lands here first, goes to the backend with the version it
// was made against, and an answer for an older text than the present one is dropped.

import { history, invertedEffects, isolateHistory, redo, redoDepth, undo, undoDepth } from "@codemirror/commands";
import {
  Annotation,
  type ChangeSet,
  Compartment,
  EditorState,
  type Extension,
  StateEffect,
  type Text,
  Transaction,
  type TransactionSpec,
} from "@codemirror/state";
import type { EditorView } from "@codemirror/view";

import { type Analysis, BackendError, call, type Note, type TextChange, type TextRange } from "../backend";
import { changedAnalysis } from "./analysis";

/** The name of a change for "Undo …"; a change without one is typing. */
export const changeName = Annotation.define<string>();
/** Other notes beside the workflow: a step of the same history as the changes of its text. */
const notesChanged = StateEffect.define<{ readonly before: readonly Note[]; readonly after: readonly Note[] }>();
const undoNotes = invertedEffects.of((transaction) =>
  transaction.effects
    .filter((effect) => effect.is(notesChanged))
    .map(({ value }) => notesChanged.of({ before: value.after, after: value.before })),
);
interface Reselected {
  readonly before: readonly string[];
  readonly after: readonly string[];
}
/** Other states are selected by an edit: undoing it selects those from before, redoing it those it selected. */
const reselected = StateEffect.define<Reselected>();
const undoSelecting = invertedEffects.of((transaction) =>
  transaction.effects
    .filter((effect) => effect.is(reselected))
    .map(({ value }) => reselected.of({ before: value.after, after: value.before })),
);
/** A change that came from the backend, which therefore knows it already. */
const fromBackend = Annotation.define<boolean>();

/** How many characters of the file a position of the editor is short of it: the editor counts a line break as one, the
 * file with Windows line ends has two. */
export class LineEnds {
  readonly windows: boolean;
  /** A file that mixes both, whose carriage returns are kept as characters. */
  readonly mixed: boolean;

  constructor(text: string) {
    const returns = text.includes("\r");
    this.windows = returns && !/(^|[^\r])\n|\r(?!\n)/.test(text);
    this.mixed = returns && !this.windows;
  }

  get separator(): string {
    return this.windows ? "\r\n" : "\n";
  }

  toFile(doc: Text, position: number): number {
    return this.windows ? position + doc.lineAt(position).number - 1 : position;
  }

  toEditor(doc: Text, offset: number): number {
    if (!this.windows) return Math.min(offset, doc.length);
    let low = 1;
    let high = doc.lines;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (doc.line(middle).from + middle - 1 <= offset) low = middle;
      else high = middle - 1;
    }
    const line = doc.line(low);
    return Math.min(line.to, Math.max(line.from, offset - low + 1));
  }
}

/** The changes as the backend wants them: offsets into the text before them. */
export function toTextChanges(changes: ChangeSet, before: Text, lineEnds: LineEnds): TextChange[] {
  const list: TextChange[] = [];
  changes.iterChanges((from, to, _fromNew, _toNew, insert) => {
    list.push({
      from: lineEnds.toFile(before, from),
      to: lineEnds.toFile(before, to),
      insert: insert.sliceString(0, insert.length, lineEnds.separator),
    });
  });
  return list;
}

/** The one replacement that turns `before` into `after`, leaving the equal ends alone. */
export function replacement(before: string, after: string): TextChange {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  let tail = 0;
  while (
    tail < shorter - from &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

export interface BufferEvents {
  /** The text changed. */
  changed(): void;
  /** The backend has analysed the present text. */
  analysed(analysis: Analysis): void;
  /** The notes beside the workflow are others now. */
  noted(notes: readonly Note[]): void;
  /** An edit was made, undone or redone which selects other states than were selected before it. */
  selected(before: readonly string[], after: readonly string[]): void;
  /** A change could not be handed over. */
  failed(error: unknown): void;
  /** The text the backend holds. */
  fetchText(): Promise<{ text: string; version: number }>;
}

export interface UndoNames {
  undo: string | null;
  redo: string | null;
}

export class Buffer {
  readonly document: number;
  state: EditorState;
  private view: EditorView | null = null;
  private readonly viewExtensions = new Compartment();
  private version: number;
  /** What the backend said last, in offsets of the file. */
  private analysis: Analysis | null = null;
  private pending: { changes: ChangeSet; before: Text } | null = null;
  private sending: Promise<void> | null = null;
  private saved: Text;
  /** `names[n]` names the change that brought the undo depth to `n`. */
  private names: string[] = [];
  private readonly events: BufferEvents;
  private readonly lineEnds: LineEnds;

  constructor(document: number, text: string, version: number, unsaved: boolean, events: BufferEvents) {
    this.document = document;
    this.version = version;
    this.events = events;
    this.lineEnds = new LineEnds(text);
    this.state = EditorState.create({
      doc: text,
      extensions: [
        history(),
        undoNotes,
        undoSelecting,
        // Otherwise every kind of line end that is pasted becomes the document's own.
        this.lineEnds.mixed ? EditorState.lineSeparator.of("\n") : [],
        this.viewExtensions.of([]),
      ],
    });
    this.saved = unsaved ? this.state.toText("") : this.state.doc;
  }

  get text(): string {
    const { doc } = this.state;
    return doc.sliceString(0, doc.length, this.lineEnds.separator);
  }

  /** The text as the editor counts it: its line breaks are one character long. */
  get shown(): string {
    return this.state.doc.toString();
  }

  get unsaved(): boolean {
    return !this.state.doc.eq(this.saved);
  }

  /** Whether the backend holds the present text, so that what it said last is about this text. */
  get isSettled(): boolean {
    return this.sending === null && this.pending === null;
  }

  /** The editor that shows this text. */
  get editor(): EditorView | null {
    return this.view;
  }

  get hasView(): boolean {
    return this.view !== null;
  }

  /** Lets an editor show and change this text, with what only an editor needs. */
  attach(view: EditorView, extensions: Extension): void {
    this.view = view;
    view.dispatch({ effects: this.viewExtensions.reconfigure(extensions) });
  }

  focus(): void {
    this.view?.focus();
  }

  detach(view: EditorView): void {
    if (this.view !== view) return;
    this.view = null;
    this.state = this.state.update({ effects: this.viewExtensions.reconfigure([]) }).state;
  }

  /** Every transaction passes here, from an editor or not. */
  receive(transactions: readonly Transaction[]): void {
    let changed = false;
    for (const transaction of transactions) {
      this.state = transaction.state;
      for (const effect of transaction.effects) {
        if (effect.is(reselected)) this.events.selected(effect.value.before, effect.value.after);
        if (!effect.is(notesChanged)) continue;
        this.rememberName(transaction);
        this.events.noted(effect.value.after);
        this.events.changed();
      }
      if (!transaction.docChanged) continue;
      changed = true;
      this.rememberName(transaction);
      if (transaction.annotation(fromBackend) !== true) {
        this.pending =
          this.pending === null
            ? { changes: transaction.changes, before: transaction.startState.doc }
            : { changes: this.pending.changes.compose(transaction.changes), before: this.pending.before };
      }
    }
    if (!changed) return;
    this.events.changed();
    this.send();
  }

  dispatch(spec: TransactionSpec): void {
    if (this.view) this.view.dispatch(spec);
    else this.receive([this.state.update(spec)]);
  }

  undo(): boolean {
    return undo({
      state: this.state,
      dispatch: (transaction) => {
        this.pass(transaction);
      },
    });
  }

  redo(): boolean {
    return redo({
      state: this.state,
      dispatch: (transaction) => {
        this.pass(transaction);
      },
    });
  }

  undoNames(): UndoNames {
    const depth = undoDepth(this.state);
    return {
      undo: depth > 0 ? (this.names[depth] ?? "typing") : null,
      redo: redoDepth(this.state) > 0 ? (this.names[depth + 1] ?? "typing") : null,
    };
  }

  /** Replaces the whole text by what the backend now holds, as one step that can be undone. */
  replaceFromBackend(text: string, version: number, name: string): void {
    this.pending = null;
    this.version = version;
    const present = this.text;
    if (present !== text) {
      this.dispatch({
        changes: this.toEditorChanges([replacement(present, text)]),
        annotations: [fromBackend.of(true), changeName.of(name), Transaction.userEvent.of("reload")],
      });
    }
    this.saved = this.state.doc;
    this.events.changed();
  }

  /** Applies an edit as one step of its own, with the states that are selected before and after it. */
  applyEdit(changes: TextChange[], name: string, selection?: Reselected): void {
    this.dispatch({
      changes: this.toEditorChanges(changes),
      // Where nothing changes there is no step to undo.
      effects: selection && changes.length > 0 ? reselected.of(selection) : [],
      annotations: [changeName.of(name), isolateHistory.of("full"), Transaction.userEvent.of("edit")],
    });
    if (selection && changes.length === 0) this.events.selected(selection.before, selection.after);
  }

  /** Changes the notes, as one step of its own. */
  applyNotes(before: readonly Note[], after: readonly Note[], name: string): void {
    this.dispatch({
      effects: notesChanged.of({ before, after }),
      annotations: [changeName.of(name), isolateHistory.of("full"), Transaction.userEvent.of("edit")],
    });
  }

  /** An offset into the file for a position of the editor. */
  toFile(position: number): number {
    return this.lineEnds.toFile(this.state.doc, position);
  }

  toEditor(offset: number): number {
    return this.lineEnds.toEditor(this.state.doc, offset);
  }

  private toEditorChanges(changes: TextChange[]): { from: number; to: number; insert: Text }[] {
    const { doc } = this.state;
    return changes.map(({ from, to, insert }) => ({
      from: this.lineEnds.toEditor(doc, from),
      to: this.lineEnds.toEditor(doc, to),
      insert: this.state.toText(insert),
    }));
  }

  markSaved(doc: Text, version: number): void {
    this.version = version;
    this.saved = doc;
    this.events.changed();
  }

  /** Resolves when the backend holds the present text. */
  async settled(): Promise<void> {
    while (this.sending) await this.sending;
  }

  get currentVersion(): number {
    return this.version;
  }

  private pass(transaction: Transaction): void {
    if (this.view) this.view.dispatch(transaction);
    else this.receive([transaction]);
  }

  private rememberName(transaction: Transaction): void {
    if (transaction.isUserEvent("undo") || transaction.isUserEvent("redo")) return;
    const depth = undoDepth(transaction.state);
    const name = transaction.annotation(changeName);
    this.names.length = Math.min(this.names.length, depth + 1);
    if (name !== undefined || this.names[depth] === undefined) this.names[depth] = name ?? "typing";
  }

  private send(): void {
    if (this.sending || this.pending === null) return;
    const { changes, before } = this.pending;
    this.pending = null;
    this.sending = this.hand(toTextChanges(changes, before, this.lineEnds)).finally(() => {
      this.sending = null;
      if (this.pending !== null) this.send();
    });
  }

  private async hand(changes: TextChange[]): Promise<void> {
    try {
      await this.change(this.version, changes);
    } catch (error) {
      try {
        if (!(error instanceof BackendError) || error.code !== "staleVersion") throw error;
        await this.catchUp();
      } catch (still) {
        this.events.failed(still);
      }
    }
  }

  /** The backend has another text than we thought: learn which, and hand over ours. */
  private async catchUp(): Promise<void> {
    const theirs = await this.events.fetchText();
    this.pending = null;
    const change = replacement(theirs.text, this.text);
    await this.change(theirs.version, [change]);
  }

  private async change(baseVersion: number, changes: TextChange[]): Promise<void> {
    const known = this.analysis?.version;
    const change = await call("change_document", {
      document: this.document,
      baseVersion,
      changes,
      ...(known === undefined ? {} : { known }),
    });
    this.version = change.version;
    this.analysis = changedAnalysis(this.analysis, change);
    if (this.pending === null) this.events.analysed(this.localise(this.analysis));
  }

  /** Takes up a whole analysis, which later changes build on. Answers it with its offsets as positions of the editor. */
  adopt(analysis: Analysis): Analysis {
    this.analysis = analysis;
    return this.localise(analysis);
  }

  /** The analysis with its offsets as positions of the editor. */
  private localise(analysis: Analysis): Analysis {
    if (!this.lineEnds.windows) return analysis;
    const { doc } = this.state;
    const range = (range: TextRange): TextRange => ({
      ...range,
      from: this.lineEnds.toEditor(doc, range.from),
      to: this.lineEnds.toEditor(doc, range.to),
    });
    return {
      ...analysis,
      diagnostics: analysis.diagnostics.map((diagnostic) => ({ ...diagnostic, range: range(diagnostic.range) })),
      graph: analysis.graph && {
        nodes: analysis.graph.nodes.map((node) => ({
          ...node,
          range: range(node.range),
          nameRange: range(node.nameRange),
        })),
        edges: analysis.graph.edges.map((edge) => ({ ...edge, range: range(edge.range) })),
      },
    };
  }
}
