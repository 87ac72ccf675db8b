// Which documents are being compared, and with what.

import { create } from "zustand";

import type { OtherVersion } from "../backend";

export interface Compared {
  readonly with: OtherVersion;
  /** What the other version is called. */
  readonly label: string;
}

interface Comparisons {
  readonly byDocument: Readonly<Record<number, Compared | undefined>>;
  /** The document for which somebody chooses what to compare it with. */
  readonly choosing: number | null;
}

export const useComparisons = create<Comparisons>(() => ({ byDocument: {}, choosing: null }));

export function chooseComparison(document: number): void {
  useComparisons.setState({ choosing: document });
}

export function compareWith(document: number, compared: Compared): void {
  useComparisons.setState((state) => ({
    byDocument: { ...state.byDocument, [document]: compared },
    choosing: null,
  }));
}

export const compareWithDisk = (document: number): void => {
  compareWith(document, { with: { type: "disk" }, label: "the file on disk" });
};

export function stopComparing(document: number): void {
  useComparisons.setState((state) => ({ byDocument: { ...state.byDocument, [document]: undefined } }));
}
