// The rules of a Choice: nested conditions, in the order in which they are tried, with their truth for the data at hand.

import { Check, Plus, Trash2, X } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { Comparison } from "../../backend";
import { ExpressionField } from "../../code";
import { type JsonNode, Menu, readJson, Tip, writeJson } from "../../ui";
import {
  clearField,
  completionAt,
  entriesOf,
  items,
  member,
  moveField,
  renameField,
  setField,
  setFields,
  textOf,
  useForm,
} from "../place";
import { useLanguage } from "../language";
import { Besides, Strange } from "./Besides";
import { conditionFields, conditionOf, conditionText, operandFor, operandTyped, operatorGroups } from "./conditions";
import { ProblemsAt } from "./Frame";
import { LeadsTo } from "./LeadsTo";
import { Choose, Line, Segments } from "./Line";
import { useReorder } from "./Sortable";

/** Whether a condition holds for the data at hand. */
function Truth({ path }: { path: string }): ReactElement | null {
  const { preview } = useForm();
  const truth = preview?.conditions.find((condition) => `Choices/${condition.place}` === path);
  if (!truth) return null;
  if (truth.holds === null)
    return (
      <Tip text={truth.problem ?? "It cannot be evaluated."}>
        <span className="truth unknown" tabIndex={0} aria-label={`Cannot be evaluated: ${truth.problem ?? ""}`}>
          ?
        </span>
      </Tip>
    );
  return (
    <span className={`truth ${truth.holds ? "yes" : "no"}`} title="With the data of the preview">
      {truth.holds ? <Check size={11} aria-hidden="true" /> : <X size={11} aria-hidden="true" />}
      {truth.holds ? "true" : "false"}
    </span>
  );
}

const FRESH = '{ "Variable": "$.value", "IsPresent": true }';

