// Help for what the pointer rests on.

import type { Extension } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";

import { call, type TextHelpItem } from "../backend";
import { bufferOf } from "../document";

function draw({ title, text }: TextHelpItem): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-help";
  box.append(Object.assign(document.createElement("strong"), { textContent: title }));
  for (const line of text.split("\n"))
    if (line !== "") box.append(Object.assign(document.createElement("p"), { textContent: line }));
  return box;
}

export function hoverHelp(document: number): Extension {
  return hoverTooltip(
    async (view, pos) => {
      const buffer = bufferOf(document);
      const { doc } = view.state;
      if (!buffer?.isSettled) return null;
      try {
        const { help } = await call("explain_text", {
          document,
          version: buffer.currentVersion,
          offset: buffer.toFile(pos),
        });
        if (!help || view.state.doc !== doc) return null;
        return {
          pos: buffer.toEditor(help.range.from),
          end: buffer.toEditor(help.range.to),
          above: true,
          create: () => ({ dom: draw(help) }),
        };
      } catch {
        // The text moved on, or the connection is gone, which the window says elsewhere.
        return null;
      }
    },
    { hoverTime: 350, hideOnChange: true },
  );
}
