// Objects inside a state whose fields are known: readers, writers, batches, the configuration of a Map's processor, roles.

import { Plus, Trash2 } from "lucide-react";
import type { ReactElement } from "react";

import type { FieldKind } from "../../backend";
import { ExpressionField } from "../../code";
import { type JsonNode } from "../../ui";
import {
  clearField,
  completionAt,
  entriesOf,
  escape,
  type Language,
  member,
  setField,
  setFields,
  textOf,
  useForm,
} from "../place";
import { ValueTree } from "../value/ValueEditor";
import { Choose, NumberField } from "./Line";

type Control =
  | { readonly type: "choose"; readonly options: readonly (string | readonly [string, string])[] }
  | { readonly type: "number" | "text" | "path" }
  | { readonly type: "value"; readonly kind?: FieldKind }
  | { readonly type: "part"; readonly fields: readonly PartField[] };

export interface PartField {
  readonly name: string;
  readonly help: string;
  readonly control: Control;
  readonly initial: string;
  readonly language?: Language;
  /** Whether it means something beside the other fields; shown all the same where it stands. */
  readonly when?: (part: JsonNode | undefined) => boolean;
  readonly needed?: boolean;
}

const text = (names: readonly string[], required: readonly string[] = []): FieldKind => ({
  type: "object",
  fields: names.map((name) => ({ name, required: required.includes(name), kind: { type: "string" }, help: null })),
});

const choose = (...options: readonly (string | readonly [string, string])[]): Control => ({ type: "choose", options });
const inputType = (part: JsonNode | undefined): string => textOf(member(part, "InputType"));

const READER_CONFIG: readonly PartField[] = [
  {
    name: "InputType",
    help: "The format of the items",
    control: choose("JSON", "JSONL", "CSV", "MANIFEST", "PARQUET"),
    initial: '"JSON"',
    needed: true,
  },
  {
    name: "ManifestType",
    help: "What the manifest lists",
    control: choose(["S3_INVENTORY", "S3 inventory"], ["ATHENA_DATA", "Athena data"]),
    initial: '"S3_INVENTORY"',
    when: (part) => inputType(part) === "MANIFEST",
  },
  {
    name: "Transformation",
    help: "Whether the objects that are listed are read too",
    control: choose(["NONE", "the list itself"], ["LOAD_AND_FLATTEN", "what is in the objects"]),
    initial: '"LOAD_AND_FLATTEN"',
  },
  {
    name: "CSVHeaderLocation",
    help: "Where the names of the columns are",
    control: choose(["FIRST_ROW", "first row"], ["GIVEN", "given here"]),
    initial: '"FIRST_ROW"',
    when: (part) => inputType(part) === "CSV" || inputType(part) === "MANIFEST",
  },
  {
    name: "CSVHeaders",
    help: "The names of the columns",
    control: { type: "value", kind: { type: "list", of: { type: "string" } } },
    initial: '["column"]',
    when: (part) => textOf(member(part, "CSVHeaderLocation")) === "GIVEN",
  },
  {
    name: "CSVDelimiter",
    help: "What separates the columns",
    control: choose("COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"),
    initial: '"SEMICOLON"',
    when: (part) => inputType(part) === "CSV",
  },
  { name: "MaxItems", help: "How many items are read at most", control: { type: "number" }, initial: "1000" },
  {
    name: "MaxItemsPath",
    help: "Where that number stands in the input",
    control: { type: "path" },
    initial: '"$.most"',
    language: "JSONPath",
  },
];

const payload = (name: "Parameters" | "Arguments", kind: FieldKind): PartField => ({
  name,
  help: "Where they are",
  control: { type: "value", kind },
  initial: '{ "Bucket": "" }',
  language: name === "Parameters" ? "JSONPath" : "JSONata",
  needed: true,
});

const COMMENT: PartField = { name: "Comment", help: "For people", control: { type: "text" }, initial: '""' };

export const ITEM_READER: readonly PartField[] = [
  {
    name: "Resource",
    help: "What reads the items",
    control: choose(
      ["arn:aws:states:::s3:getObject", "one object in S3"],
      ["arn:aws:states:::s3:listObjectsV2", "a list of objects in S3"],
    ),
    initial: '"arn:aws:states:::s3:getObject"',
    needed: true,
  },
  payload("Parameters", text(["Bucket", "Key", "Prefix", "VersionId"], ["Bucket"])),
  payload("Arguments", text(["Bucket", "Key", "Prefix", "VersionId"], ["Bucket"])),
  {
    name: "ReaderConfig",
    help: "How they are read",
    control: { type: "part", fields: READER_CONFIG },
    initial: '{ "InputType": "JSON" }',
  },
  COMMENT,
];

