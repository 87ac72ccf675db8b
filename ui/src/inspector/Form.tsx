// The fields of a state as a form. Each change is one named edit of the text, so undo and the code view know it.

import { ArrowDown, ArrowUp, Plus, Trash2 } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";

import type { GraphNode, WorkflowGraph } from "../backend";
import { JsonField, jsonTrouble } from "../code";
import { edit } from "../document";
import { duration } from "../run";
import { type JsonNode, Menu, prettyJson, readJson, writeJson } from "../ui";
import { delays, type Field, fieldsOf, OPERATORS, operand, STRUCTURAL } from "./fields";

interface Place {
  readonly document: number;
  readonly graph: WorkflowGraph;
  readonly node: GraphNode;
}

const unquote = (text: string): string => {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "string" ? value : text;
  } catch {
    return text;
  }
};

const member = (node: JsonNode | undefined, name: string): JsonNode | undefined =>
  node?.kind === "object" ? node.entries.find(([key]) => unquote(key) === name)?.[1] : undefined;
const textOf = (node: JsonNode | undefined): string => (node === undefined ? "" : unquote(writeJson(node)));
const escape = (name: string): string => name.replace(/~/g, "~0").replace(/\//g, "~1");

const setField = (place: Place, path: string, value: string): void => {
  void edit(place.document, { type: "setField", pointer: `${place.node.id}/${path}`, value }, { stay: true });
};
const clearField = (place: Place, path: string): void => {
  void edit(place.document, { type: "clearField", pointer: `${place.node.id}/${path}` }, { stay: true });
};

/** A line of text that is committed when one leaves it or presses Enter, and restored by Escape. */
function Line({
  value,
  label,
  mono = false,
  className,
  onCommit,
  list,
}: {
  value: string;
  label: string;
  mono?: boolean;
  className?: string;
  onCommit: (value: string) => void;
  list?: string;
}): ReactElement {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft !== value) onCommit(draft);
    setDraft(null);
  };
  return (
    <input
      className={`${mono ? "mono" : ""} ${className ?? ""}`}
      aria-label={label}
      value={draft ?? value}
      spellCheck={false}
      {...(list === undefined ? {} : { list })}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") {
          event.stopPropagation();
          setDraft(null);
          event.currentTarget.blur();
        }
      }}
    />
  );
}

export function NameField({ place }: { place: Place }): ReactElement {
  return (
    <Line
      className="state-name-field"
      label="Name"
      value={place.node.name}
      onCommit={(name) => {
        void edit(place.document, { type: "rename", state: place.node.id, name });
      }}
    />
  );
}

function Json({
  id,
  value,
  label,
  onCommit,
}: {
  id: string;
  value: string;
  label: string;
  onCommit: (value: string) => void;
}): ReactElement {
  const pretty = prettyJson(value);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? pretty;
  const trouble = draft === null ? null : jsonTrouble(draft);
  const commit = (): void => {
    if (draft === null || trouble !== null) return;
    if (draft !== pretty) onCommit(draft);
    setDraft(null);
  };
  const lines = Math.min(16, Math.max(2, text.split("\n").length));
  return (
    <div
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) commit();
      }}
    >
      <JsonField
        id={id}
        label={label}
        value={text}
        onChange={setDraft}
        onSubmit={commit}
        className={`lines-${String(lines)}`}
      />
      {trouble === null ? null : (
        <p className="field-note bad" role="status">
          {trouble}
        </p>
      )}
    </div>
  );
}

function StateSelect({
  place,
  value,
  label,
  end,
  onCommit,
}: {
  place: Place;
  value: string | null;
  label: string;
  end: boolean;
  onCommit: (to: GraphNode | null) => void;
}): ReactElement {
  const states = place.graph.nodes.filter(
    (node) =>
      node.parent === place.node.parent &&
      node.name !== "" &&
      node.kind !== "branch" &&
      node.kind !== "processor" &&
      node.id !== place.node.id,
  );
  const known = value === null || states.some((node) => node.name === value);
  return (
    <select
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => {
        onCommit(states.find((node) => node.name === event.currentTarget.value) ?? null);
      }}
    >
      {end || value === null ? <option value="">{end ? "ends here" : "none"}</option> : null}
      {known ? null : <option value={value}>{value} (not here)</option>}
      {states.map((node) => (
        <option key={node.id} value={node.name}>
          {node.name}
        </option>
      ))}
    </select>
  );
}

