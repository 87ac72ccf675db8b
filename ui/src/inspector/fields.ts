// What each type of state may have, and how it is written: the table behind the forms. Spec: <https://states-language.net/spec.html>

import type { GraphNodeKind } from "../backend";

export type Control = "text" | "expression" | "number" | "json" | "retry" | "catch" | "rules" | "state" | "options";

export interface Field {
  readonly name: string;
  readonly control: Control;
  readonly help: string;
  /** Only in this language; both where absent. */
  readonly language?: "JSONPath" | "JSONata";
  readonly options?: readonly string[];
  /** What adding the field writes, JSON text. */
  readonly initial: string;
}

const field = (
  name: string,
  control: Control,
  initial: string,
  help: string,
  language?: "JSONPath" | "JSONata",
): Field => ({ name, control, initial, help, ...(language ? { language } : {}) });

const INPUT_PATH = field(
  "InputPath",
  "expression",
  '"$"',
  "The part of the input that the state works with",
  "JSONPath",
);
const PARAMETERS = field("Parameters", "json", "{}", "What the state works with, built from its input", "JSONPath");
const ARGUMENTS = field("Arguments", "json", "{}", "What the state is called with", "JSONata");
const SELECTOR = field("ResultSelector", "json", "{}", "What is kept of the result", "JSONPath");
const RESULT_PATH = field(
  "ResultPath",
  "expression",
  '"$.result"',
  "Where the result goes in the input; null discards it",
  "JSONPath",
);
const OUTPUT_PATH = field("OutputPath", "expression", '"$"', "The part that is passed on", "JSONPath");
const OUTPUT = field("Output", "json", '"{% $states.result %}"', "What is passed on", "JSONata");
const ASSIGN = field("Assign", "json", "{}", "Variables to set for the states behind");
const RETRY = field(
  "Retry",
  "retry",
  '[{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2 }]',
  "Which errors are tried again, how often and after how long",
);
const COMMENT = field("Comment", "text", '""', "For people");
const LANGUAGE: Field = {
  name: "QueryLanguage",
  control: "options",
  options: ["JSONPath", "JSONata"],
  initial: '"JSONata"',
  help: "The language of expressions in this state",
};

const OF_KIND: Partial<Record<GraphNodeKind, readonly Field[]>> = {
  task: [
    field("Resource", "text", '""', "What is called"),
    ARGUMENTS,
    INPUT_PATH,
    PARAMETERS,
    SELECTOR,
    RESULT_PATH,
    OUTPUT_PATH,
    OUTPUT,
    ASSIGN,
    field("TimeoutSeconds", "number", "60", "How long the task may take"),
    field("HeartbeatSeconds", "number", "30", "How long it may stay silent"),
    RETRY,
    field("Credentials", "json", "{}", "The role to call it with"),
  ],
  pass: [
    field("Result", "json", "{}", "What is passed on instead of the input", "JSONPath"),
    INPUT_PATH,
    PARAMETERS,
    RESULT_PATH,
    OUTPUT_PATH,
    OUTPUT,
    ASSIGN,
  ],
  choice: [
    field("Choices", "rules", "[]", "The first rule that holds decides"),
    field("Default", "state", '""', "Where it goes when no rule holds"),
    INPUT_PATH,
    OUTPUT_PATH,
    OUTPUT,
    ASSIGN,
  ],
  wait: [
    field("Seconds", "number", "60", "How long to wait"),
    field("Timestamp", "expression", '"2030-01-01T00:00:00Z"', "Until when to wait"),
    field("SecondsPath", "expression", '"$.seconds"', "Where the seconds stand in the input", "JSONPath"),
    field("TimestampPath", "expression", '"$.until"', "Where the moment stands in the input", "JSONPath"),
    INPUT_PATH,
    OUTPUT_PATH,
    OUTPUT,
    ASSIGN,
  ],
  succeed: [INPUT_PATH, OUTPUT_PATH, OUTPUT],
  fail: [
    field("Error", "expression", '"Failed"', "The name of the error"),
    field("Cause", "expression", '""', "What happened, for people"),
    field("ErrorPath", "expression", '"$.error"', "Where the name stands in the input", "JSONPath"),
    field("CausePath", "expression", '"$.cause"', "Where the cause stands in the input", "JSONPath"),
  ],
  parallel: [ARGUMENTS, INPUT_PATH, PARAMETERS, SELECTOR, RESULT_PATH, OUTPUT_PATH, OUTPUT, ASSIGN, RETRY],
  map: [
    field("Items", "json", '"{% $states.input.items %}"', "The items", "JSONata"),
    field("ItemsPath", "expression", '"$.items"', "Where the items stand in the input", "JSONPath"),
    field("ItemSelector", "json", "{}", "What each iteration gets"),
    field("MaxConcurrency", "number", "10", "How many run at a time; 0 is no limit"),
    field("ToleratedFailureCount", "number", "0", "How many items may fail"),
    field("ToleratedFailurePercentage", "number", "0", "What share of items may fail, in percent"),
    field("ItemReader", "json", "{}", "Where a distributed Map reads its items"),
    field("ItemBatcher", "json", '{ "MaxItemsPerBatch": 10 }', "How items are gathered into batches"),
    field("ResultWriter", "json", "{}", "Where a distributed Map writes its results"),
    field("Label", "text", '"items"', "A name for the Map Run"),
    INPUT_PATH,
    SELECTOR,
    RESULT_PATH,
    OUTPUT_PATH,
    OUTPUT,
    ASSIGN,
    RETRY,
  ],
};

