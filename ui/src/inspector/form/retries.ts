// When a Retrier tries again. Pure. Spec: <https://states-language.net/spec.html#retrying-after-error>

export interface Backoff {
  readonly interval: number;
  readonly rate: number;
  readonly attempts: number;
  readonly longest: number | null;
  readonly jitter: boolean;
}

/** Further retries than this are not drawn one by one. */
export const MOST_DRAWN = 12;

/** The delays before each retry, in seconds, as the service works them out; with jitter, the longest each can be. */
export function delays({ interval, rate, attempts, longest }: Backoff, most = MOST_DRAWN): number[] {
  return Array.from({ length: Math.max(0, Math.min(attempts, most)) }, (_, at) =>
    Math.min(interval * rate ** at, longest ?? Infinity),
  );
}

/** All delays together, in seconds. */
export function total({ interval, rate, attempts, longest }: Backoff): number {
  let sum = 0;
  for (let at = 0; at < attempts; at++) {
    const delay = Math.min(interval * rate ** at, longest ?? Infinity);
    if (!Number.isFinite(sum + delay)) return Infinity;
    // From here on each is the same.
    if ((longest !== null && delay === longest) || rate === 1) return sum + delay * (attempts - at);
    sum += delay;
    if (at > 10_000) return Infinity;
  }
  return sum;
}

export interface ErrorName {
  readonly name: string;
  readonly help: string;
}

/** What the service itself raises. */
export const STATES_ERRORS: readonly ErrorName[] = [
  { name: "States.ALL", help: "Any error; alone, and in the last entry" },
  { name: "States.TaskFailed", help: "Any error of a task but a timeout" },
  { name: "States.Timeout", help: "It took too long" },
  { name: "States.HeartbeatTimeout", help: "No heartbeat came in time" },
  { name: "States.Permissions", help: "The role may not do it" },
  { name: "States.DataLimitExceeded", help: "The data is larger than 256 KiB" },
  { name: "States.ResultPathMatchFailure", help: "ResultPath does not fit the input" },
  { name: "States.ParameterPathFailure", help: "A path in Parameters finds nothing" },
  { name: "States.QueryEvaluationError", help: "A JSONata expression failed" },
  { name: "States.IntrinsicFailure", help: "An intrinsic function failed" },
  { name: "States.BranchFailed", help: "A branch of a Parallel failed" },
  { name: "States.ItemReaderFailed", help: "A distributed Map could not read its items" },
  { name: "States.ResultWriterFailed", help: "A distributed Map could not write its results" },
  { name: "States.ExceedToleratedFailureThreshold", help: "Too many items of a distributed Map failed" },
  { name: "States.Http.Socket", help: "The HTTP endpoint could not be reached" },
];
