// What the person has arranged: kept in this window's storage, so that it is there before the first paint.

import { create, type StoreApi, type UseBoundStore } from "zustand";
import { persist } from "zustand/middleware";

export function remembered<T extends object>(name: string, initial: T): UseBoundStore<StoreApi<T>> {
  return create<T>()(persist(() => initial, { name: `stepwright-${name}`, version: 1 }));
}
