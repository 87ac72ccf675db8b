// What was chosen in the Export dialog, for each document while it is open; the target also beyond that.

import { create } from "zustand";

import type { ExportTarget } from "../backend";
import { ask, originOf, useDocuments } from "../document";
import { remembered } from "../ui";
import { type Draft, folderOf } from "./plan";

const useLastTarget = remembered<{ target: ExportTarget }>("export", { target: "sam" });

export const useDrafts = create<{ readonly drafts: Readonly<Record<number, Draft>> }>(() => ({ drafts: {} }));

export function draftFor(document: number, home: string): Draft {
  const known = useDrafts.getState().drafts[document];
  if (known) return known;
  const open = useDocuments.getState().documents[document];
  const origin = originOf(document);
  const path = open?.path ?? origin?.path ?? null;
  return {
    target: useLastTarget.getState().target,
    json: false,
    name: "",
    anyPartition: false,
    region: "",
    account: "",
    folder: (path === null ? null : folderOf(path)) ?? home,
    seen: {},
  };
}

export function keepDraft(document: number, draft: Draft): void {
  useLastTarget.setState({ target: draft.target });
  useDrafts.setState(({ drafts }) => ({ drafts: { ...drafts, [document]: draft } }));
}

export function askToExport(document: number, target: ExportTarget): void {
  useLastTarget.setState({ target });
  const draft = useDrafts.getState().drafts[document];
  if (draft) keepDraft(document, { ...draft, target });
  ask({ kind: "export", document });
}
