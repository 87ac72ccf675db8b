// Expressions that are looked at again wherever the run stops, kept for each workflow.

import { call, explain, useCommand } from "../backend";
import { say } from "../document";
import { remembered } from "../ui";

const useWatches = remembered<{ readonly byWorkflow: Readonly<Record<string, readonly string[]>> }>("watched", {
  byWorkflow: {},
});

/** More than this are not evaluated at every stop. */
const MOST = 50;
const NONE: readonly string[] = [];

function put(workflow: string, expressions: readonly string[]): void {
  useWatches.setState(({ byWorkflow }) => ({
    byWorkflow: { ...byWorkflow, [workflow]: [...new Set(expressions)].slice(0, MOST) },
  }));
}

/** The file of an execution's workflow, or its name. */
function useWorkflow(execution: string): string | null {
  const { data } = useCommand("get_execution", { execution });
  return data ? (data.summary.path ?? data.summary.workflow) : null;
}

export function useWatched(execution: string): {
  expressions: readonly string[];
  set: (expressions: readonly string[]) => void;
} {
  const workflow = useWorkflow(execution);
  const expressions = useWatches((state) => (workflow === null ? NONE : (state.byWorkflow[workflow] ?? NONE)));
  return {
    expressions,
    set: (changed) => {
      if (workflow !== null) put(workflow, changed);
    },
  };
}

export function addWatch(execution: string, expression: string): void {
  call("get_execution", { execution }).then(
    ({ summary }) => {
      const workflow = summary.path ?? summary.workflow;
      put(workflow, [...(useWatches.getState().byWorkflow[workflow] ?? NONE), expression.trim()]);
    },
    (error: unknown) => {
      say("bad", explain(error));
    },
  );
}