function Buttons({
  place,
  path,
  at,
  count,
  elements,
}: {
  place: Place;
  path: string;
  at: number;
  count: number;
  elements: readonly JsonNode[];
}): ReactElement {
  const swap = (other: number): void => {
    const moved = [...elements];
    const a = moved[at],
      b = moved[other];
    if (!a || !b) return;
    moved[at] = b;
    moved[other] = a;
    setField(place, path, prettyJson(`[${moved.map(writeJson).join(",")}]`));
  };
  return (
    <span className="element-buttons">
      <button
        type="button"
        className="icon-button small"
        aria-label="Earlier"
        title="Earlier"
        disabled={at === 0}
        onClick={() => {
          swap(at - 1);
        }}
      >
        <ArrowUp size={13} />
      </button>
      <button
        type="button"
        className="icon-button small"
        aria-label="Later"
        title="Later"
        disabled={at === count - 1}
        onClick={() => {
          swap(at + 1);
        }}
      >
        <ArrowDown size={13} />
      </button>
      <button
        type="button"
        className="icon-button small"
        aria-label="Remove"
        title="Remove"
        onClick={() => {
          clearField(place, `${path}/${String(at)}`);
        }}
      >
        <Trash2 size={13} />
      </button>
    </span>
  );
}

function Element({
  title,
  children,
  buttons,
}: {
  title: string;
  children: ReactNode;
  buttons: ReactElement;
}): ReactElement {
  return (
    <section className="element">
      <header>
        <span>{title}</span>
        {buttons}
      </header>
      {children}
    </section>
  );
}

/** Variable, operator and value of a rule that is nothing more than that. */
function simpleRule(rule: JsonNode): { variable: string; operator: string; value: string } | null {
  if (rule.kind !== "object") return null;
  const names = rule.entries
    .map(([key]) => unquote(key))
    .filter((name) => !["Next", "Comment", "Assign"].includes(name));
  const operator = names.find((name) => name !== "Variable");
  if (
    names.length !== 2 ||
    !names.includes("Variable") ||
    operator === undefined ||
    !(OPERATORS as readonly string[]).includes(operator)
  )
    return null;
  return { variable: textOf(member(rule, "Variable")), operator, value: textOf(member(rule, operator)) };
}

