// Evaluates JSONata, paths and intrinsic functions where the run stands, and shows what breakpoints logged.

import { Ban, Eye, SquareTerminal } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { create } from "zustand";

import { call, type DebugResult, explain, type ExpressionOption, type LogLine } from "../backend";
import { moment, useSession, useShownExecution } from "../run";
import { CopyButton, JsonTree, remembered } from "../ui";
import { showEvent, useCanLookBack, useScopeWords } from "./looked";
import type { Overview } from "./model";
import { useOverview } from "./overview";
import { actionsOn } from "./Stages";
import { useDebug } from "./store";
import { addWatch } from "./watches";

interface Asked {
  readonly text: string;
  readonly where: string;
  readonly result: DebugResult | null;
  /** How much had been logged when it was asked: its place among the lines of the log. */
  readonly logged: number;
}

const useSaid = create<{ readonly byExecution: Readonly<Record<string, readonly Asked[]>> }>(() => ({
  byExecution: {},
}));
const useAsked = remembered<{ readonly history: readonly string[] }>("console", { history: [] });

const MOST_SAID = 500;
const MOST_ASKED = 100;
const NONE: readonly Asked[] = [];
const NO_LOG: readonly LogLine[] = [];

function say(execution: string, change: (said: readonly Asked[]) => readonly Asked[]): void {
  useSaid.setState(({ byExecution }) => ({
    byExecution: { ...byExecution, [execution]: change(byExecution[execution] ?? NONE).slice(-MOST_SAID) },
  }));
}

/** Asked once for each execution: what was logged before this window looked. */
const askedLog = new Set<string>();

async function fetchLog(execution: string): Promise<void> {
  if (askedLog.has(execution)) return;
  askedLog.add(execution);
  const { lines } = await call("get_debug_log", { execution });
  useDebug.setState((state) => {
    const known = state.logs[execution] ?? NO_LOG;
    return lines.length > known.length ? { logs: { ...state.logs, [execution]: lines } } : {};
  });
}

/** What was asked and what was logged, in the order of time. */
function together(said: readonly Asked[], log: readonly LogLine[]): (Asked | LogLine)[] {
  const lines: (Asked | LogLine)[] = [];
  let at = 0;
  for (const one of said) {
    for (; at < Math.min(one.logged, log.length); at++) lines.push(...log.slice(at, at + 1));
    lines.push(one);
  }
  return [...lines, ...log.slice(at)];
}

export function Console(): ReactElement {
  const execution = useShownExecution();
  if (execution === null) {
    return (
      <div className="empty">
        <SquareTerminal size={22} aria-hidden="true" />
        <p>No run is on show.</p>
        <p className="dim">Expressions are evaluated where a run stands, or stood.</p>
      </div>
    );
  }
  return <Session key={execution} execution={execution} />;
}

function Session({ execution }: { execution: string }): ReactElement {
  const where = useScopeWords(execution);
  const said = useSaid((state) => state.byExecution[execution] ?? NONE);
  const log = useDebug((state) => state.logs[execution] ?? NO_LOG);
  const lines = useMemo(() => together(said, log), [said, log]);
  const { overview } = useOverview(execution);
  const status = useSession(execution)?.status;
  const scope = useDebug((state) => state.scopes[execution]);
  const past = useDebug((state) => state.past[execution]);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    fetchLog(execution).catch(() => undefined);
  }, [execution]);
  useLayoutEffect(() => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [lines]);
  return (
    <div className="console">
      <div ref={list} className="console-log" role="log" aria-label="Console">
        {lines.length === 0 ? (
          <p className="dim pad">
            JSONata, a path like <code>$.order.total</code>, a variable, <code>$$</code> for the context object, or{" "}
            <code>States.Format(…)</code>. What breakpoints log appears here too.
          </p>
        ) : null}
        {lines.map((one, index) =>
          "result" in one ? (
            <Answered key={index} execution={execution} said={one} />
          ) : (
            <Logged key={index} execution={execution} overview={overview} line={one} />
          ),
        )}
      </div>
      <Entry execution={execution} />
      <div className="console-foot dim">
        <span>
          {scope || past !== undefined
            ? `In ${where || "the execution"}`
            : status === "running"
              ? "The run goes on: expressions see it as it is just now."
              : "At the end of the run"}
        </span>
        <span className="grow" />
        <span>
          <kbd>Shift Enter</kbd> new line · <kbd>Ctrl Space</kbd> complete
        </span>
        <button
          type="button"
          className="icon-button small"
          aria-label="Clear the console"
          title="Clear the console"
          onClick={() => {
            say(execution, () => []);
            useDebug.setState((state) => ({ logs: { ...state.logs, [execution]: [] } }));
          }}
        >
          <Ban size={13} />
        </button>
      </div>
    </div>
  );
}

