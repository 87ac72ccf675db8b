// What a rule, a Retrier or a Catcher has beside its conditions.

import { Plus, Trash2 } from "lucide-react";
import type { ReactElement } from "react";

import type { Comparison } from "../../backend";
import { ExpressionField } from "../../code";
import { type JsonNode, writeJson } from "../../ui";
import { clearField, completionAt, entriesOf, member, setField, textOf, useForm } from "../place";
import { ValueTree } from "../value/ValueEditor";
import { Line } from "./Line";

/** Fields of a rule or a Catcher that are there or can be added: what it assigns and gives on. */
export function Besides({
  path,
  node,
  fields,
}: {
  path: string;
  node: JsonNode;
  fields: readonly { name: string; initial: string; help: string }[];
}): ReactElement {
  const form = useForm();
  const jsonata = form.language === "JSONata";
  const absent = fields.filter((field) => member(node, field.name) === undefined);
  return (
    <>
      {fields.map(({ name, help }) => {
        const value = member(node, name);
        if (value === undefined) return null;
        return (
          <div key={name} className="beside">
            <header>
              <span title={help}>{name}</span>
              <span className="grow" />
              <button
                type="button"
                className="icon-button small appears"
                aria-label={`Remove ${name}`}
                title={`Remove ${name}`}
                onClick={() => void clearField(form, `${path}/${name}`)}
              >
                <Trash2 size={12} />
              </button>
            </header>
            {name === "Comment" ? (
              <Line
                label="Comment"
                value={textOf(value)}
                onCommit={(next) => void setField(form, `${path}/Comment`, JSON.stringify(next))}
              />
            ) : name === "ResultPath" ? (
              <ExpressionField
                label="ResultPath"
                value={textOf(value)}
                language="JSONPath"
                ask={completionAt(form, `${path}/ResultPath`)}
                onCommit={(next) =>
                  void setField(
                    form,
                    `${path}/ResultPath`,
                    next.trim() === "null" ? "null" : JSON.stringify(next.trim()),
                  )
                }
              />
            ) : (
              <ValueTree path={`${path}/${name}`} label={name} node={value} marking={jsonata ? "jsonata" : "dollar"} />
            )}
          </div>
        );
      })}
      {absent.length === 0 ? null : (
        <div className="entry-add">
          {absent.map(({ name, initial, help }) => (
            <button
              key={name}
              type="button"
              className="chip-button"
              title={help}
              onClick={() => void setField(form, `${path}/${name}`, initial)}
            >
              <Plus size={11} /> {name}
            </button>
          ))}
        </div>
      )}
    </>
  );
}

/** Fields of a rule that belong nowhere: shown, never lost. */
export function Strange({
  node,
  path,
  jsonata,
  operators,
}: {
  node: JsonNode;
  path: string;
  jsonata: boolean;
  operators: readonly Comparison[];
}): ReactElement | null {
  const form = useForm();
  const known = new Set([
    "Next",
    "Assign",
    "Output",
    "Comment",
    ...(jsonata ? ["Condition"] : ["Variable", "And", "Or", "Not", ...operators.map((operator) => operator.name)]),
  ]);
  const strange = entriesOf(node).filter(([name]) => !known.has(name));
  if (strange.length === 0) return null;
  return (
    <>
      {strange.map(([name, value]) => (
        <div key={name} className="beside">
          <header>
            <span title="Not a field of this rule">{name}</span>
            <span className="grow" />
            <button
              type="button"
              className="icon-button small"
              aria-label={`Remove ${name}`}
              title={`Remove ${name}`}
              onClick={() => void clearField(form, `${path}/${name}`)}
            >
              <Trash2 size={12} />
            </button>
          </header>
          <code className="strange">{writeJson(value)}</code>
        </div>
      ))}
    </>
  );
}
