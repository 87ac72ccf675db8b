// The editor's looks, from the window's own tokens: one theme serves light and dark.

import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const squiggle = (colour: string) => ({
  backgroundImage: "none",
  textDecoration: `underline wavy ${colour} 1px`,
  textUnderlineOffset: "3px",
  textDecorationSkipInk: "none",
});

export const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "var(--bg)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", padding: "8px 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-content ::selection": { backgroundColor: "var(--selection)" },
  ".cm-activeLine": { backgroundColor: "var(--line-active)" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--faint)", border: "none", paddingLeft: "4px" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "30px", padding: "0 6px 0 4px" },
  ".cm-foldGutter .cm-gutterElement": { cursor: "pointer", color: "var(--faint)", width: "14px", textAlign: "center" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--raised)", border: "1px solid var(--line2)", color: "var(--dim)", padding: "0 6px", borderRadius: "4px" },
  "&:not(.cm-focused) .cm-matchingBracket": { backgroundColor: "transparent", outline: "none" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-bg)", outline: "1px solid var(--line2)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-bg)" },
  ".cm-searchMatch": { backgroundColor: "var(--warn-bg)", outline: "1px solid var(--warn)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--accent-bg)", outline: "1px solid var(--accent)" },
  ".cm-state-lines": { boxShadow: "inset 2px 0 0 var(--accent)", backgroundColor: "var(--line-active)" },
  ".cm-lintRange-error": squiggle("var(--bad)"),
  ".cm-lintRange-warning": squiggle("var(--warn)"),
  ".cm-lintRange-info": squiggle("var(--accent)"),
  ".cm-lint-marker": { width: "8px", height: "8px", borderRadius: "50%", margin: "6px 3px", content: '""' },
  ".cm-lint-marker-error": { content: '""', backgroundColor: "var(--bad)" },
  ".cm-lint-marker-warning": { content: '""', backgroundColor: "var(--warn)" },
  ".cm-lint-marker-info": { content: '""', backgroundColor: "var(--accent)" },
  ".cm-gutter-lint": { width: "14px" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", border: "1px solid var(--line2)", borderRadius: "6px", boxShadow: "var(--shadow)", color: "var(--text)", fontFamily: "var(--font)" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeftWidth: "3px", maxWidth: "460px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--warn)" },
  ".cm-diagnostic-info": { borderLeftColor: "var(--accent)" },
  ".cm-diagnosticSource": { color: "var(--dim)", fontSize: "11px", fontFamily: "var(--mono)" },
  ".cm-panels": { backgroundColor: "var(--panel)", color: "var(--text)", fontFamily: "var(--font)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
  ".cm-panels.cm-panels-bottom": { borderTop: "1px solid var(--line)" },
  ".cm-panel.cm-search": { padding: "8px 32px 8px 10px", fontSize: "12px" },
  ".cm-panel.cm-search label": { color: "var(--dim)", fontSize: "12px", marginRight: "8px" },
  ".cm-panel.cm-search [name=close]": { color: "var(--dim)", fontSize: "18px", right: "8px", top: "6px", minWidth: "24px", minHeight: "24px", cursor: "pointer" },
  ".cm-textfield": { backgroundColor: "var(--bg)", border: "1px solid var(--line2)", borderRadius: "5px", color: "var(--text)", padding: "3px 7px", fontSize: "12px", fontFamily: "var(--mono)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--raised)", border: "1px solid var(--line2)", borderRadius: "5px", color: "var(--text)", padding: "3px 9px", fontSize: "12px", cursor: "pointer" },
  ".cm-panel.cm-panel-lint ul": { maxHeight: "120px" },
  ".cm-changedLine": { backgroundColor: "var(--ok-bg) !important" },
  ".cm-changedText": { background: "none !important", backgroundColor: "var(--ok-bg) !important" },
  ".cm-deletedChunk": { backgroundColor: "var(--bad-bg)", paddingLeft: "6px" },
  ".cm-deletedChunk .cm-deletedText": { background: "none", backgroundColor: "var(--bad-bg)" },
  // The States Language.
  ".asl-state-name": { color: "var(--text)", fontWeight: "700" },
  ".asl-state-name > *": { color: "inherit" },
  ".asl-target": { color: "var(--flow)" },
  ".asl-target > *": { color: "inherit" },
  ".asl-type > *, .asl-type": { color: "var(--flow)" },
  ".asl-jsonata > *, .asl-jsonata": { color: "var(--task)" },
  ".asl-path > *, .asl-path": { color: "var(--data)" },
  ".asl-intrinsic > *, .asl-intrinsic": { color: "var(--task)" },
  ".asl-substitution > *, .asl-substitution": { color: "var(--warn)" },
  ".asl-keyword > *, .asl-keyword": { color: "var(--key)" },
});

const highlight = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--data)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: tags.number, color: "var(--task)" },
  { tag: [tags.bool, tags.null], color: "var(--flow)" },
  { tag: [tags.separator, tags.squareBracket, tags.brace], color: "var(--dim)" },
]);

export const looks = [theme, syntaxHighlighting(highlight), EditorView.contentAttributes.of({ tabindex: "0" })];
