// Which functions' code answers tasks here, by document: for as long as the application runs, and never unasked.

import { create } from "zustand";

import type { LocalFunctionsOn } from "../backend";

export const useLocalFunctions = create<{ readonly on: Readonly<Record<number, LocalFunctionsOn | undefined>> }>(
  () => ({
    on: {},
  }),
);

export function setLocalFunctions(document: number, chosen: LocalFunctionsOn | undefined): void {
  useLocalFunctions.setState(({ on }) => ({ on: { ...on, [document]: chosen } }));
}
