// Workflows found in a project: in words, and opened.

import { call, explain, type ImportedWorkflow, type ImportOrigin, refresh } from "../backend";
import {
  bufferOf,
  close,
  type Declaration,
  declarationOf,
  declare,
  openEmbedded,
  openPath,
  type Place,
  say,
  tabKey,
} from "../document";

const FORMS: Readonly<Record<string, string>> = {
  file: "a definition file",
  separate: "in a file of its own",
  object: "written out in the template",
  text: "text in the template",
  join: "text joined in the template",
  heredoc: "heredoc",
  jsonEncode: "jsonencode",
};

/** The badge of a workflow: what declares it. */
export const ORIGINS: Readonly<Record<ImportOrigin, string>> = {
  definition: "Definition",
  sam: "SAM",
  cloudformation: "CloudFormation",
  cdk: "CDK",
  terraform: "Terraform",
  serverless: "Serverless",
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

/** The last part of a path. */
export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

/** Some are named by a template, and what they are stands elsewhere. */
export const canOpen = (workflow: ImportedWorkflow): boolean => workflow.text.trim() !== "";

/** What happens when it is saved. */
export function savingWords(workflow: ImportedWorkflow): string {
  if (!canOpen(workflow)) return "There is no definition here that could be opened.";
  if (workflow.file !== null || workflow.form === "file") return "Opens the file itself.";
  if (workflow.notEditable !== null) {
    const way = workflow.extractable ? " From there it can move to a file of its own." : "";
    return `Opens as a copy, because ${workflow.notEditable}.${way}`;
  }
  if (workflow.within !== null)
    return `Opens from inside ${fileName(workflow.within)}; Save writes it back there and changes nothing else.`;
  return "Opens from inside the file; Save writes it back there and changes nothing else.";
}

/** The name of the tab, and of what is exported from it: definitions are JSON or YAML, and begin accordingly. */
export function documentName(workflow: Pick<ImportedWorkflow, "id" | "text">): string {
  return `${workflow.id.replace(/[\\/]/g, "-")}.asl.${workflow.text.trimStart().startsWith("{") ? "json" : "yaml"}`;
}

export async function openWorkflow(workflow: ImportedWorkflow): Promise<boolean> {
  const { path, id, within, settings, placeholders, functions, notEditable, extractable } = workflow;
  const declaration = { path, id, settings, placeholders, functions };
  const own = workflow.file ?? (workflow.form === "file" ? path : null);
  if (own === null)
    return openEmbedded(
      documentName(workflow),
      workflow.text,
      { path, id, within, base: workflow.text, notEditable, extractable },
      declaration,
    );
  // A definition in a file of its own is still declared by the template; it is remembered for the next time it is opened.
  if (workflow.form !== "file") await keepDeclaration(own, declaration);
  return openPath(own, { asText: true });
}

const key = (path: string): string => `declared:${path}`;

async function keepDeclaration(path: string, declaration: Declaration): Promise<void> {
  try {
    await call("put_setting", { key: key(path), value: JSON.stringify(declaration) });
  } catch (error) {
    say("bad", explain(error));
  }
}

/** What the project said about a definition when it was imported. */
export async function recallDeclaration(document: number, path: string): Promise<void> {
  try {
    const { value } = await call("get_setting", { key: key(path) });
    if (value !== null) declare(document, JSON.parse(value) as Declaration);
  } catch {
    // Without it the workflow is one like any other.
  }
}

/** Moves a definition that cannot be saved back to a file of its own, and goes on there. */
export async function extractToFile(document: number, origin: Place): Promise<void> {
  const buffer = bufferOf(document);
  if (!buffer) return;
  await buffer.settled();
  const declaration = declarationOf(document);
  try {
    const { path, id, base } = origin;
    const extracted = await call("import_extract", { path, id, base, text: buffer.text });
    if (declaration) await keepDeclaration(extracted.path, declaration);
    close(tabKey({ kind: "document", document }));
    refresh("list_folder");
    await openPath(extracted.path, { asText: true });
    say("ok", `Moved to ${extracted.path}.`);
  } catch (error) {
    say("bad", `Not moved: ${explain(error)}`);
  }
}

/** Opens a workflow that a file declares. */
export async function openDeclared(path: string, id: string): Promise<boolean> {
  try {
    const { workflows } = await call("import_scan", { path });
    const found = workflows.find((workflow) => workflow.id === id);
    if (found) return await openWorkflow(found);
    say("bad", `There is no workflow ${id} in ${path} any more.`);
  } catch (error) {
    say("bad", explain(error));
  }
  return false;
}
