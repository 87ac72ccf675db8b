import type { Code, Commands, Failure } from "./bindings";
import { currentHost } from "./host";

/** A command that was refused. Branch on `code`; `message` is for people. */
export class BackendError extends Error {
  readonly code: Code | "unreachable";

  constructor(failure: { code: Code | "unreachable"; message: string }) {
    super(failure.message);
    this.name = "BackendError";
    this.code = failure.code;
  }
}

function asFailure(value: unknown): Failure | undefined {
  return typeof value === "object" && value !== null && "code" in value && "message" in value
    ? (value as Failure)
    : undefined;
}

/** Runs a command. The type of the answer comes from the command table, not from the caller. */
export async function call<C extends keyof Commands>(command: C, request: Commands[C][0]): Promise<Commands[C][1]> {
  let answer: unknown;
  try {
    answer = await currentHost().invoke(command, request);
  } catch (error) {
    const failure = asFailure(error);
    if (failure) throw new BackendError(failure);
    throw new BackendError({ code: "unreachable", message: error instanceof Error ? error.message : String(error) });
  }
  if (typeof answer === "object" && answer !== null) {
    if ("failure" in answer) {
      throw new BackendError(
        asFailure(answer.failure) ?? { code: "unexpected", message: "the backend gave no reason" },
      );
    }
    if ("ok" in answer) return answer.ok as Commands[C][1];
  }
  throw new BackendError({ code: "unexpected", message: `the backend's answer to ${command} has the wrong shape` });
}

/** What to tell a person about an error of any kind, as a sentence. */
export function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
