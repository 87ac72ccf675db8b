// Named edits: the backend works out what changes in the text, the buffer applies it as one step with a name.

import { BackendError, call, type Diagnostic, type DocumentEdit, type EditPlanned, explain } from "../backend";
import { underWay } from "./drafts";
import { say } from "./files";
import { selectedStates, useSelection } from "./selection";
import { bufferOf, tabKey, useDocuments } from "./store";

const TRIES = 3;

interface Options {
  readonly quiet?: boolean;
  /** Leaves the selection where it is. */
  readonly stay?: boolean;
  /** Another name for undo than the plan's. */
  readonly name?: (label: string) => string;
  /** Told why an edit cannot be done, in place of a message. */
  readonly refused?: (why: string) => void;
}

/** Asks the backend about the present text until the answer is about the present text; nothing if it cannot say. */
async function settledAnswer(
  document: number,
  ask: (baseVersion: number) => Promise<EditPlanned>,
  refuse: (why: string) => void,
): Promise<EditPlanned | null> {
  for (let left = TRIES; left > 0; left--) {
    const buffer = bufferOf(document);
    if (!buffer) return null;
    await buffer.settled();
    try {
      const revision = buffer.state.doc;
      const planned = await ask(buffer.currentVersion);
      // Somebody typed while the plan was made: it is for another text.
      if (buffer.state.doc === revision) return planned;
    } catch (error) {
      if (error instanceof BackendError && error.code === "staleVersion") continue;
      refuse(explain(error));
      return null;
    }
  }
  refuse("The text changed while the edit was being made; try again.");
  return null;
}

const telling = (options: Options) =>
  options.refused ??
  ((why: string): void => {
    if (options.quiet !== true) say("bad", why);
  });

/** Does an edit. True if the text changed; a refusal is told to the person. */
export function edit(document: number, what: DocumentEdit, options: Options = {}): Promise<boolean> {
  return underWay(carryOut(document, what, options));
}

async function carryOut(document: number, what: DocumentEdit, options: Options): Promise<boolean> {
  const planned = await settledAnswer(
    document,
    (baseVersion) => call("plan_edit", { document, baseVersion, edit: what }),
    telling(options),
  );
  if (!planned) return false;
  const [foremost, ...others] = planned.select;
  const selection =
    foremost === undefined || options.stay === true
      ? undefined
      : {
          before: selectedStates(tabKey({ kind: "document", document }))(useSelection.getState()),
          after: [...others, foremost],
        };
  bufferOf(document)?.applyEdit(planned.changes, options.name?.(planned.label) ?? planned.label, selection);
  return true;
}

/** States as text for the clipboard; nothing where it cannot be had, which is told to the person. */
export async function copyStates(document: number, states: readonly string[]): Promise<string | null> {
  const buffer = bufferOf(document);
  if (!buffer) return null;
  await buffer.settled();
  try {
    const request = { document, baseVersion: buffer.currentVersion, states: [...states] };
    return (await call("copy_states", request)).fragment;
  } catch (error) {
    say("bad", explain(error));
    return null;
  }
}

/** Gives the document its settled layout. */
export async function format(document: number): Promise<void> {
  const planned = await settledAnswer(
    document,
    (baseVersion) => call("format_document", { document, baseVersion }),
    telling({}),
  );
  if (!planned) return;
  if (planned.changes.length === 0) say("info", "The document has its settled layout already.");
  else bufferOf(document)?.applyEdit(planned.changes, planned.label);
}

/** Mends a problem the way its diagnostic proposes. */
export function applyFix(document: number, problem: Diagnostic): void {
  const buffer = bufferOf(document);
  if (!buffer || !problem.fix) return;
  // The fix of an older text would change the wrong places.
  if (buffer.isSettled && useDocuments.getState().documents[document]?.analysis.diagnostics.includes(problem))
    buffer.applyEdit(problem.fix.changes, problem.fix.title);
  else say("info", "The text has changed since; try again.");
}
