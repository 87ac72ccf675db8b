// Which language copied states are written in, by the fields they have. Pure.

/** Fields of states that JSONata has no use for. */
const JSONPATH_FIELDS = new Set([
  "InputPath",
  "Parameters",
  "ResultSelector",
  "Result",
  "ResultPath",
  "OutputPath",
  "ItemsPath",
  "SecondsPath",
  "TimestampPath",
  "TimeoutSecondsPath",
  "HeartbeatSecondsPath",
  "MaxConcurrencyPath",
  "ToleratedFailureCountPath",
  "ToleratedFailurePercentagePath",
  "ErrorPath",
  "CausePath",
]);
const COMPARING = ["Variable", "And", "Or", "Not"];
const DEEPEST = 50;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function speaksJsonPath(state: Fields): boolean {
  if (state["QueryLanguage"] !== undefined) return state["QueryLanguage"] === "JSONPath";
  const compares = (rule: unknown): boolean => isObject(rule) && COMPARING.some((name) => name in rule);
  return Object.keys(state).some((name) => JSONPATH_FIELDS.has(name)) || listOf(state["Choices"]).some(compares);
}

/** How many states of a fragment (a machine, a `States` object, or one named state) are written in JSONPath. */
export function statesInJsonPath(fragment: string): number {
  let read: unknown;
  try {
    read = JSON.parse(fragment);
  } catch {
    return 0;
  }
  let count = 0;
  const walk = (states: unknown, depth: number): void => {
    if (!isObject(states) || depth > DEEPEST) return;
    for (const state of Object.values(states)) {
      if (!isObject(state)) continue;
      if (speaksJsonPath(state)) count++;
      for (const machine of [state["ItemProcessor"], state["Iterator"], ...listOf(state["Branches"])])
        if (isObject(machine)) walk(machine["States"], depth + 1);
    }
  };
  if (isObject(read)) {
    if (read["QueryLanguage"] === "JSONata") return 0;
    walk(isObject(read["States"]) ? read["States"] : read, 0);
  }
  return count;
}
