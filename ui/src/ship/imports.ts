// Workflows found in a project: in words, and opened.

import type { ImportedWorkflow } from "../backend";
import { declare, openEmbedded, openPath, useDocuments } from "../document";

const FORMS: Readonly<Record<string, string>> = {
  file: "a definition file",
  separate: "in a file of its own",
  object: "written out in the template",
  text: "text in the template",
  join: "text joined in the template",
  heredoc: "heredoc",
  jsonEncode: "jsonencode",
};

export const formWords = (form: string): string => FORMS[form] ?? form;

/** The path below the folder it was found in, else whole. */
export function placeIn(root: string, path: string): string {
  for (const mark of ["/", "\\"]) {
    const folder = root.endsWith(mark) ? root : `${root}${mark}`;
    if (path.startsWith(folder)) return path.slice(folder.length);
  }
  return path;
}

/** What happens when it is saved. */
export function savingWords(workflow: ImportedWorkflow): string {
  if (workflow.file !== null || workflow.form === "file") return "Opens the file itself.";
  if (workflow.notEditable !== null) return `Opens as a copy, because ${workflow.notEditable}.`;
  return "Opens from inside the file; Save writes it back there and changes nothing else.";
}

/** The name of the tab: definitions are JSON or YAML, and begin accordingly. */
export function documentName(workflow: Pick<ImportedWorkflow, "name" | "text">): string {
  return `${workflow.name}.asl.${workflow.text.trimStart().startsWith("{") ? "json" : "yaml"}`;
}

export async function openWorkflow(workflow: ImportedWorkflow): Promise<boolean> {
  const { path, id, settings, placeholders, functions } = workflow;
  const declaration = { path, id, settings, placeholders, functions };
  const own = workflow.file ?? (workflow.form === "file" ? path : null);
  if (own === null)
    return openEmbedded(
      documentName(workflow),
      workflow.text,
      { path, id, base: workflow.text, notEditable: workflow.notEditable },
      declaration,
    );
  const opened = await openPath(own, { asText: true });
  const document = documentAt(own);
  // A definition in a file of its own is still declared by the template.
  if (opened && document !== undefined && workflow.form !== "file") declare(document, declaration);
  return opened;
}

function documentAt(path: string): number | undefined {
  const found = Object.entries(useDocuments.getState().documents).find(([, open]) => open.path === path);
  return found ? Number(found[0]) : undefined;
}
