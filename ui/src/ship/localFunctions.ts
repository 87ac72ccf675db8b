// Which functions' code answers tasks here, by document: for as long as the application runs, and never unasked.

import { create } from "zustand";

export const useLocalFunctions = create<{ readonly on: Readonly<Record<number, readonly string[] | undefined>> }>(
  () => ({
    on: {},
  }),
);

export function setLocalFunctions(document: number, functions: readonly string[] | undefined): void {
  useLocalFunctions.setState(({ on }) => ({ on: { ...on, [document]: functions } }));
}
