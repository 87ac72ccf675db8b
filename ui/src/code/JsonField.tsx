// A small JSON editor for a form: input of a run, result of a task. Says at once whether the text is JSON.

import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json, jsonParseLinter } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { linter } from "@codemirror/lint";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { type ReactElement, useEffect, useRef } from "react";

import { ShadowEditor } from "./Editor";
import { looks } from "./theme";

/** Text that came from outside of the editor. */
const given = Annotation.define<boolean>();

interface Props {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onChange?: (value: string) => void;
  readonly onSubmit?: () => void;
  readonly readOnly?: boolean;
  readonly className?: string;
}

export function JsonField({ id, label, value, onChange, onSubmit, readOnly = false, className }: Props): ReactElement {
  const view = useRef<EditorView | null>(null);
  const told = useRef(new Set<string>());
  const latest = useRef({ onChange, onSubmit });
  useEffect(() => {
    latest.current = { onChange, onSubmit };
  });
  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    if (editor.state.sliceDoc() === value) {
      told.current.clear();
      return;
    }
    // An echo of what was typed a moment ago, while more has been typed since.
    if (told.current.has(value)) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: value },
      annotations: given.of(true),
    });
  }, [value]);
  return (
    <ShadowEditor
      id={id}
      label={label}
      className={`json-field ${className ?? ""}`}
      create={(parent) => {
        const editing: Extension = readOnly
          ? [EditorState.readOnly.of(true)]
          : [
              history(),
              closeBrackets(),
              indentOnInput(),
              linter(jsonParseLinter(), { delay: 150 }),
              keymap.of([
                { key: "Mod-Enter", run: () => (latest.current.onSubmit?.(), true) },
                ...closeBracketsKeymap,
                ...historyKeymap,
              ]),
            ];
        const made = new EditorView({
          parent,
          root: parent,
          state: EditorState.create({
            doc: value,
            extensions: [
              editing,
              json(),
              bracketMatching(),
              drawSelection(),
              looks,
              EditorView.lineWrapping,
              readOnly ? lineNumbers() : [],
              keymap.of(defaultKeymap),
              EditorView.updateListener.of((update) => {
                // What was given is no change by the person: handed back, it would stand against what comes next.
                if (!update.docChanged || update.transactions.every((one) => one.annotation(given) === true)) return;
                const text = update.state.sliceDoc();
                told.current.add(text);
                latest.current.onChange?.(text);
              }),
            ],
          }),
        });
        view.current = made;
        return made;
      }}
      onDispose={() => {
        view.current = null;
      }}
    />
  );
}

/** Why a text is not JSON, in one line; nothing if it is. */
export function jsonTrouble(text: string): string | null {
  if (text.trim() === "") return "Empty: write {} for no input.";
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}
