// Searches over a run: where a value came up, when what a path leads to changed. They go on in steps and can be stopped.

import { create } from "zustand";

import { call, explain, type PathChange, type SearchFor, type ValueHit } from "../backend";

export type Mode = "text" | "value" | "path";

interface Search {
  readonly execution: string | null;
  readonly mode: Mode;
  readonly text: string;
  readonly hits: readonly ValueHit[];
  readonly changes: readonly PathChange[];
  /** What was searched for is told apart from what stands in the box by now. */
  readonly done: { readonly mode: Mode; readonly text: string } | null;
  /** From 0 to 1 while it goes on. */
  readonly progress: number | null;
  readonly more: boolean;
  readonly trouble: string | null;
  /** Grows whenever somebody asks from elsewhere, so that the page can come to the front. */
  readonly asked: number;
}

export const useSearch = create<Search>(() => ({
  execution: null,
  mode: "text",
  text: "",
  hits: [],
  changes: [],
  done: null,
  progress: null,
  more: false,
  trouble: null,
  asked: 0,
}));

/** Shown at once; more when they are asked for. */
const ENOUGH = 500;

let round = 0;
let goOn: number | null = null;

export function stopSearch(): void {
  round++;
  useSearch.setState({ progress: null });
}

/** The same hit may be told by two answers: each knows only its own part of the run. */
const keyOf = (hit: ValueHit): string => `${String(hit.lane)} ${hit.path} ${hit.key ? "" : hit.excerpt}`;

async function values(execution: string, what: SearchFor, from: number, mine: number): Promise<void> {
  const known = new Set(useSearch.getState().hits.map(keyOf));
  const until = useSearch.getState().hits.length + ENOUGH;
  for (let next: number | null = from; next !== null;) {
    const answer: { hits: ValueHit[]; next: number | null; lines: number } = await call("search_values", {
      execution,
      what,
      from: next,
    });
    if (round !== mine) return;
    const fresh = answer.hits.filter((hit) => {
      const key = keyOf(hit);
      return !known.has(key) && known.add(key);
    });
    next = answer.next;
    const hits = [...useSearch.getState().hits, ...fresh];
    const enough = next !== null && hits.length >= until;
    goOn = next;
    useSearch.setState({
      hits,
      more: enough,
      progress: next === null || enough ? null : next / Math.max(1, answer.lines),
    });
    if (enough) return;
  }
}

const whatOf = (mode: Mode, text: string): SearchFor =>
  mode === "value" ? { type: "value", value: text } : { type: "text", text };

function attempt(work: () => Promise<void>, mine: number): void {
  work().catch((error: unknown) => {
    if (round === mine) useSearch.setState({ trouble: explain(error), progress: null });
  });
}

export function search(execution: string, mode: Mode, text: string): void {
  const mine = ++round;
  useSearch.setState({
    execution,
    mode,
    text,
    hits: [],
    changes: [],
    done: { mode, text },
    progress: text.trim() === "" ? null : 0,
    more: false,
    trouble: null,
  });
  if (text.trim() === "") {
    useSearch.setState({ done: null });
    return;
  }
  attempt(async () => {
    if (mode !== "path") {
      await values(execution, whatOf(mode, text), 1, mine);
      return;
    }
    const { changes, more } = await call("trace_path", { execution, path: text.trim() });
    if (round === mine) useSearch.setState({ changes, more, progress: null });
  }, mine);
}

export function searchOn(): void {
  const { execution, mode, text } = useSearch.getState();
  if (execution === null || goOn === null) return;
  const [mine, from] = [++round, goOn];
  useSearch.setState({ progress: 0, more: false });
  attempt(() => values(execution, whatOf(mode, text), from, mine), mine);
}

const bringForward = (): void => {
  useSearch.setState((state) => ({ asked: state.asked + 1 }));
};

/** Where did this value appear first? */
export function findValue(execution: string, value: string): void {
  search(execution, "value", value);
  bringForward();
}

/** When did this change? */
export function traceValue(execution: string, path: string): void {
  search(execution, "path", path);
  bringForward();
}

export function openSearch(): void {
  bringForward();
}
