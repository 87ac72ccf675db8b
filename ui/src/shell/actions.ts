// Everything a person can do, once: menus, keys and the palette are views of this list.

import { call, explain } from "../backend";
import { say } from "../document";
import { type Action, titleOf, useOverlay } from "./actions/action";
import { fileActions } from "./actions/files";
import { editActions } from "./actions/edit";
import { viewActions } from "./actions/view";
import { runActions } from "./actions/run";

export { type Action, titleOf, useOverlay };

export const actions: readonly Action[] = [
  ...fileActions,
  ...editActions,
  ...viewActions,
  ...runActions,
  {
    id: "palette",
    title: "Command palette",
    group: "Help",
    keys: "Ctrl+K",
    everywhere: true,
    run: () => {
      useOverlay.setState({ overlay: "palette" });
    },
  },
  {
    id: "shortcuts",
    title: "Keyboard shortcuts",
    group: "Help",
    keys: "?",
    run: () => {
      useOverlay.setState({ overlay: "shortcuts" });
    },
  },
  {
    id: "version",
    title: "About Stepwright",
    group: "Help",
    run: () => {
      call("app_info", {}).then(
        (info) => {
          say("info", `Stepwright ${info.version}`);
        },
        (error: unknown) => {
          say("bad", explain(error));
        },
      );
    },
  },
];

export function action(id: string): Action {
  const found = actions.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`there is no action ${id}`);
  return found;
}

export function perform(id: string): void {
  const found = action(id);
  if (found.enabled?.() ?? true) found.run();
}

/** The pressed keys as the table writes them. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): string {
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const shift = event.shiftKey && (event.key.length > 1 || /[A-Z]/.test(key));
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

function inText(target: EventTarget | null): boolean {
  const element = target instanceof Element ? target : null;
  return (
    element?.closest("input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, .editor") !==
      null && element !== null
  );
}

/** Keys for as long as the window lives. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const pressed = chord(event);
    const found =
      actions.find((candidate) => candidate.keys === pressed) ?? (pressed === "Ctrl+Y" ? action("redo") : undefined);
    if (!found || event.defaultPrevented) return;
    if (found.inCode === true) {
      if (!(event.target instanceof Element && event.target.closest(".document-editor"))) return;
    } else if (found.everywhere !== true && inText(event.target)) return;
    // A dialog is up: only what belongs to it.
    if (document.querySelector("dialog[open]") !== null) return;
    event.preventDefault();
    event.stopPropagation();
    perform(found.id);
  };
  // Before the editor, whose own keys would otherwise win over those of the window.
  window.addEventListener("keydown", onKey, { capture: true });
  return () => {
    window.removeEventListener("keydown", onKey, { capture: true });
  };
}
