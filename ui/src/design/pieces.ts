// What can be added: states of flow, calls of services, what is one's own, patterns. Each becomes a piece to drop.

import { useMemo } from "react";

import { kindWord } from "../asl";
import { call, explain, type GraphNodeKind, type IntegrationHit, type QueryLanguage, useCommand } from "../backend";
import { activeDocument, useDocuments } from "../document";
import { titleOf } from "./names";
import type { Subject } from "./PieceDetail";
import type { Piece } from "./place";

export interface Item {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly hint: string;
  readonly kind: GraphNodeKind;
  readonly resource: string | null;
  readonly subject: Subject;
  piece(): Promise<Piece> | Piece;
  /** What dragging carries; calls of services are described only when they are dropped. */
  readonly draft: Piece;
}

/** A service and what of it can be called. */
export interface Service {
  readonly key: string;
  readonly title: string;
  /** Of one of its calls: it says which icon the service has. */
  readonly resource: string;
  readonly items: readonly Item[];
}

export interface Pieces {
  readonly flow: readonly Item[];
  readonly services: readonly Service[];
  readonly own: readonly Item[];
  readonly patterns: readonly Item[];
  readonly trouble: string | null;
  /** Whether this is what was found, and not still what was found before. */
  readonly settled: boolean;
}

export const matches = (query: string, ...texts: string[]): boolean => {
  const hay = texts.join(" ").toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
};

const KINDS: readonly GraphNodeKind[] = ["task", "pass", "choice", "wait", "succeed", "fail", "parallel", "map"];

function kindOf(definition: string): GraphNodeKind {
  const { Type } = JSON.parse(definition) as { Type?: string };
  return KINDS.find((kind) => kind === Type?.toLowerCase()) ?? "unknown";
}

/** `S3` of `Amazon S3`. */
export const bareTitle = (title: string): string => title.replace(/^(Amazon|AWS) /, "");

/** A call's state as the backend writes it, with its example arguments. */
async function describe(hit: IntegrationHit, language: QueryLanguage): Promise<Piece> {
  const { integration } = await call("describe_integration", { resource: hit.resource, language });
  return {
    kind: "state",
    name: titleOf(hit.action),
    type: "task",
    definition: integration?.state ?? JSON.stringify({ Type: "Task", Resource: hit.resource }),
  };
}

export function itemOf(hit: IntegrationHit, language: QueryLanguage, note = ""): Item {
  return {
    key: hit.resource,
    title: titleOf(hit.action),
    note,
    hint: hit.summary ?? hit.service,
    kind: "task",
    resource: hit.resource,
    subject: { kind: "call", resource: hit.resource },
    piece: () => describe(hit, language),
    draft: {
      kind: "state",
      name: titleOf(hit.action),
      type: "task",
      definition: JSON.stringify({ Type: "Task", Resource: hit.resource }),
    },
  };
}

const ACTIVITY = /:activity:/;
/** What calls a function by its ARN, as older workflows do: found by those who look for it. */
const BY_ARN = /^arn:aws:lambda:/;

/** Calls under their services, both in the order in which the first of each was found. */
export function servicesOf(hits: readonly IntegrationHit[], language: QueryLanguage): Service[] {
  const services = new Map<string, { resource: string; items: Item[] }>();
  for (const hit of hits) {
    // It is among one's own.
    if (ACTIVITY.test(hit.resource)) continue;
    const title = bareTitle(hit.service);
    const service = services.get(title) ?? { resource: hit.resource, items: [] };
    services.set(title, service);
    service.items.push(itemOf(hit, language, hit.optimized ? "" : "SDK"));
  }
  // One note beside every row says nothing.
  return [...services].map(([title, { resource, items }]) => ({
    key: `service ${title}`,
    title,
    resource,
    items: items.every((item) => item.note !== "") ? items.map((item) => ({ ...item, note: "" })) : items,
  }));
}

