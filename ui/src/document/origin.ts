// Definitions that live inside of another file, such as a template: where each came from, and saving it back there.

import { create } from "zustand";

import { call, type ImportedFunction, type ImportedPlaceholder, type WorkflowSettings } from "../backend";
import { replacement } from "./buffer";
import { bufferOf } from "./store";

export interface Origin {
  /** The file it stands in. */
  readonly path: string;
  /** Its logical id, label or key there. */
  readonly id: string;
  /** The file that the definition stands within, if that is another one; saving changes it. */
  readonly within: string | null;
  /** The definition as it was last read from there. */
  readonly base: string;
  /** Why it cannot be saved back; nothing when it can. */
  readonly notEditable: string | null;
  /** Whether it can move to a file of its own, where it can be edited. */
  readonly extractable: boolean;
}

/** What a project says about a workflow, wherever its definition stands. */
export interface Declaration {
  /** The template, the module, the service. */
  readonly path: string;
  /** Its logical id, label or key there. */
  readonly id: string;
  readonly settings: WorkflowSettings;
  readonly placeholders: readonly ImportedPlaceholder[];
  /** Code of the Lambda functions that placeholders stand for. */
  readonly functions: readonly ImportedFunction[];
}

export const useDeclarations = create<{ readonly declarations: Readonly<Record<number, Declaration>> }>(() => ({
  declarations: {},
}));

export function declarationOf(document: number): Declaration | undefined {
  return useDeclarations.getState().declarations[document];
}

export function declare(document: number, declaration: Declaration): void {
  useDeclarations.setState(({ declarations }) => ({ declarations: { ...declarations, [document]: declaration } }));
}

export const useOrigins = create<{ readonly origins: Readonly<Record<number, Origin>> }>(() => ({ origins: {} }));

export function originOf(document: number): Origin | undefined {
  return useOrigins.getState().origins[document];
}

export function setOrigin(document: number, origin: Origin): void {
  useOrigins.setState(({ origins }) => ({ origins: { ...origins, [document]: origin } }));
}

export function forgetOrigin(document: number): void {
  useOrigins.setState(({ origins }) => ({
    origins: Object.fromEntries(Object.entries(origins).filter(([id]) => id !== String(document))),
  }));
}

/** The file that saving changes. */
export const savedInto = (origin: Origin): string => origin.within ?? origin.path;

const saving = new Set<number>();

/** Writes the definition into the file it came from, the rest of which stays as it is. */
export async function saveBack(document: number, origin: Origin): Promise<void> {
  const buffer = bufferOf(document);
  if (!buffer) return;
  saving.add(document);
  try {
    await buffer.settled();
    const { doc } = buffer.state;
    const { text } = buffer;
    if (text !== origin.base) {
      // The file may write the definition in a way of its own, and the next save has to know it as it was written. What is
      // there by now may be somebody else's.
      const saved = await call("import_save", { path: origin.path, id: origin.id, base: origin.base, text });
      setOrigin(document, { ...origin, base: saved.text });
    }
    buffer.markSaved(doc, buffer.currentVersion);
  } finally {
    saving.delete(document);
  }
}

/**
 * The definition as somebody else left it in its file; nothing where it is as it was read. While this window writes it,
 * nobody can say; ask again afterwards.
 */
export async function changedOrigin(document: number): Promise<{ readonly text: string | null } | undefined> {
  if (saving.has(document)) return undefined;
  const now = await call("read_disk_version", { document });
  const origin = originOf(document);
  return saving.has(document) || !origin || origin.base === now.text ? undefined : now;
}

/** Takes the definition as it stands in its file, as one step that can be undone. */
export async function takeFromOrigin(document: number, text: string): Promise<void> {
  const [buffer, origin] = [bufferOf(document), originOf(document)];
  if (!buffer || !origin) return;
  buffer.applyEdit([replacement(buffer.text, text)], "change on disk");
  const { doc } = buffer.state;
  setOrigin(document, { ...origin, base: text });
  await buffer.settled();
  buffer.markSaved(doc, buffer.currentVersion);
}

const DECLARES = /AWS::(?:Serverless|StepFunctions)::StateMachine\b|\bstepFunctions["']?\s*:|\baws_sfn_state_machine\b/;

/** Whether a text looks like a template or a project's file that declares workflows, rather than a definition. */
export function declaresWorkflows(path: string, text: string): boolean {
  return /\.tf$/i.test(path) || DECLARES.test(text);
}
