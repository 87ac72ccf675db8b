// What an export is asked for and what may be written: plain functions.

import type {
  ExportFile,
  ExportPlaceholder,
  ExportReason,
  ExportRequest,
  ExportTarget,
  PlaceholderChoice,
  ShippingNote,
  WorkflowSettings,
} from "../backend";
import { NO_CHOICE } from "./settings";
import { targetOf } from "./targets";

/** The choices of the dialog that are not the workflow's own settings. */
export interface Draft {
  readonly target: ExportTarget;
  readonly json: boolean;
  readonly name: string;
  readonly anyPartition: boolean;
  /** For the plain policy. */
  readonly region: string;
  readonly account: string;
  readonly folder: string;
  /** Placeholders as they were proposed: a literal that is kept is no longer in the preview. */
  readonly seen: Readonly<Record<string, ExportPlaceholder>>;
}

const orNothing = (text: string | null): string | null => (text === null || text.trim() === "" ? null : text.trim());

/** Whether a choice changes anything. */
export function isChoice(choice: PlaceholderChoice | undefined): choice is PlaceholderChoice {
  return (
    choice !== undefined &&
    (choice.keepLiteral ||
      orNothing(choice.rename) !== null ||
      choice.value !== null ||
      Object.values(choice.references).some((text) => orNothing(text ?? null) !== null))
  );
}

export function requestOf(document: number, draft: Draft, settings: WorkflowSettings): ExportRequest {
  const placeholders: WorkflowSettings["placeholders"] = {};
  for (const [proposed, choice] of Object.entries(settings.placeholders)) {
    if (!isChoice(choice)) continue;
    const references: PlaceholderChoice["references"] = {};
    for (const [words, text] of Object.entries(choice.references)) {
      const reference = orNothing(text ?? null);
      if (reference !== null) references[words] = reference;
    }
    placeholders[proposed] = { ...choice, rename: orNothing(choice.rename), references };
  }
  return {
    document,
    target: draft.target,
    name: orNothing(draft.name),
    folder: orNothing(draft.folder),
    json: draft.json && targetOf(draft.target).both,
    anyPartition: draft.anyPartition,
    region: orNothing(draft.region),
    account: orNothing(draft.account),
    settings: { ...settings, machineName: orNothing(settings.machineName), placeholders },
  };
}

export interface PlaceholderRow {
  readonly placeholder: ExportPlaceholder;
  readonly choice: PlaceholderChoice;
}

/** Every placeholder of the preview, and those that were turned back into literals, in the order of their proposed names. */
export function placeholderRows(
  shown: readonly ExportPlaceholder[],
  choices: WorkflowSettings["placeholders"],
  seen: Draft["seen"],
): PlaceholderRow[] {
  const rows = new Map<string, PlaceholderRow>();
  for (const [proposed, choice] of Object.entries(choices)) {
    const placeholder = seen[proposed];
    if (choice?.keepLiteral && placeholder) rows.set(proposed, { placeholder, choice });
  }
  for (const placeholder of shown) {
    // The preview may be one from before the last decision.
    rows.set(placeholder.proposed, { placeholder, choice: choices[placeholder.proposed] ?? NO_CHOICE });
  }
  return [...rows.values()].sort((a, b) => a.placeholder.proposed.localeCompare(b.placeholder.proposed));
}

export interface StateRef {
  readonly name: string;
  /** JSON pointer of the state in the definition; nothing where it is not known. */
  readonly pointer: string | null;
}

/** Reasons that say the same, together with their states in the order of the definition. */
export function reasonsByWhy(reasons: readonly ExportReason[]): { why: string; states: StateRef[] }[] {
  const grouped = new Map<string, StateRef[]>();
  for (const { state, pointer, why } of reasons) {
    const states = grouped.get(why) ?? [];
    grouped.set(why, states);
    if (state !== null && states.every((known) => known.name !== state)) states.push({ name: state, pointer });
  }
  return [...grouped].map(([why, states]) => ({ why, states }));
}

const stateName = (pointer: string): string =>
  (pointer.split("/").at(-1) ?? "").replaceAll("~1", "/").replaceAll("~0", "~");

/** Notes that say the same of several states, together. */
export function notesByText(notes: readonly ShippingNote[]): { warning: boolean; text: string; states: StateRef[] }[] {
  const grouped = new Map<string, { warning: boolean; text: string; states: StateRef[] }>();
  for (const { warning, text, pointer } of notes) {
    const name = pointer === null || pointer === "" ? null : stateName(pointer);
    const about = name === null || !text.startsWith(`${name}: `) ? text : text.slice(name.length + 2);
    const group = grouped.get(about) ?? { warning, text: about, states: [] };
    grouped.set(about, group);
    if (name !== null) group.states.push({ name, pointer });
  }
  return [...grouped.values()];
}

const HUNK = /^@@ -(\d+) \+(\d+) @@$/;

/** The text on disk, worked out from the new text and what would change. Line ends are those of the new text. */
export function textBefore(after: string, difference: string): string {
  const lines = after.split(/(?<=\n)/);
  const before: string[] = [];
  let at = 0;
  for (const line of difference.split("\n").slice(0, -1)) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      const start = Number(hunk[2]) - 1;
      before.push(...lines.slice(at, start));
      at = start;
    } else if (line.startsWith("-")) before.push(`${line.slice(1)}\n`);
    else {
      if (!line.startsWith("+")) before.push(lines[at] ?? "");
      at++;
    }
  }
  return [...before, ...lines.slice(at)].join("");
}

/** What was agreed to: for a path, the very change that was on show. */
export type Agreements = Readonly<Record<string, string>>;

/** A change as it was shown; another text on either side is another change. */
export const changeShown = (file: ExportFile): string => `${file.difference}\u0000${file.text}`;

export const isAgreed = (file: ExportFile, agreements: Agreements): boolean =>
  agreements[file.path] === changeShown(file);

/** Files that differ from those on disk and that nobody has agreed to overwrite. */
export function notAgreed(files: readonly ExportFile[], agreements: Agreements): ExportFile[] {
  return files.filter((file) => file.onDisk === "differs" && !isAgreed(file, agreements));
}

export function overwrites(files: readonly ExportFile[], agreements: Agreements): string[] {
  return files.filter((file) => file.onDisk === "differs" && isAgreed(file, agreements)).map((file) => file.path);
}

const count = (many: number, one: string, more: string): string => `${String(many)} ${many === 1 ? one : more}`;

/** `2 new, 1 as on disk, 1 differs`. */
export function standOf(files: readonly ExportFile[]): string {
  const many = (state: ExportFile["onDisk"]): number => files.filter((file) => file.onDisk === state).length;
  const parts = [
    many("absent") > 0 ? `${String(many("absent"))} new` : "",
    many("same") > 0 ? `${String(many("same"))} as on disk` : "",
    many("differs") > 0 ? count(many("differs"), "differs", "differ") : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

export function resultWords(
  result: { written: readonly string[]; unchanged: readonly string[] },
  folder: string,
): string {
  const same = result.unchanged.length === 0 ? "" : `, ${String(result.unchanged.length)} unchanged`;
  if (result.written.length === 0)
    return `Nothing to write: ${count(result.unchanged.length, "file is", "files are")} as exported already in ${folder}.`;
  return `${count(result.written.length, "file", "files")} written to ${folder}${same}.`;
}

/** The folder a path is in; nothing for a bare name. */
export function folderOf(path: string): string | null {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  if (at < 0) return null;
  return at === 0 ? path.slice(0, 1) : path.slice(0, at);
}