function Logged({
  execution,
  overview,
  line,
}: {
  execution: string;
  overview: Overview | null;
  line: LogLine;
}): ReactElement {
  const lookable = useCanLookBack(execution);
  const name = overview?.states.find((state) => state.node === line.node)?.state ?? "";
  return (
    <div className={`said said-log ${line.failed ? "bad-text" : ""}`}>
      <span className="said-mark" aria-hidden="true">
        ●
      </span>
      <span className="mono said-text">{line.text}</span>
      <button
        type="button"
        className="link"
        disabled={!lookable}
        title={`${moment(line.at)}: go there`}
        onClick={() => {
          showEvent(execution, line.event);
        }}
      >
        {name}
        {line.iterations.length > 0 ? ` · item ${line.iterations.join(" › ")}` : ""} #{line.event}
      </button>
    </div>
  );
}

function Answered({ execution, said }: { execution: string; said: Asked }): ReactElement {
  const { result, text, where } = said;
  const at = result?.at ?? null;
  return (
    <div className="said">
      <div className="said-asked">
        <span className="said-mark dim" aria-hidden="true">
          ›
        </span>
        <pre className="mono said-text">
          {at === null ? (
            text
          ) : (
            <>
              {text.slice(0, Math.max(0, at - 1))}
              <mark className="at-fault">{text.slice(Math.max(0, at - 1), at) || " "}</mark>
              {text.slice(at)}
            </>
          )}
        </pre>
        <span className="dim said-where">{where}</span>
        <button
          type="button"
          className="icon-button small"
          aria-label={`Watch ${text}`}
          title="Watch it"
          onClick={() => {
            addWatch(execution, text);
          }}
        >
          <Eye size={13} />
        </button>
        {result?.value ? <CopyButton text={result.value} label="value" /> : null}
      </div>
      {result === null ? (
        <p className="dim mono said-answer">…</p>
      ) : result.error !== null ? (
        <p className="bad-text mono said-answer">
          {at === null ? "" : `At ${String(at)}: `}
          {result.error}
        </p>
      ) : result.value === null ? (
        <p className="dim mono said-answer">nothing</p>
      ) : (
        <JsonTree text={result.value} label={text} actions={(place) => actionsOn(execution, place, false)} />
      )}
    </div>
  );
}

