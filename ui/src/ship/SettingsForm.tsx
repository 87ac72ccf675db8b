// The settings of a deployment as a form: one shape for the Export dialog and the workflow's own settings.

import "./settings.css";

import { type ReactElement, type ReactNode, useId } from "react";

import type { AliasSettings, DeploymentType, LogLevel, WorkflowSettings } from "../backend";
import { TagsField, TriggersField } from "./SettingsLists";
import { TextField } from "./TextField";

/** What CloudWatch Logs knows, in days. */
const RETENTION = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653];

const orNothing = (text: string): string | null => (text === "" ? null : text);
const numberOf = (text: string): number | null => (/^\d+$/.test(text.trim()) ? Number(text.trim()) : null);

function Section({
  title,
  on,
  onToggle,
  note,
  children,
}: {
  title: string;
  /** Whether what the section is about is wanted; absent for a section that is always there. */
  on?: boolean;
  onToggle?: (on: boolean) => void;
  note?: ReactNode;
  children?: ReactNode;
}): ReactElement {
  return (
    <section className="settings-section">
      <div className="settings-head">
        {onToggle ? (
          <label className="check">
            <input
              type="checkbox"
              checked={on ?? false}
              onChange={(event) => {
                onToggle(event.currentTarget.checked);
              }}
            />{" "}
            <strong>{title}</strong>
          </label>
        ) : (
          <strong>{title}</strong>
        )}
        {note === undefined ? null : <p>{note}</p>}
      </div>
      {on === false || children === undefined ? null : <div className="settings-fields">{children}</div>}
    </section>
  );
}

function Choice<K extends string>({
  name,
  value,
  options,
  onChange,
}: {
  name: string;
  value: K;
  options: readonly (readonly [K, string])[];
  onChange: (value: K) => void;
}): ReactElement {
  const group = useId();
  return (
    <div className="field">
      <span className="field-name">{name}</span>
      <span className="segments" role="radiogroup" aria-label={name}>
        {options.map(([key, word]) => (
          <label key={key} className={value === key ? "on" : ""}>
            <input
              type="radio"
              name={group}
              checked={value === key}
              onChange={() => {
                onChange(key);
              }}
            />
            {word}
          </label>
        ))}
      </span>
    </div>
  );
}

function Deployment({
  alias,
  onChange,
}: {
  alias: AliasSettings;
  onChange: (alias: AliasSettings) => void;
}): ReactElement {
  const { deployment } = alias;
  const gradual = deployment !== null && deployment.type !== "ALL_AT_ONCE";
  return (
    <>
      <Choice<DeploymentType | "NONE">
        name="Traffic moves"
        value={deployment?.type ?? "NONE"}
        options={[
          ["NONE", "At once"],
          ["ALL_AT_ONCE", "At once, watched"],
          ["CANARY", "Canary"],
          ["LINEAR", "Linear"],
        ]}
        onChange={(type) => {
          if (type === "NONE") onChange({ ...alias, deployment: null });
          else {
            const steps = type !== "ALL_AT_ONCE";
            onChange({
              ...alias,
              deployment: {
                type,
                percentage: steps ? (deployment?.percentage ?? 10) : null,
                interval: steps ? (deployment?.interval ?? 5) : null,
                alarms: deployment?.alarms ?? [],
              },
            });
          }
        }}
      />
      {gradual ? (
        <>
          <TextField
            name={deployment.type === "CANARY" ? "First step, percent" : "Each step, percent"}
            value={deployment.percentage === null ? "" : String(deployment.percentage)}
            onChange={(text) => {
              onChange({ ...alias, deployment: { ...deployment, percentage: numberOf(text) } });
            }}
          />
          <TextField
            name={deployment.type === "CANARY" ? "The rest after, minutes" : "Every, minutes"}
            value={deployment.interval === null ? "" : String(deployment.interval)}
            onChange={(text) => {
              onChange({ ...alias, deployment: { ...deployment, interval: numberOf(text) } });
            }}
          />
        </>
      ) : null}
      {deployment === null ? null : (
        <TextField
          name="Alarms that roll it back"
          placeholder="names, separated by commas"
          value={deployment.alarms.join(", ")}
          onChange={(text) => {
            const alarms = text === "" ? [] : text.split(/,\s*/);
            onChange({ ...alias, deployment: { ...deployment, alarms } });
          }}
        />
      )}
    </>
  );
}