function Compare({
  path,
  node,
  operators,
}: {
  path: string;
  node: JsonNode;
  operators: readonly Comparison[];
}): ReactElement {
  const form = useForm();
  const condition = conditionOf(node, operators);
  if (condition.kind !== "compare") return <></>;
  const { operator, operand, variable } = condition;
  const known = operators.find((candidate) => candidate.name === operator);
  const base = operator?.endsWith("Path") === true ? operator.slice(0, -4) : operator;
  const pathTwin = operators.some((candidate) => candidate.name === `${base ?? ""}Path`);
  const become = (name: string): void => {
    const next = operators.find((candidate) => candidate.name === name);
    if (!next) return;
    const value = operandFor(next.operand, operand);
    if (operator === null) void setField(form, `${path}/${name}`, value);
    else void renameField(form, `${path}/${operator}`, name, value);
  };
  const set = (value: string): void => {
    if (operator !== null) void setField(form, `${path}/${operator}`, value);
  };
  return (
    <div className="compare">
      <ExpressionField
        label="Variable"
        value={variable}
        language="JSONPath"
        placeholder="$.path"
        ask={completionAt(form, `${path}/Variable`)}
        onCommit={(next) => {
          void setField(form, `${path}/Variable`, JSON.stringify(next));
        }}
      />
      <select
        aria-label="Operator"
        value={base ?? ""}
        onChange={(event) => {
          become(event.currentTarget.value);
        }}
      >
        {base === null ? <option value="">choose…</option> : null}
        {operatorGroups(operators).map(([word, group]) => (
          <optgroup key={word} label={word}>
            {group.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </optgroup>
        ))}
      </select>
      <span className="operand">
        {known === undefined ? null : known.operand === "path" ? (
          <ExpressionField
            label="Value"
            value={textOf(operand)}
            language="JSONPath"
            ask={completionAt(form, `${path}/${known.name}`)}
            onCommit={(next) => {
              set(JSON.stringify(next));
            }}
          />
        ) : known.operand === "boolean" ? (
          <Choose label="Value" value={textOf(operand)} options={["true", "false"]} onCommit={set} />
        ) : (
          <Line
            mono
            label="Value"
            value={textOf(operand)}
            {...(known.name === "StringMatches" ? { placeholder: "log-*.txt" } : {})}
            onCommit={(typed) => {
              set(operandTyped(known.operand, typed));
            }}
          />
        )}
        {pathTwin && base !== null ? (
          <Segments
            label="Compare with"
            value={operator === base ? "value" : "path"}
            options={[
              ["value", "value", "A fixed value"],
              ["path", "$", "What stands at a path"],
            ]}
            onCommit={(to) => {
              become(to === "path" ? `${base}Path` : base);
            }}
          />
        ) : null}
      </span>
    </div>
  );
}

/** A condition at any depth. `rule`: the outermost, whose object also says where it leads. */
function ConditionEditor({
  path,
  node,
  rule = false,
  remove,
}: {
  path: string;
  node: JsonNode;
  rule?: boolean;
  remove?: (() => void) | undefined;
}): ReactElement {
  const form = useForm();
  const operators = useLanguage().comparisons;
  const condition = conditionOf(node, operators);
  const inner = condition.kind === "group" ? condition.inner : [];
  const reorder = useReorder(inner.length, (from, to) =>
    condition.kind === "group"
      ? moveField(form, `${path}/${condition.word}/${String(from)}`, to)
      : Promise.resolve(false),
  );
  /** Puts another condition in place of this one. */
  const become = (text: string): void => {
    if (!rule) {
      void setField(form, path, text);
      return;
    }
    const wanted = entriesOf(readJson(text) ?? undefined);
    const gone = conditionFields(node).filter((name) => !wanted.some(([other]) => other === name));
    void setFields(
      form,
      [
        ...gone.map((name) => ({ name, value: null })),
        ...wanted.map(([name, value]) => ({ name, value: writeJson(value) })),
      ],
      path,
    );
  };
  const own = conditionText(node);
  const head = (word: string, children: ReactElement | null): ReactElement => (
    <header>
      <Choose
        label="How conditions are joined"
        value={word}
        options={[
          ["And", "All of these"],
          ["Or", "Any of these"],
          ["Not", "Not this"],
        ]}
        onCommit={(next) => {
          if (condition.kind === "group" && next !== "Not") void renameField(form, `${path}/${condition.word}`, next);
          else if (condition.kind === "group") {
            const only = condition.inner.length === 1 ? condition.inner[0] : undefined;
            become(`{"Not":${only ? writeJson(only) : own}}`);
          } else if (condition.kind === "not")
            void renameField(form, `${path}/Not`, next, `[${writeJson(condition.inner)}]`);
        }}
      />
      {rule ? null : <Truth path={path} />}
      <span className="grow" />
      {children}
      {remove ? (
        <button
          type="button"
          className="icon-button small"
          aria-label="Remove the condition"
          title="Remove"
          onClick={remove}
        >
          <Trash2 size={12} />
        </button>
      ) : null}
    </header>
  );
  if (condition.kind === "group") {
    const only = condition.inner.length === 1 ? condition.inner[0] : undefined;
    return (
      <section className={`condition-group joined-${condition.word}`}>
        {head(
          condition.word,
          only ? (
            <button
              type="button"
              className="link"
              onClick={() => {
                become(writeJson(only));
              }}
            >
              Ungroup
            </button>
          ) : null,
        )}
        <ol ref={reorder.list}>
          {condition.inner.map((child, index) => (
            <li key={index} data-sortable className={reorder.className(index)}>
              {reorder.grip(index, `condition ${String(index + 1)}`)}
              <ConditionEditor
                path={`${path}/${condition.word}/${String(index)}`}
                node={child}
                remove={
                  condition.inner.length > 1
                    ? () => void clearField(form, `${path}/${condition.word}/${String(index)}`)
                    : undefined
                }
              />
            </li>
          ))}
        </ol>
        <div className="entry-add">
          <button
            type="button"
            className="chip-button"
            onClick={() => void setField(form, `${path}/${condition.word}/${String(condition.inner.length)}`, FRESH)}
          >
            <Plus size={11} /> Condition
          </button>
          <button
            type="button"
            className="chip-button"
            onClick={() =>
              void setField(
                form,
                `${path}/${condition.word}/${String(condition.inner.length)}`,
                `{ "${condition.word === "And" ? "Or" : "And"}": [${FRESH}, ${FRESH}] }`,
              )
            }
          >
            <Plus size={11} /> Group
          </button>
        </div>
      </section>
    );
  }
  if (condition.kind === "not") {
    return (
      <section className="condition-group joined-Not">
        {head(
          "Not",
          <button
            type="button"
            className="link"
            onClick={() => {
              become(writeJson(condition.inner));
            }}
          >
            Drop “not”
          </button>,
        )}
        <ConditionEditor path={`${path}/Not`} node={condition.inner} />
      </section>
    );
  }
  return (
    <div className="condition">
      <Compare path={path} node={node} operators={operators} />
      <div className="condition-tools">
        {rule ? null : <Truth path={path} />}
        <span className="grow" />
        <Menu
          align="end"
          trigger={
            <button type="button" className="link" aria-label="Join with other conditions">
              Join…
            </button>
          }
          entries={[
            {
              label: "And another condition",
              run: () => {
                become(`{"And":[${own},${FRESH}]}`);
              },
            },
            {
              label: "Or another condition",
              run: () => {
                become(`{"Or":[${own},${FRESH}]}`);
              },
            },
            {
              label: "Not this condition",
              run: () => {
                become(`{"Not":${own}}`);
              },
            },
          ]}
        />
        {remove ? (
          <button
            type="button"
            className="icon-button small"
            aria-label="Remove the condition"
            title="Remove"
            onClick={remove}
          >
            <Trash2 size={12} />
          </button>
        ) : null}
      </div>
    </div>
  );
}

function shortly(node: JsonNode, operators: readonly Comparison[]): string {
  const written = textOf(member(node, "Condition"));
  if (written !== "") return written;
  const condition = conditionOf(node, operators);
  if (condition.kind === "compare")
    return `${condition.variable} ${condition.operator ?? ""} ${condition.operand ? writeJson(condition.operand) : ""}`;
  if (condition.kind === "not") return `not (${shortly(condition.inner, operators)})`;
  return condition.inner.map((inner) => shortly(inner, operators)).join(condition.word === "And" ? " and " : " or ");
}

const RULE_FIELDS = {
  JSONPath: [
    { name: "Assign", initial: "{}", help: "Variables to set when this rule holds" },
    { name: "Comment", initial: '""', help: "For people" },
  ],
  JSONata: [
    { name: "Output", initial: '"{% $states.input %}"', help: "What is passed on when this rule holds" },
    { name: "Assign", initial: "{}", help: "Variables to set when this rule holds" },
    { name: "Comment", initial: '""', help: "For people" },
  ],
} as const;

export function Rules({ value }: { value: JsonNode }): ReactElement {
  const form = useForm();
  const operators = useLanguage().comparisons;
  const rules = items(value);
  const jsonata = form.language === "JSONata";
  // Many rules at once are a wall: the others show their condition in a line.
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set(rules.length <= 3 ? rules.keys() : [0]));
  const reorder = useReorder(rules.length, (from, to) => moveField(form, `Choices/${String(from)}`, to));
  const taken = form.preview?.end.type === "rule" ? form.preview.end.index : null;
  const first = form.graph.nodes.find(
    (node) =>
      node.parent === form.node.parent &&
      node.id !== form.node.id &&
      node.name !== "" &&
      node.kind !== "branch" &&
      node.kind !== "processor",
  );
  const toggle = (at: number): void => {
    setOpen((before) => {
      const next = new Set(before);
      if (!next.delete(at)) next.add(at);
      return next;
    });
  };
  return (
    <>
      <ol className="rules" ref={reorder.list}>
        {rules.map((rule, at) => {
          const path = `Choices/${String(at)}`;
          const shown = open.has(at);
          const strange = jsonata && member(rule, "Condition") === undefined;
          return (
            <li
              key={at}
              data-sortable
              className={`element rule ${reorder.className(at)} ${taken === at ? "taken" : ""}`}
            >
              <header>
                {reorder.grip(at, `rule ${String(at + 1)}`)}
                <button
                  type="button"
                  className="fold"
                  aria-expanded={shown}
                  onClick={() => {
                    toggle(at);
                  }}
                >
                  Rule {at + 1}
                  {shown ? null : <code>{shortly(rule, operators)}</code>}
                </button>
                <Truth path={path} />
                {taken === at ? <span className="taken-word">taken</span> : null}
                <Menu
                  align="end"
                  trigger={
                    <button type="button" className="kind-button" aria-label={`More for rule ${String(at + 1)}`}>
                      ⋯
                    </button>
                  }
                  entries={[
                    { label: "Earlier", disabled: at === 0, run: () => void moveField(form, path, at - 1) },
                    {
                      label: "Later",
                      disabled: at === rules.length - 1,
                      run: () => void moveField(form, path, at + 1),
                    },
                    {
                      label: "Duplicate",
                      run: () => {
                        toggle(rules.length);
                        void setField(form, `Choices/${String(rules.length)}`, writeJson(rule));
                      },
                    },
                    { label: "Remove", run: () => void clearField(form, path) },
                  ]}
                />
              </header>
              {shown ? (
                <>
                  {jsonata && !strange ? (
                    <ExpressionField
                      label="Condition"
                      value={textOf(member(rule, "Condition"))}
                      language="JSONata"
                      ask={completionAt(form, `${path}/Condition`)}
                      onCommit={(next) => void setField(form, `${path}/Condition`, JSON.stringify(next))}
                    />
                  ) : (
                    <ConditionEditor path={path} node={rule} rule />
                  )}
                  <LeadsTo slot={{ type: "rule", index: at }} next={member(rule, "Next")} />
                  <Besides path={path} node={rule} fields={RULE_FIELDS[form.language]} />
                  <Strange node={rule} path={path} jsonata={jsonata} operators={operators} />
                </>
              ) : null}
              <ProblemsAt path={path} />
            </li>
          );
        })}
      </ol>
      <button
        type="button"
        className="button small"
        onClick={() => {
          toggle(rules.length);
          void setField(
            form,
            `Choices/${String(rules.length)}`,
            `{ ${jsonata ? '"Condition": "{% true %}"' : '"Variable": "$.value", "IsPresent": true'}, "Next": ${JSON.stringify(first?.name ?? "")} }`,
          );
        }}
      >
        <Plus size={13} /> Add a rule
      </button>
      {rules.length > 1 ? <p className="hint-line">The first rule that holds decides.</p> : null}
    </>
  );
}
