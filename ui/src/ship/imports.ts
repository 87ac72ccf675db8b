// Workflows found in a project: in words, and opened.

import type { ImportedWorkflow } from "../backend";
import { openEmbedded, openPath } from "../document";

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

export function openWorkflow(workflow: ImportedWorkflow): Promise<boolean> {
  if (workflow.file !== null) return openPath(workflow.file, { asText: true });
  if (workflow.form === "file") return openPath(workflow.path, { asText: true });
  return openEmbedded(documentName(workflow), workflow.text, {
    path: workflow.path,
    id: workflow.id,
    base: workflow.text,
    notEditable: workflow.notEditable,
    express: workflow.express,
    triggers: workflow.triggers,
  });
}
