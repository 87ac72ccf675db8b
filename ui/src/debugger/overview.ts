// Overviews of executions, fetched once and kept up to date while somebody looks at them.

import { useEffect, useState } from "react";
import { create } from "zustand";

import { call, explain, onNotice } from "../backend";
import { useSessions } from "../run";
import { merged, type Overview } from "./model";

const useOverviews = create<{ readonly byExecution: Readonly<Record<string, Overview>> }>(() => ({ byExecution: {} }));

/** A busy run is asked no more often. */
const PAUSE_MS = 120;
/** What is kept although nobody looks at it. */
const KEPT = 4;

const asking = new Map<string, Promise<void>>();
const again = new Set<string>();

function put(execution: string, overview: Overview): void {
  useOverviews.setState(({ byExecution }) => {
    const others = Object.entries(byExecution).filter(([other]) => other !== execution);
    return { byExecution: Object.fromEntries([...others.slice(-KEPT + 1), [execution, overview]]) };
  });
}

/** Asks what is new. Whoever asks meanwhile is answered by the next round. */
export async function refreshOverview(execution: string): Promise<void> {
  const under = asking.get(execution);
  if (under) {
    again.add(execution);
    return under;
  }
  const work = (async () => {
    const before = useOverviews.getState().byExecution[execution];
    const answer = await call("run_overview", { execution, since: before?.line ?? 0 });
    put(execution, merged(before, answer));
  })().finally(() => {
    asking.delete(execution);
    if (again.delete(execution)) void refreshOverview(execution).catch(() => undefined);
  });
  asking.set(execution, work);
  return work;
}

/** The one that is known, without asking for it. */
export const useKnownOverview = (execution: string): Overview | undefined =>
  useOverviews(({ byExecution }) => byExecution[execution]);

export const knownOverview = (execution: string): Overview | undefined =>
  useOverviews.getState().byExecution[execution];

export function useOverview(execution: string | null): { overview: Overview | null; trouble: string | null } {
  const overview = useOverviews((state) => (execution === null ? null : (state.byExecution[execution] ?? null)));
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => {
    if (execution === null) return;
    let timer: number | undefined;
    const ask = (): void => {
      timer = undefined;
      refreshOverview(execution).then(
        () => {
          setTrouble(null);
        },
        (error: unknown) => {
          setTrouble(explain(error));
        },
      );
    };
    ask();
    const soon = (): void => {
      timer ??= window.setTimeout(ask, PAUSE_MS);
    };
    const stops = [
      onNotice("executionMoved", (notice) => {
        if (notice.execution === execution) soon();
      }),
      // What it has started goes on without it.
      onNotice("executionsChanged", () => {
        const known = knownOverview(execution);
        if (known && (known.nested.length > 0 || known.caller)) soon();
      }),
      // A run that was resumed, or caught up with after the connection was down.
      useSessions.subscribe((state, before) => {
        if (state.sessions[execution]?.events !== before.sessions[execution]?.events) soon();
      }),
    ];
    return () => {
      window.clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [execution]);
  return { overview, trouble };
}