function Entry({ execution }: { execution: string }): ReactElement {
  const where = useScopeWords(execution);
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState("");
  const { history } = useAsked();
  /** How far back in the history, and what was being written before. */
  const [back, setBack] = useState<{ at: number; draft: string } | null>(null);
  const [offer, setOffer] = useState<{
    from: number;
    options: readonly ExpressionOption[];
    at: number;
    moved: boolean;
  } | null>(null);
  const asking = useRef(0);
  const past = useDebug((state) => state.past[execution] ?? null);
  const thread = useDebug((state) => state.scopes[execution]?.thread ?? null);

  useLayoutEffect(() => {
    const element = field.current;
    if (!element) return;
    element.style.height = "auto";
    element.style.height = `${String(Math.min(140, element.scrollHeight + 2))}px`;
  }, [text]);

  const complete = (value: string, offset: number): void => {
    const mine = ++asking.current;
    call("complete_expression", { execution, event: past, thread, lane: null, text: value, offset }).then(
      ({ from, options }) => {
        if (mine !== asking.current) return;
        const typed = value.slice(from, offset);
        // What is written in full already needs no help.
        const useful = options.some((option) => option.label !== typed);
        setOffer(options.length > 0 && useful ? { from, options, at: 0, moved: false } : null);
      },
      () => {
        setOffer(null);
      },
    );
  };
  const closeOffer = (): void => {
    asking.current++;
    setOffer(null);
  };
  const accept = (option: ExpressionOption): void => {
    if (!offer || !field.current) return;
    const put = option.function ? `${option.label}(` : option.label;
    // At once, caret and all: the next key may be on its way.
    field.current.setRangeText(put, offer.from, field.current.selectionStart, "end");
    setText(field.current.value);
    closeOffer();
  };
  const ask = (): void => {
    const asked = text.trim();
    if (asked === "") return;
    const logged = useDebug.getState().logs[execution]?.length ?? 0;
    const entry: Asked = { text: asked, where, result: null, logged };
    say(execution, (said) => [...said, entry]);
    const answer = (result: DebugResult): void => {
      say(execution, (said) => said.map((one) => (one === entry ? { ...entry, result } : one)));
    };
    call("debug_evaluate", { execution, event: past, thread, expressions: [asked] }).then(
      ({ results: [result] }) => {
        answer(result ?? { value: null, error: "no answer" });
      },
      (error: unknown) => {
        answer({ value: null, error: explain(error) });
      },
    );
    useAsked.setState({ history: [...history.filter((other) => other !== asked), asked].slice(-MOST_ASKED) });
    setText("");
    setBack(null);
    closeOffer();
  };
  const recall = (by: number): void => {
    const at = (back?.at ?? 0) + by;
    if (at < 0 || at > history.length) return;
    const draft = back?.draft ?? text;
    setText(at === 0 ? draft : (history[history.length - at] ?? ""));
    setBack(at === 0 ? null : { at, draft });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    const { selectionStart: caret, value } = event.currentTarget;
    const move = (by: number): void => {
      setOffer((known) =>
        known ? { ...known, moved: true, at: (known.at + by + known.options.length) % known.options.length } : null,
      );
    };
    const chosen = offer?.options[offer.at];
    let done = true;
    if (event.key === "Enter" && !event.shiftKey) {
      if (offer?.moved && chosen) accept(chosen);
      else ask();
    } else if (event.key === " " && (event.ctrlKey || event.metaKey)) complete(value, caret);
    else if (offer && event.key === "Tab" && chosen) accept(chosen);
    else if (offer && event.key === "Escape") closeOffer();
    else if (offer && event.key === "ArrowDown") move(1);
    else if (offer && event.key === "ArrowUp") move(-1);
    else if (event.key === "ArrowUp" && !value.slice(0, caret).includes("\n")) recall(1);
    else if (event.key === "ArrowDown" && back && !value.slice(caret).includes("\n")) recall(-1);
    else done = false;
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  return (
    <div className="console-entry">
      {offer ? (
        <ul className="offer" role="listbox" aria-label="Completions" id="console-offer">
          {offer.options.map((option, index) => (
            <li
              key={option.label}
              id={`console-offer-${String(index)}`}
              role="option"
              aria-selected={index === offer.at}
              ref={index === offer.at ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
              onPointerDown={(event) => {
                event.preventDefault();
                accept(option);
              }}
            >
              <span className="mono">{option.label}</span>
              <span className="dim">{option.detail}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <span className="said-mark" aria-hidden="true">
        ›
      </span>
      <textarea
        ref={field}
        className="mono"
        rows={1}
        aria-label="Evaluate"
        aria-autocomplete="list"
        aria-controls={offer ? "console-offer" : undefined}
        aria-activedescendant={offer ? `console-offer-${String(offer.at)}` : undefined}
        placeholder="Evaluate here…"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          const { value, selectionStart } = event.currentTarget;
          setText(value);
          setBack(null);
          if (/[\w$.]$/.test(value.slice(0, selectionStart))) complete(value, selectionStart);
          else closeOffer();
        }}
        onBlur={closeOffer}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
