// What can be added: states, calls of services, patterns. Drag it onto the canvas, or press Enter to add it after the selection.

import { Search } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useDeferredValue, useMemo, useState } from "react";

import { kindWord, StateIcon } from "../asl";
import { type GraphNodeKind, type IntegrationHit, call, explain, type QueryLanguage, useCommand } from "../backend";
import { say } from "../document";
import { addPiece } from "./actions";
import { beginDrag } from "./drag";
import { titleOf } from "./names";
import type { Piece } from "./place";

interface Item {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly hint: string;
  readonly kind: GraphNodeKind;
  readonly resource: string | null;
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

function useGroups(query: string, language: QueryLanguage): { groups: readonly Group[]; trouble: string | null } {
  const patterns = useCommand("list_patterns", { language });
  const found = useCommand("search_integrations", { text: query, limit: query === "" ? 60 : 40 }, { keep: true });
  const groups = useMemo((): Group[] => {
    const flow: Item[] = (patterns.data?.flowStates ?? [])
      .filter((state) => matches(query, state.name, state.summary))
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
          piece: () => piece,
          draft: piece,
        };
      });
    const services: Item[] = (found.data?.integrations ?? []).map((hit) => ({
      key: hit.resource,
      title: titleOf(hit.action),
      note: hit.service.replace(/^(Amazon|AWS) /, ""),
      hint: `${hit.resource}${hit.summary === null ? "" : `\n${hit.summary}`}`,
      kind: "task",
      resource: hit.resource,
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
          piece: () => piece,
          draft: piece,
        };
      });
    return [
      { title: "Flow", items: flow },
      { title: "Services", items: services },
      { title: "Patterns", items: ready },
    ].filter((group) => group.items.length > 0);
  }, [patterns.data, found.data, query, language]);
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
                  <button
                    type="button"
                    className="piece"
                    title={`${item.hint}\n\nDrag onto the canvas, or press Enter to add it after the selection.`}
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
  const { Resource } = JSON.parse(piece.definition) as { Resource?: string };
  if (Resource === undefined) return piece;
  const { integration } = await call("describe_integration", { resource: Resource, language });
  return integration ? { ...piece, definition: integration.state } : piece;
}
