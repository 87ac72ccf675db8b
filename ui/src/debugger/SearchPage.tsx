// Where in the run a value came up, and when what a path leads to changed.

import { Route, Search as Glass, X } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useRef, useState } from "react";

import type { PathChange, ValueHit } from "../backend";
import { duration, useShownExecution } from "../run";
import { JsonTree, VirtualList } from "../ui";
import { jumpTo } from "./looked";
import { laneWords, type Overview, timeAt } from "./model";
import { useOverview } from "./overview";
import { type Mode, search, searchOn, stopSearch, useSearch } from "./search";
import { actionsOn } from "./Stages";

const MODES: readonly (readonly [Mode, string, string])[] = [
  ["text", "Text", "Text in names and values: kettle"],
  ["value", "Exact value", 'JSON that is equal: "kettle", 240, {"sku": "kettle"}'],
  ["path", "Changes of", "$.order.total, or a variable: $customer.name"],
];

export function SearchPage(): ReactElement {
  const execution = useShownExecution();
  const { overview } = useOverview(execution);
  if (execution === null || !overview) {
    return (
      <div className="empty">
        <Glass size={22} aria-hidden="true" />
        <p>{execution === null ? "No run is on show." : "Reading…"}</p>
        <p className="dim">Every value of a run can be searched: where it came from, and when it changed.</p>
      </div>
    );
  }
  return <Page key={execution} execution={execution} overview={overview} />;
}

function Page({ execution, overview }: { execution: string; overview: Overview }): ReactElement {
  const found = useSearch();
  const mine = found.execution === execution;
  const [mode, setMode] = useState<Mode>(mine ? found.mode : "text");
  const [text, setText] = useState(mine ? found.text : "");
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    box.current?.focus();
  }, [found.asked]);
  // Asked from a value's menu: the box says what for.
  useEffect(() => {
    if (!mine) return;
    setMode(found.mode);
    setText(found.text);
  }, [mine, found.asked, found.mode, found.text]);
  const go = (how: Mode, what: string): void => {
    search(execution, how, what);
  };
  const hint = MODES.find(([key]) => key === mode)?.[2] ?? "";
  return (
    <div className="column search-page">
      <form
        className="filter-row"
        onSubmit={(event) => {
          event.preventDefault();
          go(mode, text);
        }}
      >
        <span className="segments" role="radiogroup" aria-label="Search for">
          {MODES.map(([key, word]) => (
            <label key={key} className={mode === key ? "on" : ""}>
              <input
                type="radio"
                name="search-mode"
                checked={mode === key}
                onChange={() => {
                  setMode(key);
                  if (text.trim() !== "" && key !== "path") go(key, text);
                }}
              />
              {word}
            </label>
          ))}
        </span>
        <input
          ref={box}
          type="search"
          className={mode === "text" ? "" : "mono"}
          aria-label="Search the run"
          placeholder={hint}
          spellCheck={false}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
        {mine && found.progress !== null ? (
          <>
            <progress value={found.progress} max={1} aria-label="Searched" />
            <button type="button" className="button small" onClick={stopSearch}>
              <X size={12} /> Stop
            </button>
          </>
        ) : (
          <button type="submit" className="button small" disabled={text.trim() === ""}>
            Search
          </button>
        )}
        <span className="dim" role="status">
          {mine && found.done ? summary(found.done.mode, found.hits, found.changes, found.more) : ""}
        </span>
      </form>
      {mine && found.trouble !== null ? <p className="field-note bad pad">{found.trouble}</p> : null}
      {!mine || found.done === null ? (
        <p className="dim pad">
          Enter searches every input, result, output and variable of the run. “Changes of” follows one path through
          time.
        </p>
      ) : found.done.mode === "path" ? (
        <Changes execution={execution} overview={overview} changes={found.changes} />
      ) : (
        <Hits execution={execution} overview={overview} hits={found.hits} />
      )}
      {mine && found.more && found.done?.mode !== "path" ? (
        <button type="button" className="link pad" onClick={searchOn}>
          Search on
        </button>
      ) : null}
    </div>
  );
}

function summary(mode: Mode, hits: readonly ValueHit[], changes: readonly PathChange[], more: boolean): string {
  const count = mode === "path" ? changes.length : hits.length;
  const word = mode === "path" ? "change" : "place";
  return `${more ? "the first " : ""}${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}

function Hits({
  execution,
  overview,
  hits,
}: {
  execution: string;
  overview: Overview;
  hits: readonly ValueHit[];
}): ReactElement {
  const [chosen, setChosen] = useState<number | null>(null);
  return (
    <VirtualList
      count={hits.length}
      rowHeight={26}
      label="Found"
      selected={chosen}
      onSelect={(index) => {
        const hit = hits[index];
        setChosen(index);
        if (hit) jumpTo(execution, hit.line, hit.event);
      }}
      row={(index) => {
        const hit = hits[index];
        if (!hit) return null;
        const where = laneWords(overview, hit.lane);
        return (
          <>
            <span className="event-id mono">{hit.event}</span>
            <span className="event-time mono">+{duration(timeAt(overview, hit.line))}</span>
            <span className="hit-state">
              {index === 0 ? <b className="hit-first">first</b> : null}
              {hit.state ?? "Execution"}
              {where === "" ? null : <span className="dim"> · {where}</span>}
            </span>
            <span className="dim hit-place">{hit.place}</span>
            <span className="mono hit-path">{hit.path}</span>
            <code className="hit-value">{hit.excerpt}</code>
          </>
        );
      }}
    />
  );
}

function Changes({
  execution,
  overview,
  changes,
}: {
  execution: string;
  overview: Overview;
  changes: readonly PathChange[];
}): ReactElement {
  const [chosen, setChosen] = useState<number | null>(null);
  const change = chosen === null ? undefined : changes[chosen];
  const lanes = useMemo(() => new Set(changes.map((one) => one.lane)), [changes]);
  if (changes.length === 0)
    return (
      <div className="empty">
        <Route size={20} aria-hidden="true" />
        <p>There never was such a value.</p>
      </div>
    );
  return (
    <div className="two-columns changes-found">
      <VirtualList
        count={changes.length}
        rowHeight={26}
        label="Changes"
        selected={chosen}
        onSelect={(index) => {
          const next = changes[index];
          setChosen(index);
          if (next) jumpTo(execution, next.line, next.event);
        }}
        row={(index) => {
          const one = changes[index];
          if (!one) return null;
          const where = lanes.size > 1 ? laneWords(overview, one.lane) : "";
          return (
            <>
              <span className="event-id mono">{one.event}</span>
              <span className="event-time mono">+{duration(timeAt(overview, one.line))}</span>
              <span className="hit-state">
                {one.state ?? "by hand"}
                {where === "" ? null : <span className="dim"> · {where}</span>}
              </span>
              <span className="mono change-values">
                {one.old === null ? <span className="dim">nothing</span> : <span className="was">{one.old}</span>}
                <span className="dim"> → </span>
                {one.new === null ? <span className="dim">nothing</span> : <span className="is">{one.new}</span>}
              </span>
            </>
          );
        }}
      />
      <div className="pane" aria-label="Change">
        {change ? (
          <JsonTree
            key={chosen}
            text={change.new ?? "null"}
            before={change.old ?? undefined}
            label="New value"
            actions={(place) => actionsOn(execution, place, false)}
          />
        ) : (
          <p className="dim pad">Choose a change: the run is shown as it was then.</p>
        )}
      </div>
    </div>
  );
}
