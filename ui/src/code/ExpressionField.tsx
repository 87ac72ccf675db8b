// One expression in a form: coloured text, which becomes an editor with completion while it has the focus.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { EditorState, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  keymap,
  placeholder as placeholderOf,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { type ReactElement, useEffect, useId, useRef, useState } from "react";

import { answersFor, type AskCompletion } from "./complete";
import { ShadowEditor } from "./Editor";
import { type ExpressionLanguage, expressionTokens, pieces, type TokenKind } from "./expression";
import { looks } from "./theme";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly language: ExpressionLanguage;
  readonly onCommit: (value: string) => void;
  /** What could be typed at an offset of the text. */
  readonly ask?: AskCompletion;
  readonly placeholder?: string;
  readonly className?: string;
  readonly invalid?: boolean;
}

const marks: Partial<Record<TokenKind, Decoration>> = Object.fromEntries(
  (["mark", "string", "number", "word", "variable", "function", "path", "plain", "substitution"] as const).map(
    (kind) => [kind, Decoration.mark({ class: `expr-${kind}` })],
  ),
);

function colours(language: ExpressionLanguage) {
  const decorate = (view: EditorView): DecorationSet => {
    const builder = new RangeSetBuilder<Decoration>();
    for (const { from, to, kind } of expressionTokens(view.state.sliceDoc(), language)) {
      const mark = marks[kind];
      if (mark) builder.add(from, to, mark);
    }
    return builder.finish();
  };
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;
      constructor(view: EditorView) {
        this.decorations = decorate(view);
      }
      update(update: ViewUpdate): void {
        if (update.docChanged) this.decorations = decorate(update.view);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
}

const compact = EditorView.theme({
  "&": { height: "auto", fontSize: "12px", backgroundColor: "transparent" },
  ".cm-scroller": { lineHeight: "18px", overflow: "visible" },
  ".cm-content": { padding: "3px 0" },
  ".cm-line": { padding: "0 7px" },
  ".expr-mark, .expr-plain": { color: "var(--dim)" },
  ".expr-string": { color: "var(--ok)" },
  ".expr-number, .expr-word": { color: "var(--flow)" },
  ".expr-variable": { color: "var(--accent)" },
  ".expr-function": { color: "var(--task)" },
  ".expr-path": { color: "var(--data)" },
  ".expr-substitution": { color: "var(--warn)" },
});

/** Where the pointer was pressed, or the whole text. */
type Begin = { readonly x: number; readonly y: number } | "all";

function Editing({
  label,
  value,
  language,
  ask,
  placeholder,
  begin,
  onDone,
}: Omit<Props, "onCommit" | "className" | "invalid"> & {
  begin: Begin;
  /** The new text, or nothing when it was given up. `stay` keeps the focus on the field. */
  onDone: (value: string | null, stay: boolean) => void;
}): ReactElement {
  const id = useId();
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  return (
    <ShadowEditor
      id={id}
      label={label}
      className="expression editing"
      create={(parent) => {
        let over = false;
        const finish = (text: string | null, stay: boolean): boolean => {
          if (!over) {
            over = true;
            done.current(text, stay);
          }
          return true;
        };
        const view = new EditorView({
          parent,
          root: parent,
          state: EditorState.create({
            doc: value,
            selection: { anchor: 0, head: begin === "all" ? value.length : 0 },
            extensions: [
              history(),
              closeBrackets(),
              bracketMatching(),
              drawSelection(),
              EditorView.lineWrapping,
              // Before the looks of the large editor, so that it wins.
              compact,
              looks,
              colours(language),
              placeholder === undefined ? [] : placeholderOf(placeholder),
              ask ? autocompletion({ override: [answersFor(ask)], activateOnTypingDelay: 120, icons: true }) : [],
              keymap.of([
                ...completionKeymap,
                ...closeBracketsKeymap,
                { key: "Enter", run: (target) => finish(target.state.sliceDoc(), true) },
                { key: "Escape", run: () => finish(null, true) },
                ...historyKeymap,
                ...defaultKeymap,
              ]),
              EditorView.domEventHandlers({
                blur: (_, target) => {
                  // The list of completions and the editor share the focus.
                  window.setTimeout(() => {
                    if (!target.hasFocus) finish(target.state.sliceDoc(), false);
                  }, 0);
                },
                keydown: (event) => {
                  // Undo of the field, not of the document; nothing else of the window hears what is typed here.
                  if (event.key !== "Tab") event.stopPropagation();
                },
              }),
            ],
          }),
        });
        window.requestAnimationFrame(() => {
          view.focus();
          if (begin === "all") return;
          const at = view.posAtCoords(begin);
          view.dispatch({ selection: { anchor: at ?? value.length } });
        });
        return view;
      }}
    />
  );
}

export function ExpressionText({ text, language }: { text: string; language: ExpressionLanguage }): ReactElement {
  return (
    <>
      {pieces(text, language).map((piece, index) =>
        piece.kind === null ? (
          piece.text
        ) : (
          <span key={index} className={`expr-${piece.kind}`}>
            {piece.text}
          </span>
        ),
      )}
    </>
  );
}

export function ExpressionField(props: Props): ReactElement {
  const { label, value, language, onCommit, placeholder, className, invalid = false } = props;
  const [begin, setBegin] = useState<Begin | null>(null);
  const [returned, setReturned] = useState(false);
  const view = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!returned) return;
    setReturned(false);
    view.current?.focus();
  }, [returned]);
  if (begin !== null) {
    return (
      <Editing
        {...props}
        begin={begin}
        onDone={(text, stay) => {
          setBegin(null);
          if (stay) setReturned(true);
          if (text !== null && text !== value) onCommit(text);
        }}
      />
    );
  }
  return (
    <div
      ref={view}
      role="textbox"
      aria-label={label}
      aria-invalid={invalid}
      tabIndex={0}
      className={`expression ${className ?? ""}`}
      onMouseDown={(event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        setBegin({ x: event.clientX, y: event.clientY });
      }}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "Enter" || event.key === "F2" || event.key === " ") {
          event.preventDefault();
          setBegin("all");
        }
      }}
    >
      {value === "" ? (
        <span className="placeholder">{placeholder ?? " "}</span>
      ) : (
        <ExpressionText text={value} language={language} />
      )}
    </div>
  );
}
