// The parts of the settings that are lists: tags and triggers.

import { CalendarClock, Globe, Plus, Trash2, Zap } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { ExportTrigger, WorkflowSettings } from "../backend";
import { TextField } from "./TextField";

type Tags = WorkflowSettings["tags"];
type Row = readonly [string, string];

const rowsOf = (tags: Tags): Row[] => Object.entries(tags).map(([key, value]) => [key, value ?? ""]);
const tagsOf = (rows: readonly Row[]): Tags => Object.fromEntries(rows.filter(([key]) => key.trim() !== ""));

export function TagsField({ tags, onChange }: { tags: Tags; onChange: (tags: Tags) => void }): ReactElement {
  const [rows, setRows] = useState(() => rowsOf(tags));
  // Rows hold what no tag can be yet: a key that is still empty, or there twice.
  const stale = JSON.stringify(tagsOf(rows)) !== JSON.stringify(tags);
  const shown = stale ? rowsOf(tags) : rows;
  const put = (next: readonly Row[]): void => {
    setRows([...next]);
    onChange(tagsOf(next));
  };
  return (
    <div className="settings-list">
      {shown.map(([key, value], at) => {
        const twice = key.trim() !== "" && shown.some(([other], index) => index !== at && other === key);
        const replace = (row: Row): void => {
          put(shown.map((old, index) => (index === at ? row : old)));
        };
        return (
          <div className="settings-tag" key={at}>
            <input
              aria-label={`Key of tag ${String(at + 1)}`}
              placeholder="key"
              value={key}
              aria-invalid={twice}
              title={twice ? "This key is there twice; the last one counts." : undefined}
              onChange={(event) => {
                replace([event.currentTarget.value, value]);
              }}
            />
            <input
              aria-label={`Value of tag ${String(at + 1)}`}
              placeholder="value"
              value={value}
              onChange={(event) => {
                replace([key, event.currentTarget.value]);
              }}
            />
            <button
              type="button"
              className="icon-button small"
              aria-label={`Remove the tag ${key}`}
              onClick={() => {
                put(shown.filter((_, index) => index !== at));
              }}
            >
              <Trash2 size={14} />
            </button>
          </div>
        );
      })}
      <button
        type="button"
        className="button small"
        onClick={() => {
          setRows([...shown, ["", ""]]);
        }}
      >
        <Plus size={13} /> Add tag
      </button>
    </div>
  );
}

const KINDS = {
  schedule: { word: "Schedule", icon: CalendarClock },
  eventPattern: { word: "Event pattern", icon: Zap },
  api: { word: "API", icon: Globe },
} as const;

function fresh(type: ExportTrigger["type"], taken: readonly string[]): ExportTrigger {
  const base = { schedule: "Daily", eventPattern: "OnEvent", api: "Start" }[type];
  let name: string = base;
  for (let number = 2; taken.includes(name); number++) name = `${base}${String(number)}`;
  switch (type) {
    case "schedule":
      return { type, name, expression: "rate(1 day)", timezone: null, input: null };
    case "eventPattern":
      return { type, name, pattern: '{\n  "source": ["my.app"]\n}', bus: null };
    case "api":
      return { type, name, path: "/start", method: "POST" };
  }
}

/** Why a text is no JSON; nothing if it is. */
export function jsonTrouble(text: string, object: boolean): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (object && (typeof value !== "object" || value === null || Array.isArray(value)))
      return "A JSON object belongs here.";
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : "No JSON.";
  }
}

function Json({
  label,
  value,
  onChange,
  object = false,
  placeholder,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  object?: boolean;
  placeholder?: string;
}): ReactElement {
  const trouble = value.trim() === "" && !object ? null : jsonTrouble(value, object);
  return (
    <label className="field wide">
      <span className="field-name">{label}</span>
      <textarea
        className="mono"
        rows={Math.min(12, Math.max(2, value.split("\n").length))}
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        aria-invalid={trouble !== null}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
      {trouble === null ? null : <small className="field-note bad">{trouble}</small>}
    </label>
  );
}

const EXPRESSION = /^(?:rate|cron|at)\(.+\)$/;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "ANY"];

