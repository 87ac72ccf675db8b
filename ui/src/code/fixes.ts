// Quick fixes: the actions of a problem, in its tooltip and as a short list at the cursor.

import { StateEffect, StateField } from "@codemirror/state";
import { type EditorView, showTooltip, type Tooltip } from "@codemirror/view";

import type { Diagnostic } from "../backend";
import { applyFix, bufferOf, say, useDocuments } from "../document";

/** The problems with a fix that touch the selection, the narrowest first; else those of its line. */
export function fixable(
  diagnostics: readonly Diagnostic[],
  selection: { from: number; to: number },
  line: { from: number; to: number },
): Diagnostic[] {
  const touching = (range: { from: number; to: number }): Diagnostic[] =>
    diagnostics
      .filter(
        (problem) => problem.fix !== undefined && problem.range.from <= range.to && range.from <= problem.range.to,
      )
      .sort((a, b) => a.range.to - a.range.from - (b.range.to - b.range.from));
  const found = touching(selection);
  return found.length > 0 ? found : touching(line);
}

const offer = StateEffect.define<Tooltip | null>();

const offered = StateField.define<Tooltip | null>({
  create: () => null,
  update(tooltip, transaction) {
    for (const effect of transaction.effects) if (effect.is(offer)) return effect.value;
    return transaction.docChanged || transaction.selection ? null : tooltip;
  },
  provide: (field) => showTooltip.from(field),
});

function list(view: EditorView, document: number, problems: readonly Diagnostic[]): HTMLElement {
  const box = window.document.createElement("div");
  box.className = "cm-fixes";
  box.setAttribute("role", "menu");
  box.setAttribute("aria-label", "Fixes");
  const close = (): void => {
    view.dispatch({ effects: offer.of(null) });
    view.focus();
  };
  const buttons = problems.map((problem) => {
    const button = Object.assign(window.document.createElement("button"), {
      type: "button",
      textContent: problem.fix?.title ?? "",
      title: problem.message,
    });
    button.setAttribute("role", "menuitem");
    button.addEventListener("click", () => {
      close();
      applyFix(document, problem);
    });
    return button;
  });
  box.append(...buttons);
  box.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0 && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (step === 0) return close();
    const at = buttons.findIndex((button) => button.matches(":focus"));
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  });
  box.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node && box.contains(event.relatedTarget)) && view.state.field(offered, false))
      view.dispatch({ effects: offer.of(null) });
  });
  return box;
}

export const fixList = offered;

/** Shows what can be mended at the cursor. */
export function offerFixes(document: number): void {
  const view = bufferOf(document)?.editor;
  if (!view) return;
  const { state } = view;
  const { main } = state.selection;
  const problems = fixable(
    useDocuments.getState().documents[document]?.analysis.diagnostics ?? [],
    main,
    state.doc.lineAt(main.head),
  );
  if (problems.length === 0) {
    say("info", "There is nothing to fix on this line.");
    return;
  }
  view.dispatch({
    effects: offer.of({
      pos: main.head,
      create: () => {
        const dom = list(view, document, problems);
        return {
          dom,
          mount: () => {
            dom.querySelector("button")?.focus();
          },
        };
      },
    }),
  });
}
