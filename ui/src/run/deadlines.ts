// By when a waiting task wants something. Pure.

import type { PendingTask } from "../backend";

export interface Deadline {
  readonly kind: "heartbeat" | "timeout";
  /** Milliseconds of the execution's time. */
  readonly left: number;
  /** Hardly any of it is left. */
  readonly near: boolean;
  /** It runs down while one looks at it; else time stands still until somebody answers. */
  readonly runs: boolean;
}

/** What comes first. A virtual clock stands still while it waits for a person. */
export function deadlinesOf(task: PendingTask, now: number): Deadline[] {
  const since = new Date(task.since).getTime();
  const runs = task.clock.type === "real";
  const of = (kind: Deadline["kind"], at: string | null, whole: number): Deadline[] => {
    if (at === null) return [];
    const end = new Date(at).getTime();
    const left = Math.max(0, end - (runs ? now : Math.max(since, end - whole)));
    return [{ kind, left, near: runs && left < Math.max(5_000, whole * 0.15), runs }];
  };
  const timeout = task.timeoutAt === null ? 0 : new Date(task.timeoutAt).getTime() - since;
  return [
    ...of("heartbeat", task.heartbeatAt, (task.heartbeatSeconds ?? 0) * 1_000),
    ...of("timeout", task.timeoutAt, timeout),
  ].sort((a, b) => a.left - b.left);
}

export const deadlineOf = (task: PendingTask, now: number): Deadline | null => deadlinesOf(task, now)[0] ?? null;
