// A state as JSON, whatever its document is written in.

import { useEffect, useRef } from "react";

import { type GraphNode, useCommand } from "../backend";
import { useDocuments } from "../document";
import { type JsonNode, readJson } from "../ui";

/** The text between a state's name and the end of its definition, where the document is JSON. */
export function definitionIn(text: string, node: GraphNode): string {
  const own = text.slice(node.range.from, node.range.to);
  return own.startsWith('"') && own.includes("{") ? own.slice(own.indexOf("{", own.indexOf(":"))) : own;
}

/** Nothing while it is read for the first time. The last one that could be read stays while somebody types. */
export function useStateJson(document: number, node: Pick<GraphNode, "id">, text: string): JsonNode | null {
  const version = useDocuments((state) => state.documents[document]?.analysis.version ?? 0);
  const here = readJson(text);
  const direct = here?.kind === "object" ? here : null;
  // YAML, and JSON with comments or bare substitutions.
  const asked = useCommand(
    "get_state_definition",
    { document, version, state: node.id },
    { enabled: direct === null && version > 0, fresh: true },
  );
  const answer = asked.data?.definition ?? null;
  const read = direct ?? (answer === null ? null : readJson(answer));
  const last = useRef<{ id: string; value: JsonNode } | null>(null);
  useEffect(() => {
    if (read) last.current = { id: node.id, value: read };
  });
  if (read) return read;
  return last.current?.id === node.id ? last.current.value : null;
}
