// The data a state is tried with: of its last run, or written by the person and remembered for each workflow.

import { remembered } from "../../ui";

export interface Sample {
  /** Of the last run, or the person's own. */
  readonly source: "run" | "own";
  /** JSON text; nothing where the person wrote none. */
  readonly input: string | null;
  readonly variables: string | null;
  /** What the work gives, or how it fails. */
  readonly outcome: "result" | "error";
  readonly result: string | null;
  readonly error: { readonly error: string; readonly cause: string };
}

export const NO_SAMPLE: Sample = {
  source: "run",
  input: null,
  variables: null,
  outcome: "result",
  result: null,
  error: { error: "States.TaskFailed", cause: "" },
};

/** The window's storage is small: the oldest workflows go first, and long texts are not kept. */
const MOST_WORKFLOWS = 30;
const MOST_STATES = 200;
const LONGEST = 64 * 1024;

type Workflow = Readonly<Record<string, Sample>>;
interface Samples {
  /** By the workflow's path, the latest last. */
  readonly workflows: Readonly<Record<string, Workflow>>;
}

export const useSamples = remembered<Samples>("samples", { workflows: {} });

export function withSample(before: Samples, workflow: string, state: string, sample: Sample): Samples {
  const long = (text: string | null): boolean => text !== null && text.length > LONGEST;
  const kept =
    long(sample.input) || long(sample.result) || long(sample.variables)
      ? { ...sample, source: "run" as const, input: null, result: null, variables: null }
      : sample;
  const { [workflow]: old, ...others } = before.workflows;
  // The latest stands last.
  const states = Object.entries(old ?? {}).filter(([known]) => known !== state);
  const latest = [...states, [state, kept] as const].slice(-MOST_STATES);
  const all = [...Object.entries(others), [workflow, Object.fromEntries(latest)] as const].slice(-MOST_WORKFLOWS);
  return { workflows: Object.fromEntries(all) };
}

export function putSample(workflow: string, state: string, change: Partial<Sample>): void {
  useSamples.setState((before) =>
    withSample(before, workflow, state, { ...NO_SAMPLE, ...before.workflows[workflow]?.[state], ...change }),
  );
}
