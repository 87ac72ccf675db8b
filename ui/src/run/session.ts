// Executions that are being watched: what every state and transition has done so far, kept up to date by notices.

import { create } from "zustand";

import {
  BackendError,
  call,
  type ClockMode,
  type EdgeProgress,
  type ExecutionMoved,
  type ExecutionStatus,
  explain,
  type NodeProgress,
  onNotice,
  type PendingTask,
  refresh,
  type StartAt,
} from "../backend";
import { bufferOf, say, settleDrafts, tabKey, useDocuments } from "../document";

export interface Session {
  readonly execution: string;
  readonly status: ExecutionStatus;
  /** Id of the last history event that is contained. */
  readonly events: number;
  /** The execution's own time. */
  readonly now: string | null;
  readonly nodes: Readonly<Record<string, NodeProgress>>;
  readonly edges: Readonly<Record<string, number>>;
  /** Started from this window, so its transitions are drawn as they are taken. */
  readonly live: boolean;
  /** The document's version when the run began: a later one means that the picture may have changed since. */
  readonly version: number | null;
}

interface Sessions {
  readonly sessions: Readonly<Record<string, Session>>;
  /** The execution drawn over the graph of a tab. */
  readonly shown: Readonly<Record<string, string | null>>;
}

export const useSessions = create<Sessions>(() => ({ sessions: {}, shown: {} }));

/** Notices for an execution whose progress has been asked for but has not come yet. */
const waiting = new Map<string, ExecutionMoved[]>();

export const isOver = (status: ExecutionStatus): boolean => status !== "running" && status !== "interrupted";

function put(session: Session): void {
  useSessions.setState((state) => ({ sessions: { ...state.sessions, [session.execution]: session } }));
}

export function withEdges(
  edges: Readonly<Record<string, number>>,
  taken: readonly EdgeProgress[],
): Readonly<Record<string, number>> {
  return taken.length === 0 ? edges : { ...edges, ...Object.fromEntries(taken.map((edge) => [edge.edge, edge.taken])) };
}

export function moved(session: Session, notice: ExecutionMoved): Session {
  return {
    ...session,
    status: notice.status,
    events: Math.max(session.events, notice.events),
    now: notice.now,
    nodes:
      notice.nodes.length === 0
        ? session.nodes
        : { ...session.nodes, ...Object.fromEntries(notice.nodes.map((node) => [node.node, node])) },
    edges: withEdges(session.edges, notice.edges),
  };
}

/** Watches an execution from now on. */
export async function watch(execution: string, options: { live: boolean; version: number | null }): Promise<void> {
  if (useSessions.getState().sessions[execution]) return;
  waiting.set(execution, []);
  try {
    const progress = await call("get_progress", { execution });
    let session: Session = {
      execution,
      status: progress.status,
      events: progress.events,
      now: null,
      live: options.live,
      version: options.version,
      nodes: Object.fromEntries(progress.nodes.map((node) => [node.node, node])),
      edges: withEdges({}, progress.edges),
    };
    for (const notice of waiting.get(execution) ?? [])
      if (notice.events > session.events) session = moved(session, notice);
    put(session);
    if (isOver(session.status)) refresh("get_execution", { execution });
  } finally {
    waiting.delete(execution);
  }
}

export async function watchAgain(execution: string): Promise<void> {
  const session = useSessions.getState().sessions[execution];
  if (!session) return;
  const progress = await call("get_progress", { execution });
  put({
    ...session,
    status: progress.status,
    events: progress.events,
    nodes: Object.fromEntries(progress.nodes.map((node) => [node.node, node])),
    edges: withEdges({}, progress.edges),
  });
  refresh("get_execution", { execution });
}

export function show(tab: string, execution: string | null): void {
  useSessions.setState((state) => ({ shown: { ...state.shown, [tab]: execution } }));
}