const payload = (language: QueryLanguage, fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  language === "JSONata" ? { Arguments: fields } : { Parameters: fields };

function activityItem(): Item {
  const resource = "arn:aws:states:us-east-1:123456789012:activity:name";
  const definition = JSON.stringify({ Type: "Task", Resource: resource, TimeoutSeconds: 300, HeartbeatSeconds: 60 });
  const piece: Piece = { kind: "state", name: "Activity", type: "task", definition };
  return {
    key: "own activity",
    title: "Activity",
    note: "worker",
    hint: "Work that a program of your own fetches, does and answers.",
    kind: "task",
    resource,
    subject: { kind: "state", definition },
    piece: () => piece,
    draft: piece,
  };
}

const DEFINITION = /\.asl\.(json|ya?ml)$/i;

/** The workflows beside the one in front: a run here starts them by their names. */
function useSiblings(query: string): readonly string[] {
  const path = useDocuments((state) => activeDocument(state)?.path ?? null);
  const folder = path === null ? null : path.replace(/[/\\][^/\\]*$/, "") || "/";
  const { data } = useCommand("list_folder", { path: folder ?? "" }, { enabled: folder !== null });
  return useMemo(
    () =>
      (data?.entries ?? [])
        .filter((entry) => !entry.isFolder && DEFINITION.test(entry.name) && entry.path !== path)
        .map((entry) => entry.name.replace(DEFINITION, ""))
        .filter((name) => matches(query, name, "workflow start execution")),
    [data, path, query],
  );
}

function workflowItem(name: string, language: QueryLanguage): Item {
  const input = language === "JSONata" ? { Input: "{% $states.input %}" } : { "Input.$": "$" };
  const definition = JSON.stringify({
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution.sync:2",
    ...payload(language, {
      StateMachineArn: `arn:aws:states:us-east-1:123456789012:stateMachine:${name}`,
      ...input,
    }),
  });
  const piece: Piece = { kind: "state", name: `Run ${name}`, type: "task", definition };
  return {
    key: `workflow ${name}`,
    title: name,
    note: "workflow",
    hint: `Runs the workflow “${name}” of this folder and waits for its output.`,
    kind: "task",
    resource: "arn:aws:states:::states:startExecution.sync:2",
    subject: { kind: "state", definition },
    piece: () => piece,
    draft: piece,
  };
}

/** Every optimised integration is listed where nothing is searched. */
const ALL = 500;
const FOUND = 60;

export function usePieces(query: string, language: QueryLanguage): Pieces {
  const ready = useCommand("list_patterns", { language });
  const found = useCommand("search_integrations", { text: query, limit: query === "" ? ALL : FOUND }, { keep: true });
  const siblings = useSiblings(query);
  return useMemo((): Pieces => {
    // What is called what was typed comes before what merely speaks of it.
    const apart = (name: string): number => (name.toLowerCase().startsWith(query.toLowerCase()) ? 0 : 1);
    const flow = (ready.data?.flowStates ?? [])
      .filter((state) => matches(query, state.name, state.summary))
      .sort((a, b) => apart(a.name) - apart(b.name))
      .map((state): Item => {
        const kind = kindOf(state.definition);
        const piece: Piece = { kind: "state", name: state.name, type: kind, definition: state.definition };
        return {
          key: state.name,
          title: state.name,
          note: kindWord(kind) === state.name ? "" : kindWord(kind),
          hint: state.summary,
          kind,
          resource: null,
          subject: { kind: "state", definition: state.definition },
          piece: () => piece,
          draft: piece,
        };
      });
    const patterns = (ready.data?.patterns ?? [])
      .filter((pattern) => matches(query, pattern.title, pattern.summary))
      .map((pattern): Item => {
        const piece: Piece = { kind: "fragment", title: pattern.title, definition: pattern.definition };
        return {
          key: pattern.id,
          title: pattern.title,
          note: "",
          hint: pattern.summary,
          kind: "parallel",
          resource: null,
          subject: { kind: "pattern", definition: pattern.definition },
          piece: () => piece,
          draft: piece,
        };
      });
    const activity = activityItem();
    const own = [
      ...siblings.map((name) => workflowItem(name, language)),
      ...(matches(query, activity.title, activity.hint) ? [activity] : []),
    ];
    const hits = found.data?.integrations ?? [];
    const listed = query === "" ? hits.filter((hit) => !BY_ARN.test(hit.resource)) : hits;
    // Letters found here and there are a help where nothing else was found, and noise beside what was.
    const plain = listed.some((hit) => matches(query, hit.service, hit.action, hit.resource, hit.summary ?? ""));
    const others = flow.length + own.length + patterns.length;
    const services = servicesOf(plain || others === 0 ? listed : [], language);
    const error = ready.error ?? found.error;
    const settled = ready.data !== undefined && !found.isPlaceholderData && !found.isPending;
    return { flow, services, own, patterns, trouble: error ? explain(error) : null, settled };
  }, [
    ready.data,
    ready.error,
    found.data,
    found.error,
    found.isPlaceholderData,
    found.isPending,
    siblings,
    query,
    language,
  ]);
}

/** Fills in what a dragged call of a service needs, once it has been dropped. */
export async function complete(piece: Piece, language: QueryLanguage): Promise<Piece> {
  if (piece.kind !== "state" || piece.type !== "task" || piece.definition === null) return piece;
  const { Resource, ...more } = JSON.parse(piece.definition) as Readonly<Record<string, string | undefined>>;
  // What says more than its call is complete already.
  if (Resource === undefined || Object.keys(more).some((name) => name !== "Type")) return piece;
  const { integration } = await call("describe_integration", { resource: Resource, language });
  return integration ? { ...piece, definition: integration.state } : piece;
}