export const RESULT_WRITER: readonly PartField[] = [
  {
    name: "Resource",
    help: "What writes the results",
    control: choose(["arn:aws:states:::s3:putObject", "objects in S3"]),
    initial: '"arn:aws:states:::s3:putObject"',
  },
  { ...payload("Parameters", text(["Bucket", "Prefix"], ["Bucket"])), needed: false },
  { ...payload("Arguments", text(["Bucket", "Prefix"], ["Bucket"])), needed: false },
  {
    name: "WriterConfig",
    help: "The shape of the results",
    control: {
      type: "part",
      fields: [
        {
          name: "Transformation",
          help: "What is kept of each child execution",
          control: choose(
            ["NONE", "all about it"],
            ["COMPACT", "only its output"],
            ["FLATTEN", "its output, lists joined"],
          ),
          initial: '"COMPACT"',
          needed: true,
        },
        {
          name: "OutputType",
          help: "The format of the files",
          control: choose(["JSON", "one JSON array"], ["JSONL", "one JSON value on each line"]),
          initial: '"JSON"',
          needed: true,
        },
      ],
    },
    initial: '{ "OutputType": "JSON", "Transformation": "COMPACT" }',
  },
  COMMENT,
];

export const ITEM_BATCHER: readonly PartField[] = [
  {
    name: "MaxItemsPerBatch",
    help: "How many items a batch has at most",
    control: { type: "number" },
    initial: "10",
    when: (part) => member(part, "MaxItemsPerBatchPath") === undefined,
  },
  {
    name: "MaxItemsPerBatchPath",
    help: "Where that number stands in the input",
    control: { type: "path" },
    initial: '"$.batch"',
    language: "JSONPath",
    when: (part) => member(part, "MaxItemsPerBatch") === undefined,
  },
  {
    name: "MaxInputBytesPerBatch",
    help: "How large a batch is at most, in bytes up to 262144",
    control: { type: "number" },
    initial: "65536",
    when: (part) => member(part, "MaxInputBytesPerBatchPath") === undefined,
  },
  {
    name: "MaxInputBytesPerBatchPath",
    help: "Where that number stands in the input",
    control: { type: "path" },
    initial: '"$.bytes"',
    language: "JSONPath",
    when: (part) => member(part, "MaxInputBytesPerBatch") === undefined,
  },
  { name: "BatchInput", help: "What every batch gets besides", control: { type: "value" }, initial: "{}" },
];

export const CREDENTIALS: readonly PartField[] = [
  {
    name: "RoleArn",
    help: "The role to assume for the call",
    control: { type: "value" },
    initial: '"arn:aws:iam::123456789012:role/name"',
    needed: true,
  },
];

