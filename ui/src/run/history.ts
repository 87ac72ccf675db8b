// The history of the execution on show, fetched in pages and followed while it grows.

import { useEffect, useState } from "react";
import { create } from "zustand";

import { call, explain, type HistoryEvent } from "../backend";
import { useSessions } from "./session";

const PAGE = 1_000;

interface Histories {
  readonly byExecution: Readonly<Record<string, readonly HistoryEvent[]>>;
}

const useHistories = create<Histories>(() => ({ byExecution: {} }));
const fetching = new Set<string>();

async function fetchUpTo(execution: string, events: number): Promise<void> {
  if (fetching.has(execution)) return;
  fetching.add(execution);
  try {
    for (;;) {
      const known = useHistories.getState().byExecution[execution] ?? [];
      const wanted = Math.max(events, useSessions.getState().sessions[execution]?.events ?? 0);
      if (known.length >= wanted) return;
      const page = await call("get_history", { execution, from: known.length + 1, limit: PAGE });
      if (page.events.length === 0) return;
      useHistories.setState((state) => ({
        byExecution: { ...state.byExecution, [execution]: [...(state.byExecution[execution] ?? []), ...page.events] },
      }));
    }
  } finally {
    fetching.delete(execution);
  }
}

const NONE: readonly HistoryEvent[] = [];

export function useHistory(execution: string | null): { events: readonly HistoryEvent[]; trouble: string | null } {
  const events = useHistories((state) => (execution === null ? NONE : (state.byExecution[execution] ?? NONE)));
  const known = useSessions((state) => (execution === null ? 0 : (state.sessions[execution]?.events ?? 0)));
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (execution === null || events.length >= known) return;
    // A short wait lets the events of a busy run arrive together.
    const timer = window.setTimeout(
      () => {
        fetchUpTo(execution, known).then(
          () => {
            setTrouble(null);
          },
          (error: unknown) => {
            setTrouble(explain(error));
          },
        );
      },
      events.length === 0 ? 0 : 80,
    );
    return () => {
      window.clearTimeout(timer);
    };
  }, [execution, known, events.length]);
  return { events, trouble };
}
