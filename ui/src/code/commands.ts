// What the code view can do at the cursor of the document in front, for keys, palette and list of shortcuts.

import { startCompletion } from "@codemirror/autocomplete";

import { activeDocument, bufferOf, format, useDocuments } from "../document";
import { offerFixes } from "./fixes";
import { foldStates, goToState, nextReference, unfold } from "./navigate";
import { askToRename } from "./Rename";

const shown = (): number | null => {
  const document = activeDocument(useDocuments.getState());
  return document && bufferOf(document.id)?.hasView ? document.id : null;
};

const here = (work: (document: number, position: number) => void) => (): void => {
  const document = shown();
  if (document === null) return;
  bufferOf(document)?.focus();
  work(document, bufferOf(document)?.state.selection.main.head ?? 0);
};

export const hasCode = (): boolean => shown() !== null;

export const atCursor = {
  complete: here((document) => {
    const view = bufferOf(document)?.editor;
    if (view) startCompletion(view);
  }),
  goToState: here((document, position) => void goToState(document, position)),
  nextReference: here((document, position) => void nextReference(document, position)),
  rename: here((document) => void askToRename(document)),
  fix: here((document) => {
    offerFixes(document);
  }),
  fold: here((document) => {
    foldStates(document);
  }),
  unfold: here((document) => {
    unfold(document);
  }),
};

/** Lays out the document in front, shown as text or not. */
export function formatFront(): void {
  const document = activeDocument(useDocuments.getState());
  if (document) void format(document.id);
}
