// One field of a state as what it is: a path, a number, a payload, rules.

import { Plus, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";

import { type FieldShape, type StateField, useCommand } from "../../backend";
import { ExpressionField, isJsonata } from "../../code";
import { freeName } from "../../design";
import { edit, select, tabKey } from "../../document";
import { type JsonNode, readJson, writeJson } from "../../ui";
import {
  clearField,
  completionAt,
  escape,
  items,
  member,
  setField,
  setFields,
  stageValue,
  textOf,
  useForm,
} from "../place";
import { INITIAL, VARIANTS } from "../language";
import { sizeOf } from "../value/kinds";
import { TextValue } from "../value/TextValue";
import { type Marking, ValueTree } from "../value/ValueEditor";
import { Frame } from "./Frame";
import { Catchers, Retriers } from "./Handlers";
import { Area, Choose, Line, NumberField, Segments, StateSelect } from "./Line";
import { CREDENTIALS, ITEM_BATCHER, ITEM_READER, type PartField, Part, ProcessorConfig, RESULT_WRITER } from "./Parts";
import { ResourceField } from "./Resource";
import { Rules } from "./Rules";

/** Payloads with more values than this begin as text. */
const MOST_VALUES = 400;

const STAGE_OF: Readonly<Record<string, string>> = {
  Parameters: "Parameters",
  Arguments: "Arguments",
  ResultSelector: "ResultSelector",
  Output: "Output",
  Items: "Items",
};

function usePayloadKind(name: string) {
  const form = useForm();
  const { resource } = form.node;
  const wanted = resource !== null && form.node.kind === "task" && (name === "Arguments" || name === "Parameters");
  const { data } = useCommand(
    "describe_integration",
    { resource: resource ?? "", language: form.language },
    { enabled: wanted },
  );
  const found = wanted ? data?.integration : undefined;
  return found ? ({ type: "object", fields: found.arguments } as const) : undefined;
}

function Payload({ name, help, value }: { name: string; help: string; value: JsonNode }): ReactElement {
  const form = useForm();
  const kind = usePayloadKind(name);
  const large = sizeOf(value, MOST_VALUES) > MOST_VALUES;
  const [mode, setMode] = useState<"form" | "text">(large ? "text" : "form");
  const marking: Marking = name === "Result" ? "literal" : form.language === "JSONata" ? "jsonata" : "dollar";
  const stage = STAGE_OF[name];
  const assigned = form.preview?.assigned;
  const evaluated: JsonNode | undefined =
    name === "Assign" && assigned
      ? {
          kind: "object",
          entries: assigned.flatMap((variable) => {
            const read = readJson(variable.value);
            return read ? [[JSON.stringify(variable.name), read] as [string, JsonNode]] : [];
          }),
        }
      : name === "ItemSelector"
        ? firstOf(stageValue(form.preview, "ItemSelector"))
        : stage === undefined
          ? undefined
          : stageValue(form.preview, stage);
  return (
    <Frame
      name={name}
      help={help}
      extra={
        <Segments
          label={`${name} as`}
          value={mode}
          options={[
            ["form", "Form"],
            ["text", "Text"],
          ]}
          onCommit={setMode}
        />
      }
    >
      {mode === "text" ? (
        <TextValue
          id={`${form.node.id} ${name}`}
          label={name}
          value={writeJson(value)}
          onCommit={(next) => void setField(form, escape(name), next)}
        />
      ) : (
        <ValueTree
          path={escape(name)}
          label={name}
          node={value}
          marking={marking}
          kind={kind}
          resource={kind ? form.node.resource : null}
          evaluated={evaluated}
        />
      )}
    </Frame>
  );
}

function firstOf(node: JsonNode | undefined): JsonNode | undefined {
  return node?.kind === "array" ? node.items[0] : undefined;
}

/** A path, whose null means something of its own. */
function PathField({ name, value, nullable }: { name: string; value: JsonNode; nullable: boolean }): ReactElement {
  const form = useForm();
  const isNull = value.kind === "word" && value.text === "null";
  const words: Readonly<Record<string, string>> = {
    InputPath: "null: the state gets {}",
    OutputPath: "null: {} goes on",
    ResultPath: "null: the result is dropped, the input goes on",
  };
  return (
    <>
      <span className="with-switch">
        {isNull ? (
          <span className="null-value">null</span>
        ) : (
          <ExpressionField
            label={name}
            value={textOf(value)}
            language="JSONPath"
            ask={completionAt(form, escape(name))}
            onCommit={(next) =>
              void setField(
                form,
                escape(name),
                nullable && next.trim() === "null" ? "null" : JSON.stringify(next.trim()),
              )
            }
          />
        )}
        {nullable ? (
          <Segments
            label={`${name} is`}
            value={isNull ? "null" : "path"}
            options={[
              ["path", "$", "A path"],
              ["null", "null", words[name] ?? "Nothing"],
            ]}
            onCommit={(next) => void setField(form, escape(name), next === "null" ? "null" : (INITIAL[name] ?? '"$"'))}
          />
        ) : null}
      </span>
      {isNull ? <p className="hint-line">{words[name]}</p> : null}
    </>
  );
}

/** A number or, under JSONata, an expression. */
function NumberOrExpression({
  name,
  value,
  expression,
}: {
  name: string;
  value: JsonNode;
  expression: boolean;
}): ReactElement {
  const form = useForm();
  const text = textOf(value);
  const isExpression = expression && value.kind === "string" && isJsonata(text);
  const field = isExpression ? (
    <ExpressionField
      label={name}
      value={text}
      language="JSONata"
      ask={completionAt(form, escape(name))}
      onCommit={(next) => void setField(form, escape(name), JSON.stringify(next))}
    />
  ) : (
    <NumberField
      label={name}
      value={text}
      {...(name.includes("Seconds") ? { unit: "s" } : name.includes("Percentage") ? { unit: "%" } : {})}
      onCommit={(next) => {
        if (next !== null) void setField(form, escape(name), next);
      }}
    />
  );
  if (!expression) return field;
  return (
    <span className="with-switch">
      {field}
      <Segments
        label={`${name} is`}
        value={isExpression ? "expression" : "number"}
        options={[
          ["number", "12", "A fixed number"],
          ["expression", "ƒ", "A JSONata expression"],
        ]}
        onCommit={(next) =>
          void setField(
            form,
            escape(name),
            next === "number"
              ? (INITIAL[name] ?? "1")
              : JSON.stringify(`{% ${/^\d+$/.test(text) ? text : "$states.input.value"} %}`),
          )
        }
      />
    </span>
  );
}

function Branches({
  value,
  names,
}: {
  value: JsonNode;
  names: "Branches" | "ItemProcessor" | "Iterator";
}): ReactElement {
  const form = useForm();
  const machines = names === "Branches" ? items(value) : [value];
  const tab = tabKey({ kind: "document", document: form.document });
  const branches = names === "Branches";
  return (
    <>
      <ul className="branches">
        {machines.map((machine, index) => {
          const id = names === "Branches" ? `${form.node.id}/Branches/${String(index)}` : `${form.node.id}/${names}`;
          const inside = form.graph.nodes.filter((node) => node.parent === id && node.name !== "");
          const start = textOf(member(machine, "StartAt"));
          const first = inside.find((node) => node.name === start);
          return (
            <li key={id}>
              <span>{names === "Branches" ? `Branch ${String(index + 1)}` : "For each item"}</span>
              <span className="dim">
                {inside.length} {inside.length === 1 ? "state" : "states"}
              </span>
              <span className="grow" />
              {first ? (
                <button
                  type="button"
                  className="link"
                  onClick={() => {
                    select(tab, { kind: "node", id: first.id }, "outline");
                  }}
                >
                  {first.name}
                </button>
              ) : (
                <span className="dim">empty</span>
              )}
              {branches && machines.length > 1 ? (
                <button
                  type="button"
                  className="icon-button small appears"
                  aria-label={`Remove branch ${String(index + 1)}`}
                  title="Remove the branch with its states"
                  onClick={() => void clearField(form, `Branches/${String(index)}`)}
                >
                  <Trash2 size={12} />
                </button>
              ) : null}
            </li>
          );
        })}
      </ul>
      {branches ? (
        <button
          type="button"
          className="button small"
          onClick={() => {
            const name = freeName(form.graph, "Pass");
            const machine = { StartAt: name, States: { [name]: { Type: "Pass", End: true } } };
            void setField(form, `Branches/${String(machines.length)}`, JSON.stringify(machine, null, 2));
          }}
        >
          <Plus size={13} /> Add a branch
        </button>
      ) : null}
    </>
  );
}

const PARTS: Partial<Record<FieldShape, readonly PartField[]>> = {
  itemReader: ITEM_READER,
  itemBatcher: ITEM_BATCHER,
  resultWriter: RESULT_WRITER,
};

/** A field as it stands. `field` is absent for one that the language does not know. */
export function FieldOf({
  name,
  field,
  value,
  extra,
}: {
  name: string;
  field: StateField | undefined;
  value: JsonNode;
  /** Beside the name: the switch between the names of one thing. */
  extra?: ReactElement | null;
}): ReactElement {
  const form = useForm();
  const jsonata = form.language === "JSONata";
  const help = field?.help ?? "Not a field of the language: it stays as it is.";
  const frame = (
    children: ReactElement,
    options: { deep?: boolean; removable?: boolean; title?: string } = {},
  ): ReactElement => (
    <Frame name={name} help={help} extra={extra} {...options}>
      {children}
    </Frame>
  );
  if (!field) return <Payload name={name} help={help} value={value} />;
  if (name === "Resource") return frame(<ResourceField value={value} />, { removable: false });
  if (name === "Credentials" && value.kind === "object")
    return frame(<Part path="Credentials" node={value} fields={CREDENTIALS} />);
  const part = PARTS[field.shape];
  if (part && value.kind === "object") return frame(<Part path={name} node={value} fields={part} />);
  switch (field.shape) {
    case "choiceRules":
      return frame(<Rules value={value} />, { deep: false, removable: false });
    case "retriers":
      return frame(<Retriers value={value} />, { deep: false });
    case "catchers":
      return frame(<Catchers value={value} />, { deep: false });
    case "branches":
      return frame(<Branches value={value} names="Branches" />, { deep: false, removable: false });
    case "processor":
      return frame(
        <>
          <ProcessorConfig path={name} node={value} />
          <Branches value={value} names={name === "Iterator" ? "Iterator" : "ItemProcessor"} />
        </>,
        { deep: false, removable: false },
      );
    case "stateName":
      return frame(
        <StateSelect
          place={form}
          own
          label={name}
          end={false}
          value={textOf(value)}
          onCommit={(to) => {
            if (to)
              void edit(
                form.document,
                { type: "connect", from: form.node.id, slot: { type: "default" }, to: to.id },
                { stay: true },
              );
          }}
        />,
      );
    case "queryLanguage":
      return frame(
        <Choose
          label={name}
          value={textOf(value)}
          options={["JSONPath", "JSONata"]}
          onCommit={(next) => void setField(form, name, JSON.stringify(next))}
        />,
      );
    case "path":
    case "referencePath":
    case "pathOrIntrinsic":
      return frame(<PathField name={name} value={value} nullable={false} />);
    case "nullablePath":
    case "nullableReferencePath":
      return frame(<PathField name={name} value={value} nullable />);
    case "number":
      return frame(<NumberOrExpression name={name} value={value} expression={false} />);
    case "numberOrExpression":
      return frame(<NumberOrExpression name={name} value={value} expression={jsonata} />);
    case "timestamp":
    case "textOrExpression":
      return frame(
        <ExpressionField
          label={name}
          value={textOf(value)}
          language={jsonata ? "JSONata" : "text"}
          placeholder={field.shape === "timestamp" ? "2030-01-01T00:00:00Z" : ""}
          {...(jsonata ? { ask: completionAt(form, name) } : {})}
          onCommit={(next) => void setField(form, name, JSON.stringify(next))}
        />,
      );
    case "text":
      return frame(
        name === "Comment" ? (
          <Area
            label={name}
            value={textOf(value)}
            placeholder="What somebody should know about it"
            onCommit={(next) => void setField(form, name, JSON.stringify(next))}
          />
        ) : (
          <Line
            label={name}
            value={textOf(value)}
            onCommit={(next) => void setField(form, name, JSON.stringify(next))}
          />
        ),
      );
    case "boolean":
      return frame(
        <Choose
          label={name}
          value={textOf(value)}
          options={["true", "false"]}
          onCommit={(next) => void setField(form, name, next)}
        />,
      );
    default:
      return <Payload name={name} help={help} value={value} />;
  }
}

/** The switch between the several names of one thing: `TimeoutSeconds` and `TimeoutSecondsPath`. */
export function VariantSwitch({
  title,
  names,
  used,
}: {
  title: string;
  names: readonly string[];
  used: string;
}): ReactElement | null {
  const form = useForm();
  if (names.length < 2) return null;
  return (
    <Segments
      label={`${title} from`}
      value={used}
      options={names.map((name) => {
        const [word, help] =
          VARIANTS[name] ?? (name.endsWith("Path") ? ["path", "From the input"] : ["fixed", "A fixed value"]);
        return [name, word, help] as const;
      })}
      onCommit={(next) =>
        void setFields(form, [
          ...names.filter((name) => name !== next).map((name) => ({ name, value: null })),
          { name: next, value: INITIAL[next] ?? '""' },
        ])
      }
    />
  );
}
