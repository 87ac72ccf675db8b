// Where a form stands, and what it can do there. Each change is one named edit of the text, so undo and the code view know it.

import { createContext, use } from "react";

import type { CompletionItem, Diagnostic, GraphNode, StatePreview, WorkflowGraph } from "../backend";
import { BackendError, call } from "../backend";
import { bufferOf, edit } from "../document";
import { type JsonNode, prettyJson, readJson, writeJson } from "../ui";

export type Language = "JSONPath" | "JSONata";

export interface Place {
  readonly document: number;
  readonly graph: WorkflowGraph;
  readonly node: GraphNode;
  /** Of this state alone. */
  readonly problems: readonly Diagnostic[];
}

/** What the forms of a state share. */
export interface Form extends Place {
  readonly language: Language;
  /** The state as it would run with the data at hand. */
  readonly preview: StatePreview | null;
  /** The input it is tried with, JSON text. */
  readonly input: string | null;
  /** What its work gives there, JSON text. */
  readonly result: string | null;
  /** The whole text, where the form is about the workflow itself. */
  readonly text?: string;
}

const Context = createContext<Form | null>(null);
export const FormProvider = Context.Provider;

export function useForm(): Form {
  const form = use(Context);
  if (!form) throw new Error("a field stands in a form");
  return form;
}

export const unquote = (text: string): string => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
};

export const member = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
  node?.kind === "object" ? node.entries.find(([key]) => unquote(key) === name)?.[1] : undefined;
export const textOf = (node: JsonNode | undefined): string => (node === undefined ? "" : unquote(writeJson(node)));
export const items = (node: JsonNode | undefined): readonly JsonNode[] => (node?.kind === "array" ? node.items : []);
export const entriesOf = (node: JsonNode | undefined): readonly (readonly [string, JsonNode])[] =>
  node?.kind === "object" ? node.entries.map(([key, value]) => [unquote(key), value] as const) : [];

/** One step of a JSON pointer. */
export const escape = (name: string): string => name.replace(/~/g, "~0").replace(/\//g, "~1");
export const pointerTo = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => escape(String(step))).join("/");

const quietly = { stay: true } as const;

export const setField = (place: Place, path: string, value: string): Promise<boolean> =>
  edit(place.document, { type: "setField", pointer: `${place.node.id}/${path}`, value }, quietly);

export const clearField = (place: Place, path: string): Promise<boolean> =>
  edit(place.document, { type: "clearField", pointer: `${place.node.id}/${path}` }, quietly);

/** Several fields of the state, or of the object at `path`, as one step; null clears. */
export const setFields = (
  place: Place,
  fields: readonly { name: string; value: string | null }[],
  path = "",
): Promise<boolean> =>
  edit(
    place.document,
    { type: "setFields", pointer: path === "" ? place.node.id : `${place.node.id}/${path}`, fields: [...fields] },
    quietly,
  );

export const renameField = (place: Place, path: string, name: string, value: string | null = null): Promise<boolean> =>
  edit(place.document, { type: "renameField", pointer: `${place.node.id}/${path}`, name, value }, quietly);

export const moveField = (place: Place, path: string, index: number): Promise<boolean> =>
  edit(place.document, { type: "moveField", pointer: `${place.node.id}/${path}`, index }, quietly);

/** Another definition of the whole state. */
export const setDefinition = (place: Place, definition: string): Promise<boolean> =>
  edit(place.document, { type: "setDefinition", state: place.node.id, definition }, quietly);

/** JSON text that is the same when read again, laid out. */
export const pretty = (node: JsonNode): string => prettyJson(writeJson(node));

/** What could be typed at an offset of the string at `path`, as if it stood in the document. */
export function completionAt(form: Form, path: string) {
  return async (text: string, offset: number): Promise<readonly CompletionItem[]> => {
    const buffer = bufferOf(form.document);
    if (!buffer) return [];
    await buffer.settled();
    try {
      const { items: found } = await call("complete_value", {
        document: form.document,
        version: buffer.currentVersion,
        pointer: `${form.node.id}/${path}`,
        text,
        offset,
        input: form.input,
        result: form.result,
      });
      return found;
    } catch (error) {
      if (error instanceof BackendError && error.code === "staleVersion") return [];
      throw error;
    }
  };
}

/** The findings at a field; with `deep`, those inside of it too. */
export function problemsAt(place: Place, path: string, deep = true): readonly Diagnostic[] {
  const pointer = `${place.node.id}/${path}`;
  return place.problems.filter(
    (problem) => problem.pointer === pointer || (deep && problem.pointer?.startsWith(`${pointer}/`) === true),
  );
}

/** The value a stage of the preview has. */
export function stageValue(preview: StatePreview | null, name: string): JsonNode | undefined {
  const stage = preview?.stages.find((candidate) => candidate.name === name);
  // Larger values are looked at in the preview itself.
  if (!stage || stage.value.length > 200_000) return undefined;
  return readJson(stage.value) ?? undefined;
}
