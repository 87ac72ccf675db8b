// A state tried with the data at hand while it is written: debounced, the latest answer only, bounded by the backend.

import { useEffect, useMemo, useRef, useState } from "react";

import { BackendError, type GraphNode, type StatePreview, useCommand } from "../../backend";
import { useDocuments } from "../../document";
import { isOver, moment, useSessions } from "../../run";
import { readJson } from "../../ui";
import type { Language } from "../place";
import { NO_SAMPLE, putSample, type Sample, useSamples } from "./samples";

const WAIT = 160;
/** Longer data is looked at in the run itself. */
const LONGEST = 256 * 1024;

export function useDebounced<T>(value: T, wait = WAIT): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setSettled(value);
    }, wait);
    return () => {
      window.clearTimeout(timer);
    };
  }, [value, wait]);
  return settled;
}

export interface Try {
  readonly preview: StatePreview | null;
  /** Why there is no preview: what is wrong with the state, or with the data. */
  readonly trouble: { readonly about: "state" | "data"; readonly words: string } | null;
  readonly busy: boolean;
  readonly sample: Sample;
  readonly change: (change: Partial<Sample>) => void;
  readonly input: string;
  readonly variables: string;
  readonly result: string | null;
  /** Whether the input is anybody's data, and not only an empty object. */
  readonly real: boolean;
  /** Where the data comes from, in words. */
  readonly origin: string;
  readonly hasRun: boolean;
  /** Whether the state has work of its own whose result can be given. */
  readonly works: boolean;
}

const isJson = (text: string): boolean => readJson(text) !== null;

/** What went into the state when it ran last, and what it could read then. */
function useLastRun(document: number, node: string) {
  const path = useDocuments((state) => state.documents[document]?.path ?? null);
  const shown = useSessions((state) => state.shown[`d${String(document)}`] ?? null);
  const listed = useCommand(
    "list_executions",
    { path: path ?? "", limit: 1, before: null },
    { enabled: path !== null && shown === null },
  );
  const execution = shown ?? listed.data?.executions[0]?.execution ?? null;
  // What the state has come to in a run that is watched: a change of it is data that was not there before.
  const reached = useSessions((state) => {
    const session = execution === null ? undefined : state.sessions[execution];
    const here = session?.nodes[node];
    return here === undefined
      ? ""
      : `${String(here.entered)} ${here.status} ${String(isOver(session?.status ?? "running"))}`;
  });
  const runs = useCommand(
    "get_state_runs",
    { execution: execution ?? "", node, limit: 1 },
    { enabled: execution !== null, ...(reached === "" ? {} : { fresh: true }) },
  );
  const { refetch } = runs;
  const asked = useRef(reached);
  useEffect(() => {
    if (asked.current === reached) return;
    asked.current = reached;
    if (reached !== "") void refetch();
  }, [reached, refetch]);
  const summary = useCommand("get_execution", { execution: execution ?? "" }, { enabled: execution !== null });
  const { name = null, startedAt = null } = summary.data?.summary ?? {};
  const run = execution === null ? undefined : runs.data?.runs[0];
  const scope = useCommand(
    "debug_look",
    { execution: execution ?? "", event: run?.enteredEvent ?? null, thread: null },
    { enabled: execution !== null && run !== undefined },
  );
  return useMemo(() => {
    if (!run) return null;
    const stage = (name: string): string | null => {
      const value = run.stages.find((candidate) => candidate.name === name)?.value ?? null;
      return value !== null && value.length <= LONGEST ? value : null;
    };
    const variables = scope.data?.variables ?? [];
    return {
      input: stage("Input"),
      result: stage("Result"),
      variables: `{${variables.map(({ name, value }) => `${JSON.stringify(name)}:${value}`).join(",")}}`,
      context: scope.data?.context ?? null,
      origin: name === null || startedAt === null ? "the last run" : `run ${name}, ${moment(startedAt)}`,
    };
  }, [run, scope.data, name, startedAt]);
}

export function useTry(document: number, node: GraphNode, language: Language, startsHere: boolean): Try {
  const workflow = useDocuments((state) => {
    const open = state.documents[document];
    return open?.path ?? `untitled ${open?.name ?? ""}`;
  });
  const version = useDocuments((state) => state.documents[document]?.analysis.version ?? 0);
  const stored = useSamples((state) => state.workflows[workflow]?.[node.id]);
  const sample = stored ?? NO_SAMPLE;
  const last = useLastRun(document, node.id);
  const mocks = useCommand("list_mocks", { document }, { enabled: startsHere });
  const works = node.kind === "task" || node.kind === "parallel" || node.kind === "map";
  const described = useCommand(
    "describe_integration",
    { resource: node.resource ?? "", language },
    { enabled: node.resource !== null },
  );
  const ofRun = sample.source === "run" && last !== null;
  const start = startsHere ? (mocks.data?.sampleInput ?? mocks.data?.suggestedInput ?? null) : null;
  const input = ofRun ? (last.input ?? "{}") : (sample.input ?? last?.input ?? start ?? "{}");
  const variables = ofRun ? last.variables : (sample.variables ?? last?.variables ?? "{}");
  const example = described.data?.integration?.exampleResult ?? null;
  const result = works ? (sample.result ?? last?.result ?? example) : null;
  const request = useMemo(
    () => ({
      document,
      version,
      state: node.id,
      input,
      result: sample.outcome === "result" ? result : null,
      error: works && sample.outcome === "error" ? sample.error : null,
      variables,
      context: ofRun ? last.context : null,
    }),
    [document, version, node.id, input, result, sample.outcome, sample.error, works, variables, ofRun, last],
  );
  const settled = useDebounced(request);
  const readable =
    isJson(settled.input) && (settled.result === null || isJson(settled.result)) && isJson(settled.variables);
  const answer = useCommand("preview_state", settled, {
    enabled: readable && settled.state === node.id && settled.version > 0,
    keep: true,
    fresh: true,
  });
  const error = answer.error;
  const stale = error instanceof BackendError && error.code === "staleVersion";
  const trouble =
    error === null || stale
      ? readable
        ? null
        : { about: "data" as const, words: "The data is not JSON." }
      : {
          about:
            error instanceof BackendError && error.code === "invalidInput" ? ("data" as const) : ("state" as const),
          words: error.message,
        };
  return {
    preview: (error === null || stale) && settled.state === node.id ? (answer.data ?? null) : null,
    trouble,
    busy: answer.isFetching || settled !== request,
    sample,
    change: (change) => {
      putSample(workflow, node.id, change);
    },
    input,
    variables,
    result,
    real: ofRun || sample.input !== null || (last?.input ?? null) !== null || start !== null,
    origin: ofRun
      ? last.origin
      : sample.input !== null
        ? "your sample"
        : last?.input
          ? last.origin
          : start !== null
            ? "the workflow's input file"
            : "an empty object",
    hasRun: last !== null,
    works,
  };
}