/** Fields of an object, absent ones to be added, unknown ones shown as they are. */
export function Part({
  path,
  node,
  fields,
}: {
  path: string;
  node: JsonNode;
  fields: readonly PartField[];
}): ReactElement {
  const form = useForm();
  const jsonata = form.language === "JSONata";
  const marking = jsonata ? "jsonata" : "dollar";
  const plainName = (name: string): string => (!jsonata && name.endsWith(".$") ? name.slice(0, -2) : name);
  const present = entriesOf(node);
  const absent = fields.filter(
    (field) =>
      !present.some(([name]) => plainName(name) === field.name) &&
      (field.language === undefined || field.language === form.language) &&
      field.when?.(node) !== false,
  );
  return (
    <div className="part">
      {present.map(([name, value]) => {
        const field = fields.find((candidate) => candidate.name === plainName(name));
        const at = `${path}/${escape(name)}`;
        return (
          <div key={name} className={`part-field ${field?.control.type === "part" ? "wide" : ""}`}>
            <span className="part-name" title={field?.help ?? "Not a field of the language"}>
              {name}
              {field ? null : <span className="unknown-word">custom</span>}
            </span>
            <div className="part-value">
              <PartControl path={at} name={name} value={value} field={field} marking={marking} />
            </div>
            <button
              type="button"
              className="icon-button small appears"
              aria-label={`Remove ${name}`}
              title={`Remove ${name}`}
              onClick={() => void clearField(form, at)}
            >
              <Trash2 size={12} />
            </button>
          </div>
        );
      })}
      {absent.length === 0 ? null : (
        <div className="entry-add">
          {absent.map((field) => (
            <button
              key={field.name}
              type="button"
              className={`chip-button ${field.needed ? "needed" : ""}`}
              title={field.help}
              onClick={() => void setField(form, `${path}/${field.name}`, field.initial)}
            >
              <Plus size={11} /> {field.name}
              {field.needed ? <span className="required">*</span> : null}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function PartControl({
  path,
  name,
  value,
  field,
  marking,
}: {
  path: string;
  name: string;
  value: JsonNode;
  field: PartField | undefined;
  marking: "jsonata" | "dollar";
}): ReactElement {
  const form = useForm();
  const control = field?.control ?? { type: "value" as const };
  const set = (next: string): void => {
    void setField(form, path, next);
  };
  const written = textOf(value);
  // An expression where a fixed value is usual.
  if (control.type !== "part" && marking === "jsonata" && value.kind === "string" && /^\s*\{%/.test(written))
    return <ValueTree path={path} label={name} node={value} marking="jsonata" />;
  switch (control.type) {
    case "choose":
      return (
        <Choose
          label={name}
          value={written}
          options={control.options}
          onCommit={(next) => {
            set(JSON.stringify(next));
          }}
        />
      );
    case "number":
      return (
        <NumberField
          label={name}
          value={written}
          onCommit={(next) => {
            if (next !== null) set(next);
          }}
        />
      );
    case "text":
    case "path":
      return (
        <ExpressionField
          label={name}
          value={written}
          language={control.type === "path" ? "JSONPath" : "text"}
          {...(control.type === "path" ? { ask: completionAt(form, path) } : {})}
          onCommit={(next) => {
            set(JSON.stringify(next));
          }}
        />
      );
    case "part":
      return value.kind === "object" ? (
        <Part path={path} node={value} fields={control.fields} />
      ) : (
        <ValueTree path={path} label={name} node={value} marking={marking} />
      );
    case "value":
      if (name.endsWith(".$") && value.kind === "string")
        return (
          <ExpressionField
            label={name}
            value={written}
            language="JSONPath"
            ask={completionAt(form, path)}
            onCommit={(next) => {
              set(JSON.stringify(next));
            }}
          />
        );
      return <ValueTree path={path} label={name} node={value} marking={marking} kind={control.kind} />;
  }
}

/** How the iterations of a Map run: as part of the execution, or as executions of their own. */
export function ProcessorConfig({ path, node }: { path: string; node: JsonNode }): ReactElement {
  const form = useForm();
  const config = member(node, "ProcessorConfig");
  const mode = textOf(member(config, "Mode")) === "DISTRIBUTED" ? "DISTRIBUTED" : "INLINE";
  const at = `${path}/ProcessorConfig`;
  return (
    <div className="part">
      <div className="mode-cards" role="radiogroup" aria-label="Mode">
        {(
          [
            [
              "INLINE",
              "Inline",
              "Iterations are part of this execution: up to 40 at a time, their events in its history.",
            ],
            [
              "DISTRIBUTED",
              "Distributed",
              "Each iteration is an execution of its own: up to 10,000 at a time, items from S3.",
            ],
          ] as const
        ).map(([value, word, help]) => (
          <button
            key={value}
            type="button"
            role="radio"
            aria-checked={mode === value}
            className={mode === value ? "on" : ""}
            onClick={() => {
              if (mode === value) return;
              // The service wants both fields of a distributed Map.
              if (config === undefined)
                void setField(
                  form,
                  at,
                  value === "INLINE"
                    ? '{ "Mode": "INLINE" }'
                    : '{ "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }',
                );
              else
                void setFields(
                  form,
                  [
                    { name: "Mode", value: JSON.stringify(value) },
                    { name: "ExecutionType", value: value === "INLINE" ? null : '"STANDARD"' },
                  ],
                  at,
                );
            }}
          >
            <strong>{word}</strong>
            <small>{help}</small>
          </button>
        ))}
      </div>
      {mode === "DISTRIBUTED" ? (
        <label className="inline-field">
          <span>Children</span>
          <Choose
            label="ExecutionType"
            value={textOf(member(config, "ExecutionType"))}
            options={[
              ["STANDARD", "Standard: up to a year, exactly once"],
              ["EXPRESS", "Express: up to 5 minutes, cheaper"],
            ]}
            onCommit={(next) => void setField(form, `${at}/ExecutionType`, JSON.stringify(next))}
          />
        </label>
      ) : null}
    </div>
  );
}
