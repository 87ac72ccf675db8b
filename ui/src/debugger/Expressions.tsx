// Expressions that are looked at again whenever the run stops, and the console.

import { Trash2 } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";

import { call, type DebugResult, type DebugScope, explain } from "../backend";
import { useDebug, useWatches } from "./store";

function shown(result: DebugResult | undefined): ReactElement {
  if (!result) return <span className="dim">…</span>;
  if (result.error !== null) return <span className="bad-text">{result.error}</span>;
  return result.value === null ? (
    <span className="dim">nothing</span>
  ) : (
    <code title={result.value}>{result.value.slice(0, 2_000)}</code>
  );
}

/** Expressions that are looked at again whenever the execution stops, and the console. */
export function Expressions({ execution, scope }: { execution: string; scope: DebugScope }): ReactElement {
  const { expressions } = useWatches();
  const [results, setResults] = useState<readonly DebugResult[]>([]);
  const [entry, setEntry] = useState("");
  const [said, setSaid] = useState<readonly { text: string; result: DebugResult }[]>([]);
  const past = useDebug((state) => state.past[execution] ?? null);
  const { event, thread } = scope;
  useEffect(() => {
    if (expressions.length === 0) return;
    let dropped = false;
    call("debug_evaluate", { execution, event: past, thread, expressions: [...expressions] }).then(
      (answer) => {
        if (!dropped) setResults(answer.results);
      },
      () => {
        if (!dropped) setResults([]);
      },
    );
    return () => {
      dropped = true;
    };
  }, [execution, past, event, thread, expressions, scope]);
  const ask = (): void => {
    const text = entry.trim();
    if (text === "") return;
    call("debug_evaluate", { execution, event: past, thread, expressions: [text] }).then(
      ({ results: [result] }) => {
        if (result) setSaid((before) => [...before.slice(-49), { text, result }]);
      },
      (error: unknown) => {
        setSaid((before) => [...before.slice(-49), { text, result: { value: null, error: explain(error) } }]);
      },
    );
    setEntry("");
  };
  return (
    <>
      <h3>Watch</h3>
      <dl className="facts">
        {expressions.map((text, index) => (
          <div key={text} className="fact">
            <dt className="mono">{text}</dt>
            <dd>
              {shown(results[index])}
              <button
                type="button"
                className="icon-button small"
                aria-label={`Do not watch ${text}`}
                onClick={() => {
                  useWatches.setState({ expressions: expressions.filter((other) => other !== text) });
                }}
              >
                <Trash2 size={12} />
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <h3>Console</h3>
      <div className="console-log" role="log" aria-label="Console">
        {said.map((line, index) => (
          <div key={index}>
            <p className="mono dim">› {line.text}</p>
            <p className="mono">{shown(line.result)}</p>
          </div>
        ))}
      </div>
      <div className="console-entry">
        <input
          className="mono"
          aria-label="Evaluate"
          placeholder="JSONata, a JSONPath or States.…() in this scope"
          value={entry}
          onChange={(change_) => {
            setEntry(change_.currentTarget.value);
          }}
          onKeyDown={(key) => {
            if (key.key === "Enter") ask();
          }}
        />
        <button
          type="button"
          className="button small"
          disabled={entry.trim() === ""}
          onClick={() => {
            const text = entry.trim();
            if (!expressions.includes(text)) useWatches.setState({ expressions: [...expressions, text] });
            setEntry("");
          }}
        >
          Watch
        </button>
      </div>
    </>
  );
}