const CATCH = field("Catch", "catch", "[]", "Where the state goes when it fails");

/** Fields a state of this kind may have, in the order in which people think of them. */
export function fieldsOf(kind: GraphNodeKind, language: string): readonly Field[] {
  const own = OF_KIND[kind] ?? [];
  const withErrors = kind === "task" || kind === "parallel" || kind === "map" ? [...own, CATCH] : own;
  return [...withErrors, LANGUAGE, COMMENT].filter(
    (candidate) => candidate.language === undefined || candidate.language === language,
  );
}

/** Written elsewhere in the inspector or by the canvas. */
export const STRUCTURAL: ReadonlySet<string> = new Set([
  "Type",
  "Next",
  "End",
  "Branches",
  "ItemProcessor",
  "Iterator",
  "States",
  "StartAt",
]);

/** The delays before each retry, in seconds, as the service works them out without jitter. */
export function delays(interval: number, rate: number, attempts: number, longest: number | null): number[] {
  return Array.from({ length: Math.min(attempts, 12) }, (_, at) =>
    Math.min(interval * rate ** at, longest ?? Infinity),
  );
}

export const OPERATORS = [
  "StringEquals",
  "StringMatches",
  "NumericEquals",
  "NumericGreaterThan",
  "NumericGreaterThanEquals",
  "NumericLessThan",
  "NumericLessThanEquals",
  "BooleanEquals",
  "IsPresent",
  "IsNull",
  "IsString",
  "IsNumeric",
  "IsBoolean",
  "IsTimestamp",
  "StringGreaterThan",
  "StringLessThan",
  "StringGreaterThanEquals",
  "StringLessThanEquals",
  "TimestampEquals",
  "TimestampGreaterThan",
  "TimestampLessThan",
  "TimestampGreaterThanEquals",
  "TimestampLessThanEquals",
  "StringEqualsPath",
  "NumericEqualsPath",
  "NumericGreaterThanPath",
  "NumericGreaterThanEqualsPath",
  "NumericLessThanPath",
  "NumericLessThanEqualsPath",
  "BooleanEqualsPath",
  "TimestampEqualsPath",
  "TimestampGreaterThanPath",
  "TimestampLessThanPath",
] as const;

/** The value an operator compares with, as JSON text, from what was typed. */
export function operand(operator: string, typed: string): string {
  if (
    operator.startsWith("Numeric") &&
    !operator.endsWith("Path") &&
    typed.trim() !== "" &&
    Number.isFinite(Number(typed))
  )
    return typed.trim();
  if (operator.startsWith("Boolean") && !operator.endsWith("Path")) return typed.trim() === "false" ? "false" : "true";
  if (operator.startsWith("Is")) return typed.trim() === "false" ? "false" : "true";
  return JSON.stringify(typed);
}
