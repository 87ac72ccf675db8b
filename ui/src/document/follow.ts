// What a person looks at by scrolling, in one of two views side by side: the other follows, the selection stays.

import { create } from "zustand";

interface Followed {
  readonly tab: string | null;
  readonly state: string | null;
  readonly by: "canvas" | "code";
  /** Grows with every scroll, so that the same state can be shown again. */
  readonly turn: number;
}

export const useFollowed = create<Followed>(() => ({ tab: null, state: null, by: "canvas", turn: 0 }));

export function lookAt(tab: string, state: string, by: Followed["by"]): void {
  const before = useFollowed.getState();
  if (before.tab === tab && before.state === state && before.by === by) return;
  useFollowed.setState({ tab, state, by, turn: before.turn + 1 });
}
