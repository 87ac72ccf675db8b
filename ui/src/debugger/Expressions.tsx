// Expressions that are looked at again wherever the run stops.

import { Plus, X } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";

import { call, type DebugResult, type DebugScope } from "../backend";
import { JsonTree } from "../ui";
import { useLooked, useScopeWords } from "./looked";
import { useDebug } from "./store";
import { useWatched } from "./watches";

/** Values that are shown in the line of their expression. */
const SHORT = 60;

export function Expressions({ execution, scope }: { execution: string; scope: DebugScope }): ReactElement {
  const { expressions, set } = useWatched(execution);
  const [results, setResults] = useState<ReadonlyMap<string, DebugResult>>(new Map());
  const [entry, setEntry] = useState("");
  const past = useDebug((state) => state.past[execution] ?? null);
  const lane = useLooked((state) => state.lane[execution]);
  const { thread } = scope;
  useEffect(() => {
    if (expressions.length === 0) return;
    let dropped = false;
    call("debug_evaluate", { execution, event: past, thread, expressions: [...expressions] }).then(
      (answer) => {
        if (!dropped)
          setResults(
            new Map(expressions.flatMap((text, at) => (answer.results[at] ? [[text, answer.results[at]]] : []))),
          );
      },
      () => {
        if (!dropped) setResults(new Map());
      },
    );
    return () => {
      dropped = true;
    };
  }, [execution, past, thread, lane, expressions, scope]);
  const words = useScopeWords(execution);
  const add = (): void => {
    const text = entry.trim();
    if (text === "") return;
    set([...expressions, text]);
    setEntry("");
  };
  return (
    <>
      <h3>
        Watch <span className="scope-words">{words}</span>
      </h3>
      {expressions.map((text, index) => (
        <Watched
          key={text}
          text={text}
          result={results.get(text)}
          onChange={(changed) => {
            set(
              changed === null
                ? expressions.filter((other) => other !== text)
                : expressions.map((other, at) => (at === index ? changed : other)),
            );
          }}
        />
      ))}
      <form
        className="watch-entry"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          className="mono"
          aria-label="Watch an expression"
          placeholder="Add an expression: $.total > 100"
          spellCheck={false}
          value={entry}
          onChange={(event) => {
            setEntry(event.currentTarget.value);
          }}
        />
        <button type="submit" className="icon-button small" aria-label="Watch" disabled={entry.trim() === ""}>
          <Plus size={14} />
        </button>
      </form>
    </>
  );
}

function Watched({
  text,
  result,
  onChange,
}: {
  text: string;
  result: DebugResult | undefined;
  onChange: (text: string | null) => void;
}): ReactElement {
  const [editing, setEditing] = useState<string | null>(null);
  const value = result?.value ?? null;
  const short = value !== null && value.length <= SHORT;
  return (
    <div className="watched">
      <div className="watched-head">
        {editing === null ? (
          <button
            type="button"
            className="watched-text mono"
            title={`${text}: double-click to change it`}
            onDoubleClick={() => {
              setEditing(text);
            }}
            onKeyDown={(event) => {
              if (event.key === "F2" || event.key === "Enter") {
                event.preventDefault();
                setEditing(text);
              } else if (event.key === "Delete") onChange(null);
            }}
          >
            {text}
          </button>
        ) : (
          <input
            className="mono"
            aria-label={`Change ${text}`}
            autoFocus
            value={editing}
            onChange={(event) => {
              setEditing(event.currentTarget.value);
            }}
            onBlur={() => {
              setEditing(null);
            }}
            onKeyDown={(event) => {
              if (event.key === "Escape") setEditing(null);
              if (event.key === "Enter") {
                onChange(editing.trim() === "" ? null : editing.trim());
                setEditing(null);
              }
            }}
          />
        )}
        <span className="watched-value mono">
          {result === undefined ? (
            <span className="dim">…</span>
          ) : result.error !== null ? (
            <span className="bad-text" title={result.error}>
              {result.error}
            </span>
          ) : value === null ? (
            <span className="dim">nothing</span>
          ) : short ? (
            <code>{value}</code>
          ) : null}
        </span>
        <button
          type="button"
          className="icon-button small"
          aria-label={`Do not watch ${text}`}
          onClick={() => {
            onChange(null);
          }}
        >
          <X size={12} />
        </button>
      </div>
      {value !== null && !short ? <JsonTree text={value} label={text} /> : null}
    </div>
  );
}