function Rules({ place, rules }: { place: Place; rules: readonly JsonNode[] }): ReactElement {
  const jsonata = place.node.queryLanguage === "JSONata";
  const first =
    place.graph.nodes.find((node) => node.parent === place.node.parent && node.name !== "" && node.id !== place.node.id)
      ?.name ?? "";
  return (
    <>
      {rules.map((rule, at) => {
        const path = `Choices/${String(at)}`;
        const simple = jsonata ? null : simpleRule(rule);
        const change = (next: { variable: string; operator: string; value: string }): void => {
          if (rule.kind !== "object" || !simple) return;
          const kept = rule.entries.filter(([key]) => unquote(key) !== "Variable" && unquote(key) !== simple.operator);
          const head = `"Variable": ${JSON.stringify(next.variable)}, ${JSON.stringify(next.operator)}: ${operand(next.operator, next.value)}`;
          setField(
            place,
            path,
            prettyJson(`{${[head, ...kept.map(([key, value]) => `${key}: ${writeJson(value)}`)].join(", ")}}`),
          );
        };
        return (
          <Element
            key={at}
            title={`Rule ${String(at + 1)}`}
            buttons={<Buttons place={place} path="Choices" at={at} count={rules.length} elements={rules} />}
          >
            {jsonata ? (
              <Line
                mono
                label="Condition"
                value={textOf(member(rule, "Condition"))}
                onCommit={(value) => {
                  setField(place, `${path}/Condition`, JSON.stringify(value));
                }}
              />
            ) : simple ? (
              <div className="rule-row">
                <Line
                  mono
                  label="Variable"
                  value={simple.variable}
                  onCommit={(variable) => {
                    change({ ...simple, variable });
                  }}
                />
                <select
                  aria-label="Operator"
                  value={simple.operator}
                  onChange={(event) => {
                    change({ ...simple, operator: event.currentTarget.value });
                  }}
                >
                  {OPERATORS.map((operator) => (
                    <option key={operator}>{operator}</option>
                  ))}
                </select>
                <Line
                  mono
                  label="Value"
                  value={simple.value}
                  onCommit={(value) => {
                    change({ ...simple, value });
                  }}
                />
              </div>
            ) : (
              <Json
                id={`${place.node.id} ${path}`}
                label={`Rule ${String(at + 1)}`}
                value={writeJson(rule)}
                onCommit={(value) => {
                  setField(place, path, value);
                }}
              />
            )}
            <label className="inline-field">
              <span>Next</span>
              <StateSelect
                place={place}
                label="Next"
                end={false}
                value={textOf(member(rule, "Next"))}
                onCommit={(to) => {
                  if (to)
                    void edit(
                      place.document,
                      { type: "connect", from: place.node.id, slot: { type: "rule", index: at }, to: to.id },
                      { stay: true },
                    );
                }}
              />
            </label>
          </Element>
        );
      })}
      <button
        type="button"
        className="button small"
        onClick={() => {
          setField(
            place,
            `Choices/${String(rules.length)}`,
            jsonata
              ? `{ "Condition": "{% true %}", "Next": ${JSON.stringify(first)} }`
              : `{ "Variable": "$.value", "StringEquals": "", "Next": ${JSON.stringify(first)} }`,
          );
        }}
      >
        <Plus size={13} /> Add a rule
      </button>
    </>
  );
}

function Errors({ place, path, element }: { place: Place; path: string; element: JsonNode }): ReactElement {
  const errors = member(element, "ErrorEquals");
  const listed = errors?.kind === "array" ? errors.items.map(textOf).join(", ") : "";
  return (
    <label className="inline-field">
      <span>Errors</span>
      <Line
        mono
        label="Errors, separated by commas"
        value={listed}
        onCommit={(value) => {
          setField(
            place,
            `${path}/ErrorEquals`,
            `[${value
              .split(",")
              .map((name) => name.trim())
              .filter((name) => name !== "")
              .map((name) => JSON.stringify(name))
              .join(", ")}]`,
          );
        }}
      />
    </label>
  );
}

function Backoff({ seconds }: { seconds: readonly number[] }): ReactElement {
  const longest = Math.max(...seconds, 0.001);
  return (
    <div className="backoff" title={seconds.map((delay) => duration(delay * 1_000)).join(", ")}>
      {seconds.map((delay, at) => (
        <span key={at}>
          <i style={{ height: `${String(Math.max(6, (delay / longest) * 100))}%` }} />
          <small>{duration(delay * 1_000)}</small>
        </span>
      ))}
    </div>
  );
}

const SHORT: Record<string, string> = {
  IntervalSeconds: "Interval, s",
  MaxAttempts: "Attempts",
  BackoffRate: "Rate",
  MaxDelaySeconds: "Longest, s",
};

