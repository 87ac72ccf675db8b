// The history of the run on show, event by event: filtered here by what is known of each, by the backend by what is in it.

import { ListTree } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useState } from "react";

import { call, explain, type Intervention, useCommand } from "../backend";
import { duration, useSession, useShownExecution } from "../run";
import { CopyButton, JsonText, VirtualList } from "../ui";
import { ByHand } from "./ByHand";
import { changesByEvent, changeWords } from "./interventions";
import { selectNode, showEvent, useCanLookBack, useLooked, useShownLine } from "./looked";
import { laneWords, type Overview } from "./model";
import { useOverview } from "./overview";
import { useDebug } from "./store";

/** Green for what ended well, red for errors, nothing for the rest. */
export function toneOfEvent(type: string): string {
  if (/Failed$|TimedOut$|Aborted$/.test(type)) return "bad";
  if (/Succeeded$|StateExited$/.test(type)) return "ok";
  return "";
}

export interface Filter {
  readonly text: string;
  /** Indices into the kinds, the states and the lanes; -1 for all. */
  readonly kind: number;
  readonly state: number;
  readonly lane: number;
}
export const NO_FILTER: Filter = { text: "", kind: -1, state: -1, lane: -1 };

/** Ids of events that fit; `inside` are those whose text the backend has found to hold the words. */
export function matching(overview: Overview, filter: Filter, inside: ReadonlySet<number>): number[] {
  const words = filter.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const { events, kinds, states } = overview;
  const found: number[] = [];
  // Of a lane, what is in the lanes inside of it as well.
  const within = new Map<number, boolean>();
  const isWithin = (lane: number): boolean => {
    const known = within.get(lane);
    if (known !== undefined) return known;
    const parent = overview.lanes[lane]?.parent ?? -1;
    const answer = lane === filter.lane || (parent >= 0 && isWithin(parent));
    within.set(lane, answer);
    return answer;
  };
  for (let index = 0; index < events.line.length; index++) {
    const kind = events.kind[index] ?? 0,
      state = events.state[index] ?? -1;
    if (filter.kind >= 0 && kind !== filter.kind) continue;
    if (filter.state >= 0 && state !== filter.state) continue;
    if (filter.lane >= 0 && !isWithin(events.lane[index] ?? 0)) continue;
    if (words.length > 0 && !inside.has(index + 1)) {
      const hay = `${String(index + 1)} ${kinds[kind] ?? ""} ${states[state]?.state ?? ""}`.toLowerCase();
      if (!words.every((word) => hay.includes(word))) continue;
    }
    found.push(index + 1);
  }
  return found;
}

const NONE: ReadonlySet<number> = new Set();

/** What the backend finds in the events' text, as it comes in. */
function useInside(execution: string, text: string, total: number): { found: ReadonlySet<number>; busy: boolean } {
  const [state, setState] = useState<{ found: ReadonlySet<number>; busy: boolean }>({ found: NONE, busy: false });
  const asked = text.trim();
  useEffect(() => {
    if (asked === "") {
      setState({ found: NONE, busy: false });
      return;
    }
    let dropped = false;
    const timer = window.setTimeout(() => {
      void (async () => {
        const found = new Set<number>();
        setState({ found: NONE, busy: true });
        for (let from: number | null = 1; from !== null;) {
          const answer: { ids: number[]; next: number | null } = await call("filter_events", {
            execution,
            text: asked,
            from,
          });
          if (dropped) return;
          for (const id of answer.ids) found.add(id);
          from = answer.next;
          setState({ found: new Set(found), busy: from !== null });
        }
      })().catch(() => {
        if (!dropped) setState({ found: NONE, busy: false });
      });
    }, 120);
    return () => {
      dropped = true;
      window.clearTimeout(timer);
    };
  }, [execution, asked, total]);
  return state;
}

export function Events(): ReactElement {
  const execution = useShownExecution();
  const { overview, trouble } = useOverview(execution);
  if (execution === null || !overview) {
    return (
      <div className="empty">
        <ListTree size={22} aria-hidden="true" />
        <p>{trouble ?? (execution === null ? "No run is on show." : "Reading…")}</p>
        <p className="dim">Run the workflow, or open one of its executions.</p>
      </div>
    );
  }
  return <List key={execution} execution={execution} overview={overview} />;
}

