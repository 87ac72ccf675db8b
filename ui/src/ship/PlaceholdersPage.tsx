// What stands for each placeholder of an export: a parameter, an own resource, or the literal.

import type { ReactElement } from "react";

import type { ExportPlaceholder, PlaceholderChoice, WorkflowSettings } from "../backend";
import { type Draft, type PlaceholderRow, placeholderRows } from "./plan";
import type { Target } from "./targets";

const PLACEHOLDER_NAME = /^[A-Za-z][A-Za-z0-9]*$/;

type Stand = "parameter" | "resource" | "literal";

const orNothing = (text: string): string | null => (text === "" ? null : text);

function PlaceholderLine({
  row: { placeholder, choice },
  target,
  onDecide,
}: {
  row: PlaceholderRow;
  target: Target;
  onDecide: (choice: PlaceholderChoice) => void;
}): ReactElement {
  const { proposed } = placeholder;
  const reference = choice.references[target.words];
  const stand: Stand = choice.keepLiteral ? "literal" : reference === undefined ? "parameter" : "resource";
  const rename = choice.rename ?? "";
  const odd = rename.trim() !== "" && !PLACEHOLDER_NAME.test(rename.trim());
  const point = (next: Stand): void => {
    const references = Object.fromEntries(
      Object.entries(choice.references).filter(([words]) => words !== target.words),
    );
    if (next === "resource") references[target.words] = "";
    onDecide({ ...choice, keepLiteral: next === "literal", references });
  };
  return (
    <tr>
      <td>
        <input
          className="mono"
          aria-label={`Name of ${proposed}`}
          placeholder={proposed}
          value={rename}
          disabled={stand === "literal"}
          aria-invalid={odd}
          onChange={(event) => {
            onDecide({ ...choice, rename: orNothing(event.currentTarget.value) });
          }}
        />
        {odd ? <small className="bad-text">Letters and digits, a letter first.</small> : null}
      </td>
      <td className="wraps">
        {placeholder.description}{" "}
        <small className="dim" title={placeholder.uses.join("\n")}>
          {placeholder.uses.length === 1 ? "used once" : `used ${String(placeholder.uses.length)} times`}
        </small>
      </td>
      <td>
        <select
          aria-label={`What stands for ${proposed}`}
          value={stand}
          onChange={(event) => {
            point(event.currentTarget.value as Stand);
          }}
        >
          <option value="parameter">a parameter</option>
          {target.key === "iam" ? null : <option value="resource">an own resource</option>}
          <option value="literal">the literal</option>
        </select>
      </td>
      <td>
        {stand === "resource" ? (
          <input
            className="mono"
            aria-label={`Resource for ${proposed}`}
            placeholder={target.example}
            value={reference ?? ""}
            onChange={(event) => {
              onDecide({
                ...choice,
                references: { ...choice.references, [target.words]: event.currentTarget.value },
              });
            }}
          />
        ) : stand === "parameter" ? (
          <input
            className="mono"
            aria-label={`Default of ${proposed}`}
            placeholder={placeholder.value ?? "asked for at deployment"}
            title={placeholder.value ?? undefined}
            value={choice.value ?? ""}
            onChange={(event) => {
              onDecide({ ...choice, value: orNothing(event.currentTarget.value) });
            }}
          />
        ) : (
          <small className="dim">stays as it is in the definition</small>
        )}
      </td>
    </tr>
  );
}

export function PlaceholdersPage({
  shown,
  seen,
  choices,
  target,
  onDecide,
}: {
  shown: readonly ExportPlaceholder[];
  seen: Draft["seen"];
  choices: WorkflowSettings["placeholders"];
  target: Target;
  onDecide: (placeholder: ExportPlaceholder, choice: PlaceholderChoice) => void;
}): ReactElement {
  const rows = placeholderRows(shown, choices, seen);
  if (rows.length === 0)
    return <p className="empty">Nothing in this definition depends on the account, the region or other resources.</p>;
  return (
    <div className="table-frame">
      <table className="table ship-table ship-placeholders">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Stands for</th>
            <th scope="col">Given by</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <PlaceholderLine
              key={row.placeholder.proposed}
              row={row}
              target={target}
              onDecide={(choice) => {
                onDecide(row.placeholder, choice);
              }}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}
