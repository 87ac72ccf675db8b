// Named edits: the backend works out what changes in the text, the buffer applies it as one step with a name.

import { BackendError, call, type Diagnostic, type DocumentEdit, explain } from "../backend";
import { say } from "./files";
import { select } from "./selection";
import { bufferOf, tabKey } from "./store";

const TRIES = 3;

/** Does an edit. True if the text changed; a refusal is told to the person. */
export async function edit(document: number, what: DocumentEdit, options: { quiet?: boolean; stay?: boolean } = {}): Promise<boolean> {
  for (let left = TRIES; left > 0; left--) {
    const buffer = bufferOf(document);
    if (!buffer) return false;
    await buffer.settled();
    try {
      const revision = buffer.state.doc;
      const planned = await call("plan_edit", { document, baseVersion: buffer.currentVersion, edit: what });
      // Somebody typed while the plan was made: it is for another text.
      if (buffer.state.doc !== revision) continue;
      buffer.applyEdit(planned.changes, planned.label);
      if (planned.select !== null && options.stay !== true) select(tabKey({ kind: "document", document }), { kind: "node", id: planned.select }, "outline");
      return true;
    } catch (error) {
      if (error instanceof BackendError && error.code === "staleVersion") continue;
      if (options.quiet !== true) say("bad", explain(error));
      return false;
    }
  }
  say("bad", "The text changed while the edit was being made; try again.");
  return false;
}

/** Mends a problem the way its diagnostic proposes. */
export function applyFix(document: number, { fix }: Diagnostic): void {
  const buffer = bufferOf(document);
  if (buffer && fix) buffer.applyEdit(fix.changes, fix.title);
}
