// Which of its two notations a document is written in. The rules are those of the backend.

import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { Compartment, type EditorState, type Extension, type Text } from "@codemirror/state";

export type Notation = "json" | "yaml";

/** What the file's name says; else what the text begins with. */
export function notationOf(name: string, doc: Text): Notation {
  const ending = /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase();
  if (ending === "json") return "json";
  if (ending === "yaml" || ending === "yml") return "yaml";
  for (let line = 1; line <= doc.lines; line++) {
    const text = doc
      .line(line)
      .text.replace(/^\ufeff/, "")
      .trimStart();
    if (text !== "") return /^(?:[{[]|\/\/|\/\*)/.test(text) ? "json" : "yaml";
  }
  return "json";
}

const EXTENSIONS: Record<Notation, () => Extension> = { json, yaml };

/** The language of one editor, which changes when its text is converted or its file is given another name. */
export class Notations {
  private readonly compartment = new Compartment();
  private present: Notation;

  constructor(notation: Notation) {
    this.present = notation;
  }

  get extension(): Extension {
    return this.compartment.of(EXTENSIONS[this.present]());
  }

  get notation(): Notation {
    return this.present;
  }

  /** What an editor has to be told to have this name and text, if anything. */
  follow(name: string, state: EditorState) {
    const notation = notationOf(name, state.doc);
    if (notation === this.present) return null;
    this.present = notation;
    return this.compartment.reconfigure(EXTENSIONS[notation]());
  }
}
