// Hooks for whoever draws or describes the run that is on show.

import { createContext, useContext } from "react";

import { type NodeProgress, type PendingTask, useCommand } from "../backend";
import { activeTab, tabKey, useDocuments } from "../document";
import { type Session, useSessions } from "./session";

/** The execution drawn by the canvas around a component. */
export const ShownExecution = createContext<string | null>(null);

export function useShownExecution(): string | null {
  const active = useDocuments((state) => {
    const tab = activeTab(state);
    return tab ? tabKey(tab) : null;
  });
  const own = useDocuments((state) => {
    const tab = activeTab(state);
    return tab?.kind === "execution" ? tab.execution : null;
  });
  const shown = useSessions((state) => (active === null ? null : (state.shown[active] ?? null)));
  return own ?? shown;
}

export function useSession(execution: string | null): Session | null {
  return useSessions((state) => (execution === null ? null : (state.sessions[execution] ?? null)));
}

export function useNodeProgress(node: string): NodeProgress | null {
  const execution = useContext(ShownExecution);
  return useSessions((state) => (execution === null ? null : (state.sessions[execution]?.nodes[node] ?? null)));
}

export function useEdgeTaken(edge: string): number {
  const execution = useContext(ShownExecution);
  return useSessions((state) => (execution === null ? 0 : (state.sessions[execution]?.edges[edge] ?? 0)));
}

export function useRunIsLive(): boolean {
  const execution = useContext(ShownExecution);
  return useSessions((state) => (execution === null ? false : (state.sessions[execution]?.live ?? false)));
}

const NONE: readonly PendingTask[] = [];

export function usePendingTasks(): readonly PendingTask[] {
  return useCommand("pending_tasks", {}).data?.tasks ?? NONE;
}

export function usePendingAt(execution: string | null, node: string): readonly PendingTask[] {
  const tasks = usePendingTasks();
  const mine = execution === null ? NONE : tasks.filter((task) => task.execution === execution && task.node === node);
  return mine.length === 0 ? NONE : mine;
}
