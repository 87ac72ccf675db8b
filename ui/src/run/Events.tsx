import { ListTree } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";

import type { HistoryEvent } from "../backend";
import { select, useDocuments } from "../document";
import { CopyButton, JsonText, VirtualList } from "../ui";
import { useHistory } from "./history";
import { useSession, useShownExecution } from "./shown";
import { duration } from "./words";

/** Green for what ended well, red for errors, nothing for the rest. */
export function toneOfEvent(type: string): string {
  if (/Failed$|TimedOut$|Aborted$/.test(type)) return "bad";
  if (/Succeeded$|StateExited$/.test(type)) return "ok";
  return "";
}

const plain = (text: string): string => text.toLowerCase();

export function matching(events: readonly HistoryEvent[], filter: string): readonly HistoryEvent[] {
  const words = plain(filter)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return events;
  return events.filter((event) => {
    const hay = plain(`${String(event.id)} ${event.type} ${event.state ?? ""} ${event.json}`);
    return words.every((word) => hay.includes(word));
  });
}

/** The history of the run on show, event by event. */
/** `onLook` shows the run as it was right after an event. */
export function Events({ onLook = null }: { onLook?: ((event: number) => void) | null }): ReactElement {
  const execution = useShownExecution();
  const active = useDocuments((state) => state.active);
  const { events, trouble } = useHistory(execution);
  const running = useSession(execution)?.status === "running";
  const [filter, setFilter] = useState("");
  const [chosen, setChosen] = useState<number | null>(null);
  const shown = useMemo(() => matching(events, filter), [events, filter]);
  if (execution === null) {
    return (
      <div className="empty">
        <ListTree size={22} aria-hidden="true" />
        <p>No run is on show.</p>
        <p className="dim">Run the workflow, or open one of its executions.</p>
      </div>
    );
  }
  const at = shown.findIndex((event) => event.id === chosen);
  const event = shown[at];
  const first = events[0] ? new Date(events[0].timestamp).getTime() : 0;
  const choose = (index: number): void => {
    const next = shown[index];
    if (!next) return;
    setChosen(next.id);
    if (next.node !== null && active !== null) select(active, { kind: "node", id: next.node }, "run");
  };
  return (
    <div className="two-columns events">
      <div className="column">
        <div className="filter-row">
          <input
            type="search"
            placeholder="Filter: state, type, text…"
            aria-label="Filter events"
            value={filter}
            onChange={(change) => {
              setFilter(change.currentTarget.value);
            }}
          />
          <span className="dim mono">
            {shown.length === events.length
              ? `${String(events.length)} events`
              : `${String(shown.length)} of ${String(events.length)}`}
          </span>
        </div>
        {trouble === null ? null : <p className="field-note bad">{trouble}</p>}
        <VirtualList
          count={shown.length}
          rowHeight={26}
          label="Events"
          selected={at < 0 ? null : at}
          onSelect={choose}
          follow={running}
          row={(index) => {
            const row = shown[index];
            if (!row) return null;
            return (
              <>
                <span className="event-id mono">{row.id}</span>
                <span className="event-time mono">+{duration(new Date(row.timestamp).getTime() - first)}</span>
                <span className={`event-type ${toneOfEvent(row.type)}`}>{row.type}</span>
                <span className="event-state">
                  {row.state ?? ""}
                  {row.iterations.length > 0 ? ` · ${row.iterations.join(" › ")}` : ""}
                </span>
              </>
            );
          }}
        />
      </div>
      <div className="pane" aria-label="Event">
        {event ? (
          <>
            <div className="pane-title">
              <strong>{event.type}</strong>
              <span className="dim mono">
                #{event.id} after #{event.previousEventId} · {event.timestamp}
              </span>
              <span className="grow" />
              {onLook === null ? null : (
                <button
                  type="button"
                  className="button small"
                  onClick={() => {
                    onLook(event.id);
                  }}
                >
                  Look back here
                </button>
              )}
              <CopyButton text={event.json} label="event" />
            </div>
            <JsonText text={event.json} />
          </>
        ) : (
          <p className="dim pad">Choose an event to see all of it.</p>
        )}
      </div>
    </div>
  );
}
