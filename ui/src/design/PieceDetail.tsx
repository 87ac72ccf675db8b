// What a piece of the palette is, before it is added: its fields, example arguments, errors, or the states of a pattern.

import type { ReactElement } from "react";

import { StateIcon } from "../asl";
import { explain, type GraphNodeKind, type QueryLanguage, useCommand } from "../backend";
import { JsonText } from "../ui";

export type Subject =
  | { readonly kind: "call"; readonly resource: string }
  | { readonly kind: "state"; readonly definition: string }
  | { readonly kind: "pattern"; readonly definition: string };

const MOST_FIELDS = 14;
const MOST_ERRORS = 8;
const PATTERNS: Readonly<Record<string, string>> = {
  ".sync": "wait until the job is done",
  ".sync:2": "wait until the job is done",
  ".waitForTaskToken": "wait for a callback",
};

function Call({ resource, language }: { resource: string; language: QueryLanguage }): ReactElement {
  const { data, error } = useCommand("describe_integration", { resource, language });
  if (error) return <p className="bad-text">{explain(error)}</p>;
  if (!data) return <p className="dim">Reading…</p>;
  const { integration } = data;
  if (!integration) return <p className="dim">Nothing is known of this call.</p>;
  const patterns = integration.patterns.flatMap((pattern) => PATTERNS[pattern] ?? []);
  return (
    <>
      {integration.summary === null ? null : <p>{integration.summary}</p>}
      {patterns.length === 0 ? null : <p className="dim">Can also {[...new Set(patterns)].join(", or ")}.</p>}
      {integration.arguments.length === 0 ? null : (
        <>
          <h4>Fields</h4>
          <ul className="piece-fields">
            {integration.arguments.slice(0, MOST_FIELDS).map((field) => (
              <li key={field.name} className={field.required ? "needed" : ""}>
                <code>{field.name}</code>
                {field.required ? <span title="Needed">*</span> : null}
              </li>
            ))}
            {integration.arguments.length > MOST_FIELDS ? (
              <li className="dim">and {integration.arguments.length - MOST_FIELDS} more</li>
            ) : null}
          </ul>
        </>
      )}
      <h4>Example</h4>
      <JsonText text={integration.exampleArguments} />
      {integration.errors.length === 0 ? null : (
        <>
          <h4>Known errors</h4>
          <ul className="piece-fields errors">
            {integration.errors.slice(0, MOST_ERRORS).map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
            {integration.errors.length > MOST_ERRORS ? (
              <li className="dim">and {integration.errors.length - MOST_ERRORS} more</li>
            ) : null}
          </ul>
        </>
      )}
      {integration.notes.map((note) => (
        <p key={note} className="dim">
          {note}
        </p>
      ))}
    </>
  );
}

const KINDS: readonly GraphNodeKind[] = ["task", "pass", "choice", "wait", "succeed", "fail", "parallel", "map"];

/** The states of a pattern in the order of their text. */
function statesOf(definition: string): { name: string; kind: GraphNodeKind; resource: string | null }[] {
  const found: { name: string; kind: GraphNodeKind; resource: string | null }[] = [];
  const walk = (machine: unknown, depth: number): void => {
    const { States } = (machine ?? {}) as { States?: Record<string, Record<string, unknown>> };
    if (depth > 6) return;
    for (const [name, state] of Object.entries(States ?? {})) {
      const type = typeof state["Type"] === "string" ? state["Type"].toLowerCase() : "";
      const resource = typeof state["Resource"] === "string" ? state["Resource"] : null;
      found.push({ name, kind: KINDS.find((kind) => kind === type) ?? "unknown", resource });
      walk(state["ItemProcessor"], depth + 1);
      if (Array.isArray(state["Branches"])) for (const branch of state["Branches"]) walk(branch, depth + 1);
    }
  };
  try {
    walk(JSON.parse(definition), 0);
  } catch {
    // Nothing to show of what cannot be read.
  }
  return found;
}

export function PieceDetail({
  title,
  summary,
  subject,
  language,
}: {
  title: string;
  summary: string;
  subject: Subject;
  language: QueryLanguage;
}): ReactElement {
  return (
    <div className="piece-detail">
      <h3>{title}</h3>
      {subject.kind === "call" ? <code className="piece-resource">{subject.resource}</code> : null}
      {summary === "" ? null : <p className="dim">{summary}</p>}
      {subject.kind === "call" ? <Call resource={subject.resource} language={language} /> : null}
      {subject.kind === "state" ? (
        <>
          <h4>Adds</h4>
          <JsonText text={subject.definition} />
        </>
      ) : null}
      {subject.kind === "pattern" ? (
        <>
          <h4>Adds these states</h4>
          <ul className="piece-states">
            {statesOf(subject.definition).map((state) => (
              <li key={state.name}>
                <StateIcon node={state} size={18} /> {state.name}
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <p className="piece-how">
        <kbd>Enter</kbd> or a double click adds it after the selection; dragging puts it anywhere.
      </p>
    </div>
  );
}