export function SettingsForm({
  settings,
  onChange,
  expressNote,
}: {
  settings: WorkflowSettings;
  onChange: (change: Partial<WorkflowSettings>) => void;
  /** Said under the type, where it matters. */
  expressNote?: ReactNode;
}): ReactElement {
  const { logging, alias, role, encryption } = settings;
  const notArn = (arn: string | null): string | null =>
    arn !== null && arn !== "" && !arn.startsWith("arn:") ? "An ARN begins with arn:" : null;
  return (
    <div className="settings-form">
      <Section title="State machine">
        <Choice
          name="Type"
          value={settings.type}
          options={[
            ["STANDARD", "Standard"],
            ["EXPRESS", "Express"],
          ]}
          onChange={(type) => {
            onChange({ type });
          }}
        />
        <TextField
          name="Name in AWS"
          placeholder="made at deployment"
          value={settings.machineName ?? ""}
          onChange={(text) => {
            onChange({ machineName: orNothing(text) });
          }}
        />
        {expressNote}
      </Section>
      <Section
        title="Logging to CloudWatch"
        on={logging !== null}
        onToggle={(on) => {
          onChange({ logging: on ? { level: "ERROR", includeExecutionData: true, retentionDays: 30 } : null });
        }}
      >
        {logging === null ? undefined : (
          <>
            <Choice<LogLevel>
              name="Level"
              value={logging.level}
              options={[
                ["ALL", "Everything"],
                ["ERROR", "Errors"],
                ["FATAL", "Fatal"],
              ]}
              onChange={(level) => {
                onChange({ logging: { ...logging, level } });
              }}
            />
            <label className="field">
              <span className="field-name">Kept for</span>
              <select
                value={logging.retentionDays}
                onChange={(event) => {
                  onChange({ logging: { ...logging, retentionDays: Number(event.currentTarget.value) } });
                }}
              >
                {(RETENTION.includes(logging.retentionDays) ? RETENTION : [logging.retentionDays, ...RETENTION]).map(
                  (days) => (
                    <option key={days} value={days}>
                      {days} {days === 1 ? "day" : "days"}
                    </option>
                  ),
                )}
              </select>
            </label>
            <label className="check">
              <input
                type="checkbox"
                checked={logging.includeExecutionData}
                onChange={(event) => {
                  onChange({ logging: { ...logging, includeExecutionData: event.currentTarget.checked } });
                }}
              />{" "}
              with input and output
            </label>
          </>
        )}
      </Section>
      <Section
        title="Tracing with X-Ray"
        on={settings.tracing}
        onToggle={(tracing) => {
          onChange({ tracing });
        }}
      />
      <Section
        title="Version and alias"
        note="Every deployment publishes a version, and the alias points at it."
        on={alias !== null}
        onToggle={(on) => {
          onChange({ alias: on ? { name: "live", deployment: null } : null });
        }}
      >
        {alias === null ? undefined : (
          <>
            <TextField
              name="Alias"
              value={alias.name}
              bad={alias.name.trim() === "" ? "An alias needs a name." : null}
              onChange={(name) => {
                onChange({ alias: { ...alias, name } });
              }}
            />
            <Deployment
              alias={alias}
              onChange={(next) => {
                onChange({ alias: next });
              }}
            />
          </>
        )}
      </Section>
      <Section
        title="A role of your own"
        note="Without one the export makes a role with the least privilege."
        on={role !== null}
        onToggle={(on) => {
          onChange({ role: on ? { arn: null } : null });
        }}
      >
        {role === null ? undefined : (
          <TextField
            name="ARN"
            mono
            placeholder="asked for at deployment"
            value={role.arn ?? ""}
            bad={notArn(role.arn)}
            onChange={(text) => {
              onChange({ role: { arn: orNothing(text.trim()) } });
            }}
          />
        )}
      </Section>
      <Section
        title="Encryption with a key of your own"
        note="Without one AWS encrypts with a key that it owns."
        on={encryption !== null}
        onToggle={(on) => {
          onChange({ encryption: on ? { keyArn: null, reuseSeconds: null } : null });
        }}
      >
        {encryption === null ? undefined : (
          <>
            <TextField
              name="ARN of the KMS key"
              mono
              placeholder="asked for at deployment"
              value={encryption.keyArn ?? ""}
              bad={notArn(encryption.keyArn)}
              onChange={(text) => {
                onChange({ encryption: { ...encryption, keyArn: orNothing(text.trim()) } });
              }}
            />
            <TextField
              name="Data key used again for, seconds"
              placeholder="300"
              value={encryption.reuseSeconds === null ? "" : String(encryption.reuseSeconds)}
              onChange={(text) => {
                onChange({ encryption: { ...encryption, reuseSeconds: numberOf(text) } });
              }}
            />
          </>
        )}
      </Section>
      <Section title="Triggers" note="What starts an execution.">
        <TriggersField
          triggers={settings.triggers}
          onChange={(triggers) => {
            onChange({ triggers });
          }}
        />
      </Section>
      <Section title="Tags">
        <TagsField
          tags={settings.tags}
          onChange={(tags) => {
            onChange({ tags });
          }}
        />
      </Section>
    </div>
  );
}
