// The files of a folder as rows of a tree: folders around files, files around the workflows they declare. Pure.

import type { FolderFile } from "../backend";

export type Row = {
  /** Unique: the path, and for a workflow inside a file its id after `#`. */
  readonly key: string;
  readonly name: string;
  readonly level: number;
  readonly parent: string | null;
  readonly errors: number;
  readonly warnings: number;
} & (
  | { readonly kind: "folder"; readonly open: boolean }
  | { readonly kind: "file"; readonly file: FolderFile; readonly open: boolean | null }
  | { readonly kind: "workflow"; readonly file: FolderFile; readonly id: string; readonly states: number }
);

interface Place {
  readonly folders: Map<string, Place>;
  readonly files: FolderFile[];
}

const place = (): Place => ({ folders: new Map(), files: [] });

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const sum = (file: FolderFile, what: "errors" | "warnings"): number =>
  file.workflows.reduce((total, workflow) => total + workflow[what], 0) +
  (what === "errors" && file.trouble !== null ? 1 : 0);

function treeOf(files: readonly FolderFile[]): Place {
  const root = place();
  for (const file of files) {
    const parts = file.relative.split("/");
    let at = root;
    for (const part of parts.slice(0, -1)) {
      const next = at.folders.get(part) ?? place();
      at.folders.set(part, next);
      at = next;
    }
    at.files.push(file);
  }
  return root;
}

function matching(files: readonly FolderFile[], words: readonly string[]): FolderFile[] {
  return files.flatMap((file) => {
    const path = file.relative.toLowerCase();
    if (words.every((word) => path.includes(word))) return [file];
    const workflows = file.workflows.filter((workflow) =>
      words.every((word) => `${path} ${workflow.id.toLowerCase()}`.includes(word)),
    );
    return workflows.length > 0 ? [{ ...file, workflows }] : [];
  });
}

/** The rows to show. `counts` overrides what was found on disk with what is known of open documents. */
export function rowsOf(
  root: string,
  files: readonly FolderFile[],
  closed: Readonly<Record<string, boolean>>,
  filter: string,
  counts: (path: string) => { readonly errors: number; readonly warnings: number } | null = () => null,
): Row[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const searching = words.length > 0;
  const rows: Row[] = [];
  const walk = (
    at: Place,
    path: string,
    level: number,
    parent: string | null,
  ): { errors: number; warnings: number } => {
    const total = { errors: 0, warnings: 0 };
    for (const [name, inner] of [...at.folders].sort(([a], [b]) => byName.compare(a, b))) {
      const key = `${path}/${name}`;
      const open = searching || closed[key] !== true;
      const index = rows.length;
      rows.push({ kind: "folder", key, name, level, parent, errors: 0, warnings: 0, open });
      const inside = walk(inner, key, level + 1, key);
      if (!open) rows.length = index + 1;
      rows[index] = { kind: "folder", key, name, level, parent, ...inside, open };
      total.errors += inside.errors;
      total.warnings += inside.warnings;
    }
    for (const file of [...at.files].sort((a, b) => byName.compare(a.relative, b.relative))) {
      const live = file.kind === "workflow" ? counts(file.path) : null;
      const errors = live?.errors ?? sum(file, "errors"),
        warnings = live?.warnings ?? sum(file, "warnings");
      total.errors += errors;
      total.warnings += warnings;
      const name = file.relative.split("/").at(-1) ?? file.relative;
      const children = file.kind === "project" && file.workflows.length > 0;
      const open = children ? searching || closed[file.path] !== true : null;
      rows.push({ kind: "file", key: file.path, name, level, parent, errors, warnings, file, open });
      if (open !== true) continue;
      for (const workflow of file.workflows)
        rows.push({
          kind: "workflow",
          key: `${file.path}#${workflow.id}`,
          name: workflow.id,
          level: level + 1,
          parent: file.path,
          errors: workflow.errors,
          warnings: workflow.warnings,
          file,
          id: workflow.id,
          states: workflow.states,
        });
    }
    return total;
  };
  walk(treeOf(searching ? matching(files, words) : files), root, 1, null);
  return rows;
}

/** The next row whose name begins with what was typed, from after `at` and around. */
export function typeAhead(rows: readonly Row[], at: number, typed: string): number {
  const wanted = typed.toLowerCase();
  const first = typed.length > 1 ? Math.max(0, at) : at + 1;
  for (let step = 0; step < rows.length; step++) {
    const index = (first + step) % rows.length;
    if (rows[index]?.name.toLowerCase().startsWith(wanted)) return index;
  }
  return at;
}