function Fields({
  trigger,
  onChange,
}: {
  trigger: ExportTrigger;
  onChange: (trigger: ExportTrigger) => void;
}): ReactElement {
  const orNothing = (text: string): string | null => (text === "" ? null : text);
  switch (trigger.type) {
    case "schedule":
      return (
        <>
          <TextField
            name="When"
            mono
            value={trigger.expression}
            bad={
              EXPRESSION.test(trigger.expression)
                ? null
                : "rate(5 minutes), cron(0 3 * * ? *) or at(2030-01-31T08:00:00)"
            }
            onChange={(expression) => {
              onChange({ ...trigger, expression });
            }}
          />
          <TextField
            name="Time zone"
            placeholder="UTC"
            value={trigger.timezone ?? ""}
            onChange={(text) => {
              onChange({ ...trigger, timezone: orNothing(text) });
            }}
          />
          <Json
            label="Input"
            value={trigger.input ?? ""}
            placeholder='{ "as": "JSON" }'
            onChange={(text) => {
              onChange({ ...trigger, input: orNothing(text) });
            }}
          />
        </>
      );
    case "eventPattern":
      return (
        <>
          <TextField
            name="Event bus"
            placeholder="default"
            value={trigger.bus ?? ""}
            onChange={(text) => {
              onChange({ ...trigger, bus: orNothing(text) });
            }}
          />
          <Json
            label="Pattern"
            object
            value={trigger.pattern}
            onChange={(pattern) => {
              onChange({ ...trigger, pattern });
            }}
          />
        </>
      );
    case "api":
      return (
        <>
          <label className="field">
            <span className="field-name">Method</span>
            <select
              value={trigger.method}
              onChange={(event) => {
                onChange({ ...trigger, method: event.currentTarget.value });
              }}
            >
              {(METHODS.includes(trigger.method) ? METHODS : [trigger.method, ...METHODS]).map((method) => (
                <option key={method}>{method}</option>
              ))}
            </select>
          </label>
          <TextField
            name="Path"
            mono
            value={trigger.path}
            bad={trigger.path.startsWith("/") ? null : "A path begins with a slash."}
            onChange={(path) => {
              onChange({ ...trigger, path });
            }}
          />
        </>
      );
  }
}

export function TriggersField({
  triggers,
  onChange,
}: {
  triggers: readonly ExportTrigger[];
  onChange: (triggers: ExportTrigger[]) => void;
}): ReactElement {
  return (
    <div className="settings-list">
      {triggers.map((trigger, at) => {
        const { word, icon: Icon } = KINDS[trigger.type];
        const twice = triggers.some((other, index) => index !== at && other.name === trigger.name);
        const replace = (next: ExportTrigger): void => {
          onChange(triggers.map((old, index) => (index === at ? next : old)));
        };
        return (
          <div className="settings-trigger" key={at} role="group" aria-label={`${word} ${trigger.name}`}>
            <div className="settings-trigger-head">
              <Icon size={15} aria-hidden="true" />
              <strong>{word}</strong>
              <input
                aria-label={`Name of trigger ${String(at + 1)}`}
                value={trigger.name}
                aria-invalid={twice || trigger.name.trim() === ""}
                title={twice ? "Two triggers have this name." : undefined}
                onChange={(event) => {
                  replace({ ...trigger, name: event.currentTarget.value });
                }}
              />
              <span className="grow" />
              <button
                type="button"
                className="icon-button small"
                aria-label={`Remove the trigger ${trigger.name}`}
                onClick={() => {
                  onChange(triggers.filter((_, index) => index !== at));
                }}
              >
                <Trash2 size={14} />
              </button>
            </div>
            <div className="settings-fields">
              <Fields trigger={trigger} onChange={replace} />
            </div>
          </div>
        );
      })}
      <div className="settings-add">
        {(Object.keys(KINDS) as ExportTrigger["type"][]).map((type) => {
          const { word, icon: Icon } = KINDS[type];
          return (
            <button
              key={type}
              type="button"
              className="button small"
              onClick={() => {
                onChange([
                  ...triggers,
                  fresh(
                    type,
                    triggers.map((trigger) => trigger.name),
                  ),
                ]);
              }}
            >
              <Icon size={13} /> Add {word === "API" ? "API" : word.toLowerCase()}
            </button>
          );
        })}
      </div>
    </div>
  );
}
