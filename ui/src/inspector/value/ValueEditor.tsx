// A payload as a tree of names and values, each with its kind; or as text. Every change is one small edit at its place.

import { ChevronDown, ChevronRight, Plus } from "lucide-react";
import { type ReactElement, useState } from "react";

import { type FieldKind, type IntegrationField, useCommand } from "../../backend";
import { ExpressionField } from "../../code";
import { type JsonNode, Menu, type MenuEntry, prettyJson, writeJson } from "../../ui";
import { Choose, Line } from "../form/Line";
import { useReorder } from "../form/Sortable";
import {
  clearField,
  completionAt,
  entriesOf,
  escape,
  member,
  moveField,
  renameField,
  setField,
  unquote,
  useForm,
} from "../place";
import {
  convert,
  FIELD_WORDS,
  fieldsInside,
  initialOf,
  isDynamicKey,
  KIND_WORDS,
  kindOf,
  plainKey,
  type ValueKind,
} from "./kinds";

/** How expressions are marked in a payload. */
export type Marking = "dollar" | "jsonata" | "literal";

interface Spot {
  readonly path: string;
  readonly node: JsonNode;
  readonly marking: Marking;
  /** What is known of the value from the call it is for. */
  readonly kind?: FieldKind | undefined;
  /** Names of the fields that lead here, for asking about deeper ones. */
  readonly steps: readonly string[];
  readonly resource: string | null;
  /** What it becomes with the data at hand. */
  readonly evaluated: JsonNode | undefined;
}

const MOST_ELEMENTS = 60;
const LONG = 24;
const SIGNS: Record<ValueKind, string> = {
  text: "Aa",
  number: "12",
  boolean: "T/F",
  null: "∅",
  object: "{ }",
  list: "[ ]",
  expression: "ƒ",
};
const KINDS: readonly ValueKind[] = ["text", "expression", "number", "boolean", "object", "list", "null"];

function Evaluated({ node }: { node: JsonNode | undefined }): ReactElement | null {
  if (node === undefined) return null;
  const text = writeJson(node);
  return (
    <span className="evaluated" title={prettyJson(text).slice(0, 2_000)}>
      <span aria-hidden="true">→ </span>
      {text.length > 120 ? `${text.slice(0, 120)}…` : text}
    </span>
  );
}

/** The value itself where it fits a line; objects and lists show how much is in them. */
function Control({ spot, kind, label }: { spot: Spot; kind: ValueKind; label: string }): ReactElement {
  const form = useForm();
  const { node, path } = spot;
  const set = (value: string): void => {
    void setField(form, path, value);
  };
  switch (kind) {
    case "boolean":
      return (
        <Choose
          label={label}
          value={node.kind === "word" ? node.text : ""}
          options={["true", "false"]}
          onCommit={set}
        />
      );
    case "null":
      return <span className="dim pad-x">null</span>;
    case "number":
      return (
        <Line
          mono
          label={label}
          value={node.kind === "number" ? node.text : ""}
          onCommit={(next) => {
            set(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(next.trim()) ? next.trim() : JSON.stringify(next));
          }}
        />
      );
    case "object":
    case "list": {
      const count = node.kind === "object" ? node.entries.length : node.kind === "array" ? node.items.length : 0;
      return (
        <span className="dim pad-x">
          {count === 0 ? "empty" : `${String(count)} ${kind === "list" ? "element" : "field"}${count === 1 ? "" : "s"}`}
        </span>
      );
    }
    case "text":
    case "expression": {
      const text = node.kind === "string" ? unquote(node.text) : "";
      if (spot.kind?.type === "choice" && kind === "text" && spot.kind.values.length <= 60) {
        return (
          <Choose
            label={label}
            value={text}
            options={spot.kind.values}
            onCommit={(next) => {
              set(JSON.stringify(next));
            }}
          />
        );
      }
      return (
        <ExpressionField
          label={label}
          value={text}
          language={spot.marking === "jsonata" ? "JSONata" : kind === "expression" ? "JSONPath" : "text"}
          {...(kind === "expression" || spot.marking === "jsonata" ? { ask: completionAt(form, path) } : {})}
          onCommit={(next) => {
            set(JSON.stringify(next));
          }}
        />
      );
    }
  }
}

