// Which fields a state can have, from the backend's one table, in the groups in which people think of them.

import { type StateField, type StateLanguage, useCommand } from "../backend";
import type { Language } from "./place";

const NOTHING: StateLanguage = { fields: [], comparisons: [] };

export function useLanguage(): StateLanguage {
  return useCommand("list_state_fields", {}).data ?? NOTHING;
}

/** One thing to set: a field, or several of which one is used. */
export interface Entry {
  readonly title: string;
  readonly names: readonly string[];
}

export interface Group {
  readonly id: "work" | "in" | "out" | "errors" | "about";
  readonly title: string;
  readonly entries: readonly Entry[];
}

const one = (name: string): Entry => ({ title: name, names: [name] });
const either = (title: string, ...names: string[]): Entry => ({ title, names });

const GROUPS: readonly Group[] = [
  {
    id: "work",
    title: "What it does",
    entries: [
      one("Resource"),
      one("Choices"),
      one("Default"),
      either("Until", "Seconds", "SecondsPath", "Timestamp", "TimestampPath"),
      either("Error", "Error", "ErrorPath"),
      either("Cause", "Cause", "CausePath"),
      one("Result"),
      one("Branches"),
      either("Items", "Items", "ItemsPath"),
      one("ItemReader"),
      one("ItemBatcher"),
      one("ItemProcessor"),
      one("Iterator"),
      either("MaxConcurrency", "MaxConcurrency", "MaxConcurrencyPath"),
      one("ResultWriter"),
      one("Label"),
      one("Credentials"),
    ],
  },
  {
    id: "in",
    title: "Data in",
    entries: [one("InputPath"), one("Parameters"), one("Arguments"), one("ItemSelector")],
  },
  {
    id: "out",
    title: "Data out",
    entries: [one("ResultSelector"), one("ResultPath"), one("OutputPath"), one("Output"), one("Assign")],
  },
  {
    id: "errors",
    title: "Errors and time",
    entries: [
      either("TimeoutSeconds", "TimeoutSeconds", "TimeoutSecondsPath"),
      either("HeartbeatSeconds", "HeartbeatSeconds", "HeartbeatSecondsPath"),
      either("ToleratedFailureCount", "ToleratedFailureCount", "ToleratedFailureCountPath"),
      either("ToleratedFailurePercentage", "ToleratedFailurePercentage", "ToleratedFailurePercentagePath"),
      one("Retry"),
      one("Catch"),
    ],
  },
  { id: "about", title: "About it", entries: [one("Comment"), one("QueryLanguage")] },
];

/** Written by the canvas, or elsewhere in the inspector. */
const STRUCTURAL = new Set(["Type", "Next", "End"]);

export function groupsOf(type: string, language: Language, fields: readonly StateField[]): readonly Group[] {
  const known = new Set(
    fields
      .filter((field) => field.types.includes(type) && (field.language === null || field.language === language))
      .map((field) => field.name)
      .filter((name) => !STRUCTURAL.has(name)),
  );
  const groups = GROUPS.map((group) => ({
    ...group,
    entries: group.entries
      .map((entry) => ({ ...entry, names: entry.names.filter((name) => known.has(name)) }))
      .filter((entry) => entry.names.length > 0),
  }));
  // A field that the table gained and nobody has put into a group yet.
  const placed = new Set(groups.flatMap((group) => group.entries.flatMap((entry) => entry.names)));
  const others = [...known].filter((name) => !placed.has(name)).map(one);
  return groups
    .map((group) => (group.id === "about" ? { ...group, entries: [...group.entries, ...others] } : group))
    .filter((group) => group.entries.length > 0);
}

export function fieldNamed(
  fields: readonly StateField[],
  type: string,
  language: Language,
  name: string,
): StateField | undefined {
  return fields.find(
    (field) =>
      field.name === name && field.types.includes(type) && (field.language === null || field.language === language),
  );
}

/** What adding a field writes, JSON text. */
export const INITIAL: Readonly<Record<string, string>> = {
  Resource: '""',
  Choices: "[]",
  Default: '""',
  Seconds: "60",
  SecondsPath: '"$.seconds"',
  Timestamp: '"2030-01-01T00:00:00Z"',
  TimestampPath: '"$.until"',
  Error: '"Failed"',
  ErrorPath: '"$.error"',
  Cause: '""',
  CausePath: '"$.cause"',
  Result: "{}",
  Branches: "[]",
  Items: '"{% $states.input.items %}"',
  ItemsPath: '"$.items"',
  ItemReader: '{ "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": { "InputType": "JSON" } }',
  ItemBatcher: '{ "MaxItemsPerBatch": 10 }',
  ItemProcessor: "{}",
  Iterator: "{}",
  MaxConcurrency: "10",
  MaxConcurrencyPath: '"$.concurrency"',
  ResultWriter: '{ "Resource": "arn:aws:states:::s3:putObject" }',
  Label: '"items"',
  Credentials: '{ "RoleArn": "" }',
  InputPath: '"$"',
  Parameters: "{}",
  Arguments: "{}",
  ItemSelector: "{}",
  ResultSelector: "{}",
  ResultPath: '"$.result"',
  OutputPath: '"$"',
  Output: '"{% $states.result %}"',
  Assign: "{}",
  TimeoutSeconds: "60",
  TimeoutSecondsPath: '"$.timeout"',
  HeartbeatSeconds: "30",
  HeartbeatSecondsPath: '"$.heartbeat"',
  ToleratedFailureCount: "0",
  ToleratedFailureCountPath: '"$.tolerated"',
  ToleratedFailurePercentage: "5",
  ToleratedFailurePercentagePath: '"$.tolerated"',
  Retry: '[{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2 }]',
  Catch: "[]",
  Comment: '""',
  QueryLanguage: '"JSONata"',
};

/** The words of one of several names for the same thing. */
export const VARIANTS: Readonly<Record<string, readonly [word: string, help: string]>> = {
  Seconds: ["Seconds", "A number of seconds"],
  SecondsPath: ["$ seconds", "The seconds stand in the input"],
  Timestamp: ["Timestamp", "A fixed moment"],
  TimestampPath: ["$ timestamp", "The moment stands in the input"],
};
