// Settings that the backend keeps, so that they hold in every window of this person.

import type { StoreApi } from "zustand";

import { call } from "./call";

const DELAY_MS = 300;

/** Takes what the backend keeps of the stores by name, then keeps there what changes. Resolves once they hold it. */
export async function keepSettings(
  stores: Readonly<Record<string, StoreApi<never> | StoreApi<object>>>,
): Promise<void> {
  await Promise.all(
    Object.entries(stores).map(async ([name, kept]) => {
      const store = kept as StoreApi<object>;
      const key = `ui.${name}`;
      try {
        const { value } = await call("get_setting", { key });
        if (value !== null) store.setState(JSON.parse(value) as object);
      } catch {
        // Without a store the window keeps what it has in its own storage.
        return;
      }
      let timer: number | undefined;
      store.subscribe((state) => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => {
          call("put_setting", { key, value: JSON.stringify(state) }).catch(() => undefined);
        }, DELAY_MS);
      });
    }),
  );
}