function Row({
  spot,
  name,
  index,
  count,
  parent,
  required,
  help,
  grip,
  className,
}: {
  spot: Spot;
  /** Nothing for an element of a list. */
  name: string | null;
  index: number;
  count: number;
  /** The path of what holds it. */
  parent: string;
  required: boolean;
  help: string | null;
  grip: ReactElement;
  className: string;
}): ReactElement {
  const form = useForm();
  const jsonata = spot.marking === "jsonata";
  const dynamic = name !== null && spot.marking === "dollar" && isDynamicKey(name);
  const kind = kindOf(spot.node, dynamic, jsonata);
  const shown = name === null ? String(index + 1) : dynamic ? plainKey(name) : name;
  const nested = kind === "object" || kind === "list";
  // Longer values get the whole width, below their name.
  const long = spot.node.kind === "string" && spot.node.text.length > LONG;
  const [open, setOpen] = useState(spot.steps.length < 4);
  const change = (to: ValueKind): void => {
    const value = convert(spot.node, kind, to, jsonata);
    if (name === null || spot.marking !== "dollar") void setField(form, spot.path, value);
    // The name says whether the value is an expression.
    else void renameField(form, spot.path, to === "expression" ? `${shown}.$` : shown, value);
  };
  const kinds = KINDS.filter(
    (other) => other !== "expression" || jsonata || (spot.marking === "dollar" && name !== null),
  );
  const entries: MenuEntry[] = [
    ...kinds.map((other) => ({
      label: KIND_WORDS[other],
      checked: other === kind,
      run: () => {
        if (other !== kind) change(other);
      },
    })),
    "separator",
    {
      label: "Move up",
      disabled: index === 0,
      run: () => void moveField(form, spot.path, index - 1),
    },
    {
      label: "Move down",
      disabled: index === count - 1,
      run: () => void moveField(form, spot.path, index + 1),
    },
    { label: "Remove", run: () => void clearField(form, spot.path) },
  ];
  return (
    <li data-sortable className={`entry ${className} ${nested ? "nested" : ""} ${long ? "stacked" : ""}`}>
      {grip}
      <div className="entry-line">
        <span className="entry-name">
          {nested ? (
            <button
              type="button"
              className="icon-button small twisty"
              aria-label={`${open ? "Fold" : "Unfold"} ${shown}`}
              aria-expanded={open}
              onClick={() => {
                setOpen(!open);
              }}
            >
              {open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
            </button>
          ) : null}
          {name === null ? (
            <span className="dim mono">{shown}</span>
          ) : (
            <Line
              mono
              className="key"
              label={`Name of ${shown}`}
              value={shown}
              onCommit={(next) => {
                if (next.trim() !== "") void renameField(form, spot.path, dynamic ? `${next.trim()}.$` : next.trim());
              }}
            />
          )}
          {required ? (
            <span className="required" title="The call needs it">
              *
            </span>
          ) : null}
        </span>
        <Control spot={spot} kind={kind} label={shown} />
        <Menu
          align="end"
          trigger={
            <button
              type="button"
              className="kind-button"
              aria-label={`Kind of ${shown}: ${KIND_WORDS[kind]}`}
              title={help ?? KIND_WORDS[kind]}
            >
              <span aria-hidden="true">{SIGNS[kind]}</span>
            </button>
          }
          entries={entries}
        />
      </div>
      {kind === "expression" ? <Evaluated node={spot.evaluated} /> : null}
      {nested && open ? <Inside spot={spot} parent={parent} /> : null}
    </li>
  );
}

/** Fields a call has and the object has not, those it needs first. */
function Missing({ spot, fields }: { spot: Spot; fields: readonly IntegrationField[] }): ReactElement {
  const form = useForm();
  const [naming, setNaming] = useState(false);
  const has = (field: string): boolean => entriesOf(spot.node).some(([key]) => plainKey(key) === field);
  const missing = fields.filter((field) => !has(field.name));
  const needed = missing.filter((field) => field.required);
  const optional = missing.filter((field) => !field.required);
  const add = (field: IntegrationField): void => {
    void setField(form, `${spot.path}/${escape(field.name)}`, initialOf(field.kind));
  };
  return (
    <div className="entry-add">
      {needed.map((field) => (
        <button
          key={field.name}
          type="button"
          className="chip-button needed"
          title={`${field.help ?? ""}\nThe call needs it: ${FIELD_WORDS[field.kind.type]}.`.trim()}
          onClick={() => {
            add(field);
          }}
        >
          <Plus size={11} /> {field.name}
          <span className="required">*</span>
        </button>
      ))}
      {naming ? (
        <Line
          mono
          className="key new"
          label="Name of the new field"
          value=""
          placeholder="name"
          onCommit={(name) => {
            setNaming(false);
            if (name.trim() === "") return;
            void setField(
              form,
              `${spot.path}/${escape(name.trim())}`,
              spot.marking === "dollar" && isDynamicKey(name.trim()) ? '"$"' : '""',
            );
          }}
        />
      ) : optional.length > 0 ? (
        <Menu
          trigger={
            <button type="button" className="chip-button" aria-label="Add a field">
              <Plus size={11} /> Field
            </button>
          }
          entries={[
            {
              label: "Another name…",
              run: () => {
                setNaming(true);
              },
            },
            "separator",
            ...optional.slice(0, 60).map((field) => ({
              label: field.name,
              hint: field.help?.slice(0, 140) ?? FIELD_WORDS[field.kind.type],
              run: () => {
                add(field);
              },
            })),
          ]}
        />
      ) : (
        <button
          type="button"
          className="chip-button"
          aria-label="Add a field"
          onClick={() => {
            setNaming(true);
          }}
        >
          <Plus size={11} /> Field
        </button>
      )}
    </div>
  );
}

function Inside({ spot, parent }: { spot: Spot; parent: string }): ReactElement {
  const form = useForm();
  const { node, path } = spot;
  const [all, setAll] = useState(false);
  // Fields of deep objects are described only when they are looked at.
  const deep = spot.kind?.type === "object" && spot.kind.fields.length === 0 && spot.resource !== null;
  const asked = useCommand(
    "integration_fields",
    { resource: spot.resource ?? "", side: "arguments", path: [...spot.steps] },
    { enabled: deep },
  );
  const fields = deep ? (asked.data?.fields ?? []) : fieldsInside(spot.kind);
  const count = node.kind === "object" ? node.entries.length : node.kind === "array" ? node.items.length : 0;
  const reorder = useReorder(count, (from, to) => {
    const step = node.kind === "object" ? escape(unquote(node.entries[from]?.[0] ?? "")) : String(from);
    return moveField(form, `${path}/${step}`, to);
  });
  if (node.kind !== "object" && node.kind !== "array") return <></>;
  const inner: { key: string | null; value: JsonNode }[] =
    node.kind === "object"
      ? node.entries.map(([key, value]) => ({ key: unquote(key), value }))
      : node.items.map((value) => ({ key: null, value }));
  const shown = all ? inner : inner.slice(0, MOST_ELEMENTS);
  return (
    <div className="entries-frame">
      <ul className="entries" ref={reorder.list}>
        {shown.map(({ key, value }, index) => {
          const plain = key === null ? null : spot.marking === "dollar" ? plainKey(key) : key;
          const known = plain === null ? undefined : fields.find((field) => field.name === plain);
          const kind =
            known?.kind ??
            (spot.kind?.type === "list" && key === null
              ? spot.kind.of
              : spot.kind?.type === "map"
                ? spot.kind.of
                : undefined);
          const step = key === null ? String(index) : escape(key);
          return (
            <Row
              // The same row when its value becomes an expression, so that the focus stays.
              key={
                plain !== null && inner.filter((one) => one.key !== null && plainKey(one.key) === plain).length === 1
                  ? plain
                  : (key ?? index)
              }
              name={key}
              index={index}
              count={count}
              parent={parent}
              required={known?.required ?? false}
              help={known?.help ?? null}
              grip={reorder.grip(index, plain ?? `element ${String(index + 1)}`)}
              className={reorder.className(index)}
              spot={{
                path: `${path}/${step}`,
                node: value,
                marking: spot.marking,
                kind,
                steps: plain === null ? spot.steps : [...spot.steps, plain],
                resource: spot.resource,
                evaluated:
                  key === null
                    ? spot.evaluated?.kind === "array"
                      ? spot.evaluated.items[index]
                      : undefined
                    : member(spot.evaluated, plain ?? ""),
              }}
            />
          );
        })}
      </ul>
      {shown.length < inner.length ? (
        <button
          type="button"
          className="link"
          onClick={() => {
            setAll(true);
          }}
        >
          Show all {inner.length}
        </button>
      ) : null}
      {node.kind === "object" ? (
        <Missing spot={spot} fields={fields} />
      ) : (
        <div className="entry-add">
          <button
            type="button"
            className="chip-button"
            aria-label="Add an element"
            onClick={() => {
              const last = node.items.at(-1);
              const value =
                spot.kind?.type === "list" ? initialOf(spot.kind.of) : last === undefined ? '""' : writeJson(last);
              void setField(form, `${path}/${String(count)}`, value);
            }}
          >
            <Plus size={11} /> Element
          </button>
        </div>
      )}
    </div>
  );
}

/** The value of one field as a tree. */
export function ValueTree({
  path,
  label,
  node,
  marking,
  kind,
  resource,
  evaluated,
}: {
  path: string;
  label: string;
  node: JsonNode;
  marking: Marking;
  kind?: FieldKind | undefined;
  resource?: string | null;
  evaluated?: JsonNode | undefined;
}): ReactElement {
  const form = useForm();
  const spot: Spot = { path, node, marking, kind, steps: [], resource: resource ?? null, evaluated };
  if (node.kind === "object" || node.kind === "array") return <Inside spot={spot} parent={path} />;
  const own = kindOf(node, false, marking === "jsonata");
  return (
    <div className="single-value">
      <div className="entry-line alone">
        <Control spot={spot} kind={own} label={label} />
        <Menu
          align="end"
          trigger={
            <button
              type="button"
              className="kind-button"
              aria-label={`Kind of ${label}: ${KIND_WORDS[own]}`}
              title={KIND_WORDS[own]}
            >
              <span aria-hidden="true">{SIGNS[own]}</span>
            </button>
          }
          entries={KINDS.filter((other) => other !== "expression" || marking === "jsonata").map((other) => ({
            label: KIND_WORDS[other],
            checked: other === own,
            run: () => {
              if (other !== own) void setField(form, path, convert(node, own, other, marking === "jsonata"));
            },
          }))}
        />
      </div>
      {own === "expression" ? <Evaluated node={evaluated} /> : null}
    </div>
  );
}