function Retriers({ place, retriers }: { place: Place; retriers: readonly JsonNode[] }): ReactElement {
  const numbers: [string, string][] = [
    ["IntervalSeconds", "1"],
    ["MaxAttempts", "3"],
    ["BackoffRate", "2"],
    ["MaxDelaySeconds", ""],
  ];
  return (
    <>
      {retriers.map((retrier, at) => {
        const path = `Retry/${String(at)}`;
        const number = (name: string, otherwise: number): number => {
          const found = Number(textOf(member(retrier, name)));
          return member(retrier, name) !== undefined && Number.isFinite(found) ? found : otherwise;
        };
        const cap = member(retrier, "MaxDelaySeconds");
        return (
          <Element
            key={at}
            title={`Retrier ${String(at + 1)}`}
            buttons={<Buttons place={place} path="Retry" at={at} count={retriers.length} elements={retriers} />}
          >
            <Errors place={place} path={path} element={retrier} />
            <div className="number-row">
              {numbers.map(([name, otherwise]) => (
                <label key={name}>
                  <span title={name}>{SHORT[name] ?? name}</span>
                  <Line
                    mono
                    label={name}
                    value={member(retrier, name) === undefined ? otherwise : textOf(member(retrier, name))}
                    onCommit={(value) => {
                      if (value.trim() === "") clearField(place, `${path}/${name}`);
                      else
                        setField(
                          place,
                          `${path}/${name}`,
                          Number.isFinite(Number(value)) ? value.trim() : JSON.stringify(value),
                        );
                    }}
                  />
                </label>
              ))}
            </div>
            <Backoff
              seconds={delays(
                number("IntervalSeconds", 1),
                number("BackoffRate", 2),
                number("MaxAttempts", 3),
                cap === undefined ? null : number("MaxDelaySeconds", 0),
              )}
            />
          </Element>
        );
      })}
      <button
        type="button"
        className="button small"
        onClick={() => {
          setField(
            place,
            `Retry/${String(retriers.length)}`,
            '{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2 }',
          );
        }}
      >
        <Plus size={13} /> Add a Retrier
      </button>
    </>
  );
}

function Catchers({ place, catchers }: { place: Place; catchers: readonly JsonNode[] }): ReactElement {
  const jsonpath = place.node.queryLanguage === "JSONPath";
  return (
    <>
      {catchers.map((catcher, at) => {
        const path = `Catch/${String(at)}`;
        return (
          <Element
            key={at}
            title={`Catcher ${String(at + 1)}`}
            buttons={<Buttons place={place} path="Catch" at={at} count={catchers.length} elements={catchers} />}
          >
            <Errors place={place} path={path} element={catcher} />
            <label className="inline-field">
              <span>Next</span>
              <StateSelect
                place={place}
                label="Next"
                end={false}
                value={textOf(member(catcher, "Next"))}
                onCommit={(to) => {
                  if (to)
                    void edit(
                      place.document,
                      { type: "connect", from: place.node.id, slot: { type: "catch", index: at }, to: to.id },
                      { stay: true },
                    );
                }}
              />
            </label>
            {jsonpath ? (
              <label className="inline-field">
                <span>ResultPath</span>
                <Line
                  mono
                  label="ResultPath"
                  value={textOf(member(catcher, "ResultPath"))}
                  onCommit={(value) => {
                    if (value.trim() === "") clearField(place, `${path}/ResultPath`);
                    else
                      setField(
                        place,
                        `${path}/ResultPath`,
                        value.trim() === "null" ? "null" : JSON.stringify(value.trim()),
                      );
                  }}
                />
              </label>
            ) : null}
          </Element>
        );
      })}
    </>
  );
}

