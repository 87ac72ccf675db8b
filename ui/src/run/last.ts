// What a state was given the last time it ran: paths into it are worth offering while one writes.

import { call } from "../backend";
import { useDocuments } from "../document";
import { useSessions } from "./session";

/** Longer data is not sent along with every key that is pressed. */
const MAX_LENGTH = 64 * 1024;

const known = new Map<string, { execution: string; input: string | null }>();

async function lastExecution(document: number): Promise<string | null> {
  const shown = useSessions.getState().shown[`d${String(document)}`];
  if (shown) return shown;
  const path = useDocuments.getState().documents[document]?.path ?? null;
  if (path === null) return null;
  const { executions } = await call("list_executions", { path, limit: 1, before: null });
  return executions[0]?.execution ?? null;
}

/** JSON text, or nothing if the state never ran. Trouble is nothing too: it is only a help. */
export async function lastInputOf(document: number, node: string): Promise<string | null> {
  try {
    const execution = await lastExecution(document);
    if (execution === null) return null;
    const key = `${String(document)} ${node}`;
    const before = known.get(key);
    // A run that goes on may still reach the state.
    if (
      before?.execution === execution &&
      (before.input !== null || useSessions.getState().sessions[execution]?.status !== "running")
    )
      return before.input;
    const { runs } = await call("get_state_runs", { execution, node, limit: 1 });
    const value = runs[0]?.stages.find((stage) => stage.name === "Input")?.value ?? null;
    const input = value !== null && value.length <= MAX_LENGTH ? value : null;
    known.set(key, { execution, input });
    return input;
  } catch {
    return null;
  }
}
