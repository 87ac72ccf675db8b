// Both histories side by side, each event with its counterpart, and the data of the one that is chosen.

import { ChevronDown, ChevronUp } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useState } from "react";

import { type ExecutionsCompared, type Intervention, useCommand } from "../backend";
import { JsonText, VirtualList } from "../ui";
import { ByHand, changesByEvent, changeWords } from "../debugger";

const ROW = 24;

/** The lines that are not the same in both: what only one has, and what has other data. Pure. */
export function differences({ a, b, differs }: ExecutionsCompared["events"]): number[] {
  const other = new Set(differs);
  return a.flatMap((_, line) => (a[line] === 0 || b[line] === 0 || other.has(line) ? [line] : []));
}

/** The first of `lines` (in order) after, or the last before a line. Pure. */
export function nextOf(lines: readonly number[], from: number, down: boolean): number | undefined {
  return down ? lines.find((line) => line > from) : lines.findLast((line) => line < from);
}

export function ComparedEvents({ compared }: { compared: ExecutionsCompared }): ReactElement {
  const { events, shared } = compared;
  const different = useMemo(() => differences(events), [events]);
  const differs = useMemo(() => new Set(events.differs), [events]);
  const byHand = useMemo(
    () => ({ a: changesByEvent(compared.changesA), b: changesByEvent(compared.changesB) }),
    [compared],
  );
  const [chosen, setChosen] = useState(() => different[0] ?? 0);
  const [asked, setAsked] = useState(() => different[0] ?? 0);
  // While an arrow key is held down only the last line is asked for.
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setAsked(chosen);
    }, 60);
    return () => {
      window.clearTimeout(timer);
    };
  }, [chosen]);
  const go = (down: boolean): void => {
    const next = nextOf(different, chosen, down);
    if (next !== undefined) setChosen(next);
  };
  const side = (line: number, which: "a" | "b", text: ReactElement): ReactElement => {
    const number = events[which][line] ?? 0;
    const changes = number === 0 ? undefined : byHand[which].get(number);
    return (
      <>
        <span className="mono number">{number === 0 ? "" : number}</span>
        <span className="compare-what">
          <ByHand changes={changes} />
          {number === 0 ? "" : text}
        </span>
      </>
    );
  };
  return (
    <div
      className="compared-events"
      onKeyDown={(pressed) => {
        if (pressed.key !== "F7") return;
        pressed.preventDefault();
        go(!pressed.shiftKey);
      }}
    >
      <div className="compare-bar">
        <span className="dim" role="status">
          {different.length === 0
            ? `All ${events.a.length.toLocaleString("en")} events are the same.`
            : `${different.length.toLocaleString("en")} of ${events.a.length.toLocaleString("en")} lines differ${shared === 0 ? "" : `; the first ${shared.toLocaleString("en")} are the same`}.`}
        </span>
        <span className="grow" />
        <button
          type="button"
          className="icon-button small"
          aria-label="Previous difference"
          title="Previous difference (Shift+F7)"
          disabled={nextOf(different, chosen, false) === undefined}
          onClick={() => {
            go(false);
          }}
        >
          <ChevronUp size={14} />
        </button>
        <button
          type="button"
          className="icon-button small"
          aria-label="Next difference"
          title="Next difference (F7)"
          disabled={nextOf(different, chosen, true) === undefined}
          onClick={() => {
            go(true);
          }}
        >
          <ChevronDown size={14} />
        </button>
      </div>
      <VirtualList
        count={events.a.length}
        rowHeight={ROW}
        label="Events side by side"
        selected={chosen}
        reveal
        onSelect={setChosen}
        row={(line) => {
          const item = events.items[events.item[line] ?? -1];
          const text = (
            <>
              {events.kinds[events.kind[line] ?? 0]} <strong>{events.states[events.state[line] ?? -1] ?? ""}</strong>
              {item === undefined ? null : <span className="dim"> item {item}</span>}
            </>
          );
          const which = events.b[line] === 0 ? "a" : events.a[line] === 0 ? "b" : "both";
          return (
            <span className={`compare-event side-${which} ${differs.has(line) ? "differs" : ""}`}>
              {side(line, "a", text)}
              {side(line, "b", text)}
            </span>
          );
        }}
      />
      <EventData compared={compared} line={asked} changes={byHand} />
    </div>
  );
}

function EventData({
  compared,
  line,
  changes,
}: {
  compared: ExecutionsCompared;
  line: number;
  changes: Record<"a" | "b", ReadonlyMap<number, readonly Intervention[]>>;
}): ReactElement {
  const [a, b] = [compared.events.a[line] ?? 0, compared.events.b[line] ?? 0];
  const one = useCommand(
    "get_history",
    { execution: compared.a.execution, from: a, limit: 1 },
    { enabled: a > 0, keep: true },
  );
  const other = useCommand(
    "get_history",
    { execution: compared.b.execution, from: b, limit: 1 },
    { enabled: b > 0, keep: true },
  );
  const texts = {
    a: a > 0 ? one.data?.events[0]?.json : undefined,
    b: b > 0 ? other.data?.events[0]?.json : undefined,
  };
  return (
    <div className="compare-pair compare-event-data" aria-label="The event in both">
      {(["a", "b"] as const).map((side) => {
        const number = side === "a" ? a : b;
        const text = texts[side];
        return (
          <div key={side}>
            {(changes[side].get(number) ?? []).map((change) => (
              <p key={change.line} className="field-note warn-text">
                Then, by hand: {changeWords(change)}
              </p>
            ))}
            {number === 0 ? (
              <p className="dim">not here</p>
            ) : text === undefined ? (
              <p className="dim">Reading…</p>
            ) : (
              <JsonText text={text} before={side === "b" ? texts.a : undefined} />
            )}
          </div>
        );
      })}
    </div>
  );
}
