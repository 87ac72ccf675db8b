// How a workflow is deployed: kept in the sidecar beside it, shared by everything that shows or changes it.

import { create } from "zustand";

import { call, explain, type PlaceholderChoice, type WorkflowSettings } from "../backend";
import { declarationOf } from "../document";

/** How a workflow is deployed if nobody says anything else. */
export const NO_SETTINGS: WorkflowSettings = {
  machineName: null,
  type: "STANDARD",
  logging: null,
  tracing: false,
  tags: {},
  alias: null,
  role: null,
  encryption: null,
  triggers: [],
  placeholders: {},
};

export const NO_CHOICE: PlaceholderChoice = { keepLiteral: false, rename: null, references: {}, value: null };

interface Known {
  readonly settings: Readonly<Record<number, WorkflowSettings>>;
  /** Why settings cannot be read or kept. */
  readonly problems: Readonly<Record<number, string>>;
}

const useKnown = create<Known>(() => ({ settings: {}, problems: {} }));

/** Typing does not write the file for every letter. */
const CALM = 300;
const waiting = new Map<number, number>();
const writing = new Map<number, Promise<void>>();

function put(document: number, settings: WorkflowSettings): void {
  useKnown.setState((known) => ({ settings: { ...known.settings, [document]: settings } }));
}

/** Keys come in any order. */
function sameSettings(one: WorkflowSettings, other: WorkflowSettings): boolean {
  const lay = (value: WorkflowSettings): string =>
    JSON.stringify(Object.entries(value).sort(([a], [b]) => a.localeCompare(b)));
  return lay(one) === lay(other);
}

function trouble(document: number, problem: string | null): void {
  useKnown.setState(({ problems }) => {
    const others = Object.fromEntries(Object.entries(problems).filter(([id]) => id !== String(document)));
    return { problems: problem === null ? others : { ...others, [document]: problem } };
  });
}

function write(document: number): Promise<void> {
  window.clearTimeout(waiting.get(document));
  waiting.delete(document);
  const before = writing.get(document) ?? Promise.resolve();
  const done = before.then(async () => {
    const settings = useKnown.getState().settings[document];
    if (!settings) return;
    try {
      await call("put_settings", { document, settings });
      trouble(document, null);
    } catch (error) {
      trouble(document, explain(error));
    }
  });
  writing.set(document, done);
  return done;
}

/** Reads them from the sidecar, unless a change is on its way there. */
export async function loadSettings(document: number): Promise<void> {
  if (waiting.has(document)) return;
  await writing.get(document);
  try {
    const kept = await call("get_settings", { document });
    // Until somebody says otherwise, it is deployed as the project declares it.
    const settings = sameSettings(kept, NO_SETTINGS) ? (declarationOf(document)?.settings ?? kept) : kept;
    if (!waiting.has(document)) put(document, settings);
    trouble(document, null);
  } catch (error) {
    trouble(document, explain(error));
  }
}

export function changeSettings(document: number, change: Partial<WorkflowSettings>): void {
  put(document, { ...(useKnown.getState().settings[document] ?? NO_SETTINGS), ...change });
  window.clearTimeout(waiting.get(document));
  waiting.set(
    document,
    window.setTimeout(() => void write(document), CALM),
  );
}

/** Everything that was changed is in the sidecar. */
export async function settleSettings(document: number): Promise<void> {
  if (waiting.has(document)) await write(document);
  else await writing.get(document);
}

/** The settings of a document; nothing while they are not read yet. */
export function useWorkflowSettings(document: number): {
  settings: WorkflowSettings | undefined;
  problem: string | undefined;
} {
  const settings = useKnown((known) => known.settings[document]);
  const problem = useKnown((known) => known.problems[document]);
  return { settings, problem };
}