export interface RunOptions {
  readonly input: string;
  readonly testCase: string | null;
  readonly clock: ClockMode;
  readonly paceMs: number;
  readonly express: boolean;
  /** Stands still before the first state. */
  readonly paused?: boolean;
  /** Somewhere in the middle instead of at the first state. */
  readonly startAt?: StartAt;
  /** States answer with what is pinned to them; they do when absent. */
  readonly usePins?: boolean;
}

/** Starts the workflow of a document and shows the run on its canvas. The id of the execution, or why there is none. */
export async function start(
  document: number,
  options: RunOptions,
): Promise<{ execution: string } | { refusal: string; field: "input" | "mocks" | null }> {
  try {
    await settleDrafts();
    await bufferOf(document)?.settled();
    const { execution } = await call("start_execution", { document, name: null, seed: null, ...options });
    const version = useDocuments.getState().documents[document]?.analysis.version ?? null;
    await watch(execution, { live: true, version });
    show(tabKey({ kind: "document", document }), execution);
    refresh("list_executions");
    return { execution };
  } catch (error) {
    const code = error instanceof BackendError ? error.code : null;
    return {
      refusal: explain(error),
      field: code === "invalidInput" ? "input" : code === "mocksUnreadable" ? "mocks" : null,
    };
  }
}

async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    say("bad", explain(error));
    return false;
  }
}

export const stop = (execution: string): Promise<boolean> =>
  attempt(() => call("stop_execution", { execution, error: null, cause: null }));

export const resume = (execution: string): Promise<boolean> =>
  attempt(async () => {
    await call("resume_execution", { execution });
    await watchAgain(execution);
    refresh("list_executions");
  });

export const remove = (execution: string): Promise<boolean> =>
  attempt(async () => {
    await call("delete_execution", { execution });
    refresh("list_executions");
  });

export const setClock = (execution: string, clock: ClockMode, paceMs: number): Promise<boolean> =>
  attempt(() => call("set_clock", { execution, clock, paceMs }));

/** Lets the time of a run jump to the end of its wait. */
/** Whether something waits for time to pass. A task that waits for a person is no matter of time. */
export function waitsForTime(session: Session, pending: readonly PendingTask[]): boolean {
  const asked = new Set(pending.filter((task) => task.execution === session.execution).map((task) => task.node));
  return (
    session.status === "running" &&
    Object.values(session.nodes).some(
      (node) => node.active > 0 && (node.status === "retrying" || (node.status === "waiting" && !asked.has(node.node))),
    )
  );
}

export const skipWait = (execution: string): Promise<boolean> => attempt(() => call("skip_wait", { execution }));

export const answer = (
  task: PendingTask,
  result: { result: string } | { error: string | null; cause: string | null },
): Promise<boolean> =>
  attempt(() =>
    call("answer_task", {
      execution: task.execution,
      task: task.task,
      answer:
        "result" in result
          ? { type: "succeed", result: result.result }
          : { type: "fail", error: result.error, cause: result.cause },
    }),
  );

/** A sign of life for a task that wants one. */
export const heartbeat = (task: PendingTask): Promise<boolean> =>
  attempt(() => call("send_heartbeat", { execution: task.execution, task: task.task }));

/** Follows notices for as long as the window lives. */
export function followExecutions(): () => void {
  return onNotice("executionMoved", (notice) => {
    const queue = waiting.get(notice.execution);
    if (queue) {
      queue.push(notice);
      return;
    }
    const session = useSessions.getState().sessions[notice.execution];
    if (!session) return;
    put(moved(session, notice));
    if (notice.status !== session.status) {
      refresh("get_execution", { execution: notice.execution });
      refresh("list_executions");
    }
  });
}

/** After the connection was down: everything that is shown is asked for again. */
export function catchUp(): void {
  for (const execution of Object.keys(useSessions.getState().sessions)) {
    watchAgain(execution).catch((error: unknown) => {
      say("bad", explain(error));
    });
  }
}
