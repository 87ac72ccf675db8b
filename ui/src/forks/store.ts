// Going on from the past: what is asked about it, and doing it.

import { create } from "zustand";

import { call, explain, type ForkAnswers, type ForkStarted, refresh } from "../backend";
import {
  activateTab,
  activeDocument,
  activeTab,
  bufferOf,
  documentByPath,
  type OpenDocument,
  say,
  tabKey,
  useDocuments,
} from "../document";
import { openExecution, show, useSessions, watch } from "../run";

type Asked =
  | { readonly kind: "none" }
  | { readonly kind: "fork"; readonly execution: string; readonly event: number | null }
  | { readonly kind: "definition"; readonly asking: Asking }
  | { readonly kind: "import" }
  | { readonly kind: "compare"; readonly a: string; readonly b: string };

/** The definition in the editor is another one than was recorded, and a person says which of them goes on. */
export interface Asking {
  readonly execution: string;
  readonly event: number;
  readonly document: number;
  readonly answer: (chosen: Version | null) => void;
}

export type Version = "edited" | "recorded";

/** What was chosen before, by document: asked once, as long as the window is open. */
const versions = new Map<number, Version>();

export const useForks = create<{ readonly asked: Asked }>(() => ({ asked: { kind: "none" } }));

export function stopAsking(): void {
  useForks.setState({ asked: { kind: "none" } });
}

/** Asks how to go on from an event; from where it failed, without one. */
export function askToFork(execution: string, event: number | null = null): void {
  useForks.setState({ asked: { kind: "fork", execution, event } });
}

/** Two executions side by side; a fork with its origin. */
export function askToCompare(a: string, b: string): void {
  useForks.setState({ asked: { kind: "compare", a, b } });
}

/** Compares a fork with the execution it was made from. */
export async function compareWithOrigin(execution: string): Promise<void> {
  try {
    const { summary } = await call("get_execution", { execution });
    if (summary.origin?.type === "fork" && summary.origin.name !== null)
      askToCompare(summary.origin.execution, execution);
    else say("info", "This execution is no fork, or its origin was deleted.");
  } catch (error) {
    say("bad", explain(error));
  }
}

export function askToImport(): void {
  useForks.setState({ asked: { kind: "import" } });
}

/** The open document that an execution belongs to: the one it is drawn on, or the one of its file. */
export function documentOf(execution: string, path: string | null): OpenDocument | undefined {
  const state = useDocuments.getState();
  const front = activeDocument(state);
  if (front && useSessions.getState().shown[`d${String(front.id)}`] === execution) return front;
  return path === null ? front : documentByPath(path);
}

/**
 * The document that goes on from the past of an execution, nothing for the recorded definition. A person is asked where both
 * are possible; `undefined` when they turn back.
 */
export async function documentToGoOn(execution: string, event: number): Promise<number | null | undefined> {
  const { definition, summary } = await call("get_execution", { execution });
  const open = documentOf(execution, summary.path);
  const buffer = open && bufferOf(open.id);
  await buffer?.settled();
  if (!open || !buffer || buffer.text === definition) return null;
  let version: Version | null | undefined = versions.get(open.id);
  if (version === undefined) {
    version = await new Promise<Version | null>((answer) => {
      useForks.setState({ asked: { kind: "definition", asking: { execution, event, document: open.id, answer } } });
    });
  }
  if (version === null) return undefined;
  return version === "edited" ? open.id : null;
}

export function rememberVersion(document: number, version: Version): void {
  versions.set(document, version);
}

export interface ForkChoice {
  readonly execution: string;
  readonly event: number | null;
  /** The document whose text goes on; the recorded definition, if none. */
  readonly document: number | null;
  readonly recordedAnswers: boolean;
  /** What answers later calls; as in the original, if not said. */
  readonly answers?: ForkAnswers;
  /** Let it run on at once. */
  readonly goOn: boolean;
}

/** Makes the fork and puts it on show. */
export async function fork(choice: Omit<ForkChoice, "goOn">): Promise<ForkStarted> {
  const { execution, event, document, recordedAnswers, answers } = choice;
  if (document !== null) await bufferOf(document)?.settled();
  const made = await call("debug_fork", {
    execution,
    event,
    document,
    recordedAnswers,
    ...(answers === undefined ? {} : { answers }),
  });
  await showFork(made, choice);
  refresh("list_executions");
  return made;
}

/** The same from the dialog. Why not, if it cannot be. */
export async function makeFork(choice: ForkChoice): Promise<string | null> {
  let made: ForkStarted;
  try {
    made = await fork(choice);
  } catch (error) {
    return explain(error);
  }
  try {
    if (choice.goOn) await call("advance_execution", { execution: made.execution, advance: "continue" });
  } catch (error) {
    say("bad", explain(error));
  }
  return null;
}

async function showFork(
  made: ForkStarted,
  { execution, document }: Pick<ForkChoice, "execution" | "document">,
): Promise<void> {
  const { documents } = useDocuments.getState();
  const before = useSessions.getState().sessions[execution];
  const tab = activeTab(useDocuments.getState());
  if (document !== null) {
    const key = `d${String(document)}`;
    await watch(made.execution, { live: true, version: documents[document]?.analysis.version ?? null });
    show(key, made.execution);
    activateTab(key);
  } else if (tab?.kind === "document" && useSessions.getState().shown[tabKey(tab)] === execution) {
    await watch(made.execution, { live: true, version: before?.version ?? null });
    show(tabKey(tab), made.execution);
  } else openExecution({ execution: made.execution, title: `Fork of ${execution}` });
}
