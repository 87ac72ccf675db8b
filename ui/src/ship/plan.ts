// What an export is asked for and what may be written: plain functions.

import type { ExportFile, ExportPlaceholder, ExportRequest, ExportTarget, ExportTrigger } from "../backend";
import { targetOf } from "./targets";

export type LogLevel = "OFF" | "ALL" | "ERROR" | "FATAL";

export interface Decision {
  readonly keepLiteral: boolean;
  readonly rename: string;
  /** The placeholder as it was proposed: a literal that is kept is no longer in the preview. */
  readonly seen: ExportPlaceholder;
}

/** The choices of the dialog. */
export interface Draft {
  readonly target: ExportTarget;
  readonly json: boolean;
  readonly name: string;
  readonly express: boolean;
  readonly logging: LogLevel;
  readonly includeData: boolean;
  readonly retentionDays: number;
  readonly tracing: boolean;
  readonly anyPartition: boolean;
  readonly folder: string;
  readonly triggers: readonly ExportTrigger[];
  readonly decisions: Readonly<Record<string, Decision>>;
}

export function requestOf(document: number, draft: Draft): ExportRequest {
  return {
    document,
    target: draft.target,
    name: draft.name.trim() === "" ? null : draft.name.trim(),
    folder: draft.folder.trim() === "" ? null : draft.folder.trim(),
    json: draft.json && targetOf(draft.target).both,
    anyPartition: draft.anyPartition,
    settings: {
      machineName: null,
      express: draft.express,
      logging:
        draft.logging === "OFF"
          ? null
          : { level: draft.logging, includeExecutionData: draft.includeData, retentionDays: draft.retentionDays },
      tracing: draft.tracing,
      tags: [],
      alias: null,
      encryption: null,
      triggers: [...draft.triggers],
    },
    placeholders: Object.entries(draft.decisions)
      .filter(([, decision]) => decision.keepLiteral || decision.rename.trim() !== "")
      .map(([proposed, decision]) => ({
        proposed,
        keepLiteral: decision.keepLiteral,
        rename: decision.rename.trim() === "" ? null : decision.rename.trim(),
        reference: null,
        value: null,
      })),
  };
}

export interface PlaceholderRow {
  readonly placeholder: ExportPlaceholder;
  readonly keepLiteral: boolean;
  readonly rename: string;
}

/** Every placeholder of the preview, and those that were turned back into literals, in the order of their proposed names. */
export function placeholderRows(shown: readonly ExportPlaceholder[], decisions: Draft["decisions"]): PlaceholderRow[] {
  const rows = new Map<string, PlaceholderRow>();
  for (const [proposed, decision] of Object.entries(decisions)) {
    if (decision.keepLiteral)
      rows.set(proposed, { placeholder: decision.seen, keepLiteral: true, rename: decision.rename });
  }
  for (const placeholder of shown) {
    // The preview may be one from before the last decision.
    const decision = decisions[placeholder.proposed];
    rows.set(placeholder.proposed, {
      placeholder,
      keepLiteral: decision?.keepLiteral ?? false,
      rename: decision?.rename ?? "",
    });
  }
  return [...rows.values()].sort((a, b) => a.placeholder.proposed.localeCompare(b.placeholder.proposed));
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
