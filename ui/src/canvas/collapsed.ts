// Which containers are folded, per tab.

import { create } from "zustand";

interface Collapsed {
  readonly byTab: Readonly<Record<string, ReadonlySet<string>>>;
  readonly none: ReadonlySet<string>;
  toggle(this: void, tab: string, id: string): void;
  set(this: void, tab: string, ids: ReadonlySet<string>): void;
}

const NONE: ReadonlySet<string> = new Set();

export const useCollapsed = create<Collapsed>((set) => ({
  byTab: {},
  none: NONE,
  set: (tab, ids) => {
    set((state) => ({ byTab: { ...state.byTab, [tab]: ids } }));
  },
  toggle: (tab, id) => {
    set((state) => {
      const next = new Set(state.byTab[tab] ?? NONE);
      if (!next.delete(id)) next.add(id);
      return { byTab: { ...state.byTab, [tab]: next } };
    });
  },
}));