function FieldControl({ place, field, value }: { place: Place; field: Field; value: JsonNode }): ReactElement {
  const written = writeJson(value);
  const path = escape(field.name);
  switch (field.control) {
    case "text":
      return (
        <Line
          label={field.name}
          mono={field.name === "Resource"}
          value={textOf(value)}
          onCommit={(next) => {
            setField(place, path, JSON.stringify(next));
          }}
        />
      );
    case "expression":
      // `null` is a value of its own for paths.
      return (
        <Line
          mono
          label={field.name}
          value={textOf(value)}
          onCommit={(next) => {
            setField(
              place,
              path,
              next.trim() === "null" && field.name.endsWith("Path") ? "null" : JSON.stringify(next),
            );
          }}
        />
      );
    case "number":
      return (
        <Line
          mono
          label={field.name}
          value={textOf(value)}
          onCommit={(next) => {
            setField(
              place,
              path,
              next.trim() !== "" && Number.isFinite(Number(next)) ? next.trim() : JSON.stringify(next),
            );
          }}
        />
      );
    case "options":
      return (
        <select
          aria-label={field.name}
          value={textOf(value)}
          onChange={(event) => {
            setField(place, path, JSON.stringify(event.currentTarget.value));
          }}
        >
          {field.options?.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      );
    case "state":
      return (
        <StateSelect
          place={place}
          label={field.name}
          end={false}
          value={textOf(value)}
          onCommit={(to) => {
            if (to)
              void edit(
                place.document,
                { type: "connect", from: place.node.id, slot: { type: "default" }, to: to.id },
                { stay: true },
              );
          }}
        />
      );
    case "rules":
      return <Rules place={place} rules={value.kind === "array" ? value.items : []} />;
    case "retry":
      return <Retriers place={place} retriers={value.kind === "array" ? value.items : []} />;
    case "catch":
      return <Catchers place={place} catchers={value.kind === "array" ? value.items : []} />;
    case "json":
      return (
        <Json
          id={`${place.node.id} ${field.name}`}
          label={field.name}
          value={written}
          onCommit={(next) => {
            setField(place, path, next);
          }}
        />
      );
  }
}

/** The whole form of a state, from its definition as it stands in the text. */
export function StateForm({ place, text }: { place: Place; text: string }): ReactElement {
  const state = readJson(text);
  if (state?.kind !== "object") return <p className="dim">This state can be changed in the code view.</p>;
  const all = fieldsOf(place.node.kind, place.node.queryLanguage);
  const present = new Map(state.entries.map(([key, value]) => [unquote(key), value]));
  const shown = all.filter((field) => present.has(field.name));
  const missing = all.filter((field) => !present.has(field.name) && field.name !== "Catch");
  // What the table does not know is still the person's: it is shown, and can be changed as JSON.
  const others = [...present.keys()].filter(
    (name) => !STRUCTURAL.has(name) && !all.some((field) => field.name === name),
  );
  const next = present.get("Next");
  const leads = place.node.kind !== "choice" && place.node.kind !== "succeed" && place.node.kind !== "fail";
  return (
    <div className="state-form">
      {[...shown, ...others.map((name): Field => ({ name, control: "json", help: "", initial: "null" }))].map(
        (field) => {
          const value = present.get(field.name);
          return value === undefined ? null : (
            <div key={field.name} className={`form-field control-${field.control}`}>
              <header>
                <span className="field-name" title={field.help}>
                  {field.name}
                </span>
                {field.name === "Resource" || field.name === "Choices" ? null : (
                  <button
                    type="button"
                    className="icon-button small"
                    aria-label={`Remove ${field.name}`}
                    title={`Remove ${field.name}`}
                    onClick={() => {
                      clearField(place, escape(field.name));
                    }}
                  >
                    <Trash2 size={12} />
                  </button>
                )}
              </header>
              <FieldControl place={place} field={field} value={value} />
            </div>
          );
        },
      )}
      {leads ? (
        <div className="form-field">
          <header>
            <span className="field-name">Next</span>
          </header>
          <StateSelect
            place={place}
            label="Next"
            end
            value={next === undefined ? null : textOf(next)}
            onCommit={(to) => {
              void edit(
                place.document,
                { type: "connect", from: place.node.id, slot: { type: "next" }, to: to?.id ?? null },
                { stay: true },
              );
            }}
          />
        </div>
      ) : null}
      {missing.length === 0 ? null : (
        <Menu
          trigger={
            <button type="button" className="button small add-field">
              <Plus size={13} /> Add a field…
            </button>
          }
          entries={missing.map((field) => ({
            label: field.name,
            hint: field.help,
            run: () => {
              setField(place, escape(field.name), field.initial);
            },
          }))}
        />
      )}
    </div>
  );
}
