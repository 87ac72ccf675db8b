// The executions that executions have started: each level is asked for when somebody opens it, and kept up to date while it is open.

import { useEffect } from "react";
import { create } from "zustand";

import { call, explain, type NestedRun, onNotice } from "../backend";

/** What is known of the executions that one has started. */
export type Level = { readonly runs: readonly NestedRun[] } | { readonly trouble: string };

const useLevels = create<{ readonly levels: Readonly<Record<string, Level>> }>(() => ({ levels: {} }));

async function ask(execution: string): Promise<void> {
  const level: Level = await call("nested_executions", { execution }).then(
    (answer) => ({ runs: answer.nested }),
    (error: unknown) => ({ trouble: explain(error) }),
  );
  useLevels.setState(({ levels }) => ({ levels: { ...levels, [execution]: level } }));
}

export const useKnownLevels = (): Readonly<Record<string, Level>> => useLevels(({ levels }) => levels);

/** Asks for what these have started, and again whenever an execution begins or ends. */
export function useFreshLevels(executions: readonly string[]): void {
  const key = executions.join(" ");
  useEffect(() => {
    const open = key === "" ? [] : key.split(" ");
    const askAll = (): void => {
      for (const execution of open) void ask(execution);
    };
    askAll();
    return open.length === 0 ? undefined : onNotice("executionsChanged", askAll);
  }, [key]);
}
