// What can be added: states, calls of services, patterns. Drag it onto the canvas, or press Enter to add it after the selection.

import "./palette.css";

import * as Tooltip from "@radix-ui/react-tooltip";
import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useDeferredValue, useMemo, useState } from "react";

import { kindWord, StateIcon } from "../asl";
import { type GraphNodeKind, type IntegrationHit, call, explain, type QueryLanguage, useCommand } from "../backend";
import { activeDocument, say, useDocuments } from "../document";
import { addPiece } from "./actions";
import { beginDrag } from "./drag";
import { titleOf } from "./names";
import { PieceDetail, type Subject } from "./PieceDetail";
import type { Piece } from "./place";

interface Item {
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

interface Group {
  readonly title: string;
  readonly items: readonly Item[];
}

const matches = (query: string, ...texts: string[]): boolean => {
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

const payload = (language: QueryLanguage, fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  language === "JSONata" ? { Arguments: fields } : { Parameters: fields };

/** What a Task can call that no catalogue lists. */
const OWN: readonly {
  readonly title: string;
  readonly note: string;
  readonly hint: string;
  readonly resource: string;
  /** The call whose fields are shown. */
  readonly call: string | null;
  definition(language: QueryLanguage): string;
}[] = [
  {
    title: "Activity",
    note: "worker",
    hint: "Work that a program of your own fetches, does and answers.",
    resource: "arn:aws:states:us-east-1:123456789012:activity:name",
    call: null,
    definition: () =>
      JSON.stringify({
        Type: "Task",
        Resource: "arn:aws:states:us-east-1:123456789012:activity:name",
        TimeoutSeconds: 300,
        HeartbeatSeconds: 60,
      }),
  },
  {
    title: "HTTP endpoint",
    note: "request",
    hint: "A request to an address outside of AWS, with the credentials of an EventBridge connection.",
    resource: "arn:aws:states:::http:invoke",
    call: "arn:aws:states:::http:invoke",
    definition: (language) =>
      JSON.stringify({
        Type: "Task",
        Resource: "arn:aws:states:::http:invoke",
        ...payload(language, {
          ApiEndpoint: "https://api.example.com/orders",
          Method: "GET",
          Authentication: { ConnectionArn: "arn:aws:events:us-east-1:123456789012:connection/name" },
        }),
      }),
  },
];

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

function useGroups(query: string, language: QueryLanguage): { groups: readonly Group[]; trouble: string | null } {
  const patterns = useCommand("list_patterns", { language });
  const found = useCommand("search_integrations", { text: query, limit: query === "" ? 60 : 40 }, { keep: true });
  const siblings = useSiblings(query);
  const groups = useMemo((): Group[] => {
    // What is called what was typed comes before what merely speaks of it.
    const apart = (name: string): number => (name.toLowerCase().startsWith(query.toLowerCase()) ? 0 : 1);
    const flow: Item[] = (patterns.data?.flowStates ?? [])
      .filter((state) => matches(query, state.name, state.summary))
      .sort((a, b) => apart(a.name) - apart(b.name))
      .map((state) => {
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
    const services: Item[] = (found.data?.integrations ?? []).map((hit) => ({
      key: hit.resource,
      title: titleOf(hit.action),
      note: hit.service.replace(/^(Amazon|AWS) /, ""),
      hint: hit.service,
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
    }));
    const ready: Item[] = (patterns.data?.patterns ?? [])
      .filter((pattern) => matches(query, pattern.title, pattern.summary))
      .map((pattern) => {
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
    const others: Item[] = [
      ...siblings.map((name) => workflowItem(name, language)),
      ...OWN.filter((one) => matches(query, one.title, one.hint)).map((one): Item => {
        const definition = one.definition(language);
        const piece: Piece = { kind: "state", name: one.title, type: "task", definition };
        return {
          key: one.title,
          title: one.title,
          note: one.note,
          hint: one.hint,
          kind: "task",
          resource: one.resource,
          subject: one.call === null ? { kind: "state", definition } : { kind: "call", resource: one.call },
          piece: () => piece,
          draft: piece,
        };
      }),
    ];
    return [
      { title: "Flow", items: flow },
      { title: "Your own", items: others },
      { title: "Services", items: services },
      { title: "Patterns", items: ready },
    ].filter((group) => group.items.length > 0);
  }, [patterns.data, found.data, siblings, query, language]);
  const error = patterns.error ?? found.error;
  return { groups, trouble: error ? explain(error) : null };
}

export function PiecePalette({ language }: { language: QueryLanguage }): ReactElement {
  const [typed, setTyped] = useState("");
  const query = useDeferredValue(typed.trim());
  const { groups, trouble } = useGroups(query, language);
  const add = (item: Item): void => {
    Promise.resolve(item.piece()).then(
      (piece) => addPiece(piece),
      (error: unknown) => {
        say("bad", explain(error));
      },
    );
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button.piece")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    event.preventDefault();
    buttons[Math.min(buttons.length - 1, Math.max(0, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
  };
  return (
    <div className="pieces" onKeyDown={onKeyDown}>
      <span className="find-frame">
        <Search size={13} aria-hidden="true" />
        <input
          id="find-piece"
          type="search"
          placeholder="Search states, services…"
          aria-label="Search what can be added"
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
          }}
          onKeyDown={(event) => {
            const first = groups[0]?.items[0];
            if (event.key === "Enter" && first) add(first);
          }}
        />
      </span>
      <div className="piece-list">
        {trouble === null ? null : <p className="bad-text pad">{trouble}</p>}
        {groups.map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h3>{group.title}</h3>
            <ul>
              {group.items.map((item) => (
                <li key={item.key}>
                  <Tooltip.Root delayDuration={450}>
                    <Tooltip.Trigger asChild>
                      <button
                        type="button"
                        className="piece"
                        onPointerDown={(event) => {
                          if (event.button === 0) beginDrag(event, { kind: "piece", piece: item.draft }, item.title);
                        }}
                        onDoubleClick={() => {
                          add(item);
                        }}
                        onKeyDown={(event) => {
                          if (event.key !== "Enter") return;
                          event.preventDefault();
                          add(item);
                        }}
                      >
                        <StateIcon node={{ kind: item.kind, resource: item.resource }} size={18} />
                        <span className="piece-title">{item.title}</span>
                        <small>{item.note}</small>
                      </button>
                    </Tooltip.Trigger>
                    <Tooltip.Portal>
                      <Tooltip.Content
                        className="piece-card"
                        side="right"
                        align="start"
                        sideOffset={6}
                        collisionPadding={10}
                        aria-label={item.hint}
                      >
                        <PieceDetail
                          title={item.title}
                          summary={item.hint}
                          subject={item.subject}
                          language={language}
                        />
                      </Tooltip.Content>
                    </Tooltip.Portal>
                  </Tooltip.Root>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && trouble === null ? <p className="dim pad">Nothing matches “{query}”.</p> : null}
      </div>
    </div>
  );
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