function List({ execution, overview }: { execution: string; overview: Overview }): ReactElement {
  const running = useSession(execution)?.status === "running";
  const lookable = useCanLookBack(execution);
  const past = useDebug((state) => state.past[execution]);
  const line = useShownLine(execution, overview);
  const lane = useLooked((state) => state.lane[execution] ?? 0);
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [chosen, setChosen] = useState<number | null>(null);
  const { found, busy } = useInside(execution, filter.text, overview.events.line.length);
  const shown = useMemo(() => matching(overview, filter, found), [overview, filter, found]);
  const byHand = useMemo(() => changesByEvent(overview.interventions), [overview]);
  const kinds = useMemo(
    () => overview.kinds.map((name, kind) => ({ name, kind })).sort((a, b) => a.name.localeCompare(b.name)),
    [overview],
  );
  const states = useMemo(
    () =>
      [...new Set(overview.events.state)]
        .filter((state) => state >= 0)
        .map((state) => ({ state, name: overview.states[state]?.state ?? "" })),
    [overview],
  );
  const change = (part: Partial<Filter>): void => {
    setFilter((before) => ({ ...before, ...part }));
  };
  const choose = (index: number): void => {
    const id = shown[index];
    if (id === undefined) return;
    setChosen(id);
    selectNode(execution, overview.states[overview.events.state[id - 1] ?? -1]?.node ?? null);
  };
  const at = chosen === null ? -1 : shown.indexOf(chosen);
  const total = overview.events.line.length;
  return (
    <div className="two-columns events">
      <div className="column">
        <div className="filter-row">
          <input
            type="search"
            placeholder="Filter: state, type, text…"
            aria-label="Filter events"
            value={filter.text}
            onChange={(event) => {
              change({ text: event.currentTarget.value });
            }}
          />
          <select
            aria-label="Type of event"
            value={filter.kind}
            onChange={(event) => {
              change({ kind: Number(event.currentTarget.value) });
            }}
          >
            <option value={-1}>All types</option>
            {kinds.map(({ name, kind }) => (
              <option key={name} value={kind}>
                {name}
              </option>
            ))}
          </select>
          <select
            aria-label="State of event"
            value={filter.state}
            onChange={(event) => {
              change({ state: Number(event.currentTarget.value) });
            }}
          >
            <option value={-1}>All states</option>
            {states.map(({ state, name }) => (
              <option key={state} value={state}>
                {name}
              </option>
            ))}
          </select>
          {lane > 0 || filter.lane > 0 ? (
            <label className="check" title="The branch or item that was chosen, and what is inside of it">
              <input
                type="checkbox"
                checked={filter.lane >= 0}
                onChange={(event) => {
                  change({ lane: event.currentTarget.checked ? lane : -1 });
                }}
              />
              {laneWords(overview, filter.lane > 0 ? filter.lane : lane)}
            </label>
          ) : null}
          <span className="dim mono" role="status">
            {shown.length === total
              ? `${total.toLocaleString("en")} events`
              : `${shown.length.toLocaleString("en")} of ${total.toLocaleString("en")}`}
            {busy ? "…" : ""}
          </span>
        </div>
        <VirtualList
          count={shown.length}
          rowHeight={26}
          label="Events"
          selected={at < 0 ? null : at}
          onSelect={choose}
          onOpen={(index) => {
            const id = shown[index];
            if (id !== undefined) showEvent(execution, id);
          }}
          follow={running}
          row={(index) => {
            const id = shown[index] ?? 0;
            const type = overview.kinds[overview.events.kind[id - 1] ?? 0] ?? "";
            const where = laneWords(overview, overview.events.lane[id - 1] ?? 0);
            const later = (overview.events.line[id - 1] ?? 0) > line;
            return (
              <>
                <span className={`event-id mono ${id === past ? "here" : ""}`}>{id}</span>
                <span className="event-time mono">+{duration(overview.events.at[id - 1] ?? 0)}</span>
                <span className={`event-type ${later ? "dim" : toneOfEvent(type)}`}>{type}</span>
                <span className="event-state">
                  {overview.states[overview.events.state[id - 1] ?? -1]?.state ?? ""}
                  {where === "" ? null : <span className="dim"> · {where}</span>}
                </span>
                <ByHand changes={byHand.get(id)} />
              </>
            );
          }}
        />
      </div>
      <div className="pane" aria-label="Event">
        {chosen !== null && at >= 0 ? (
          <Detail execution={execution} id={chosen} lookable={lookable} changes={byHand.get(chosen)} />
        ) : (
          <p className="dim pad">
            Choose an event to see all of it.{lookable ? " Enter shows the run as it was right after it." : ""}
          </p>
        )}
      </div>
    </div>
  );
}

function Detail({
  execution,
  id,
  lookable,
  changes,
}: {
  execution: string;
  id: number;
  lookable: boolean;
  changes: readonly Intervention[] | undefined;
}): ReactElement {
  const { data, error } = useCommand("get_history", { execution, from: id, limit: 1 }, { keep: true });
  const event = data?.events[0];
  if (error) return <p className="pad bad">{explain(error)}</p>;
  if (!event) return <p className="dim pad">Reading…</p>;
  return (
    <>
      <div className="pane-title">
        <strong>{event.type}</strong>
        <span className="dim mono">
          #{event.id} after #{event.previousEventId} · {event.timestamp}
        </span>
        <span className="grow" />
        {lookable ? (
          <button
            type="button"
            className="button small"
            onClick={() => {
              showEvent(execution, event.id);
            }}
          >
            Look back here
          </button>
        ) : null}
        <CopyButton text={event.json} label="event" />
      </div>
      {changes?.map((change) => (
        <p key={change.line} className="field-note warn-text pad">
          Then, by hand: {changeWords(change)}
        </p>
      ))}
      <JsonText text={event.json} />
    </>
  );
}
