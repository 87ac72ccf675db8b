// What a run begins with: input, mocked answers, clock and speed.

import { Bug, Play } from "lucide-react";
import { type ReactElement, useState } from "react";
import { create } from "zustand";

import { type Mocks, useCommand } from "../backend";
import { JsonField, jsonTrouble } from "../code";
import { useDocuments } from "../document";
import { usePins } from "../pins";
import { Dialog, prettyJson } from "../ui";
import { start } from "./session";
import { CLOCKS, PACES, paceOf, paceWords, sameClock, useRunSettings } from "./settings";

interface Asked {
  readonly document: number | null;
}

export const useRunDialog = create<Asked>(() => ({ document: null }));

export function askToRun(document: number): void {
  useRunDialog.setState({ document });
}

/** What the last run of each document began with. */
const lastRun = new Map<number, { input: string; testCase: string | null; express: boolean | null }>();

export function SpeedSlider({
  value,
  onChange,
  id,
}: {
  value: number;
  onChange: (value: number) => void;
  id: string;
}): ReactElement {
  return (
    <span className="speed" title={paceWords(value)}>
      <input
        id={id}
        type="range"
        min={0}
        max={PACES.length - 1}
        step={1}
        value={value}
        aria-label="Speed"
        aria-valuetext={paceWords(value)}
        onChange={(event) => {
          onChange(Number(event.currentTarget.value));
        }}
      />
      <output htmlFor={id}>
        {paceOf(value) === 0
          ? "max"
          : paceOf(value) >= 1_000
            ? `${String(paceOf(value) / 1_000)} s`
            : `${String(paceOf(value))} ms`}
      </output>
    </span>
  );
}

function Form({
  document,
  mocks,
  onClose,
}: {
  document: number;
  mocks: Mocks | null;
  onClose: () => void;
}): ReactElement {
  const before = lastRun.get(document);
  const sample = mocks?.sampleInput ? prettyJson(mocks.sampleInput) : null;
  const suggested = mocks?.suggestedInput ?? null;
  const [input, setInput] = useState(() => before?.input ?? sample ?? suggested ?? "{}");
  const [testCase, setTestCase] = useState<string | null>(() => {
    if (before) return before.testCase !== null && mocks?.testCases.includes(before.testCase) ? before.testCase : null;
    return mocks?.testCases[0] ?? null;
  });
  const settings = useRunSettings();
  // What the workflow's own settings say, until the person says otherwise.
  const workflow = useCommand("get_settings", { document }, { fresh: true });
  const [chosen, setChosen] = useState<boolean | null>(() => before?.express ?? null);
  const express = chosen ?? workflow.data?.type === "EXPRESS";
  const [refusal, setRefusal] = useState<{ text: string; field: "input" | "mocks" | null } | null>(null);
  const [starting, setStarting] = useState(false);
  const pins = usePins(document).filter((pin) => pin.enabled);
  const [pinned, setPinned] = useState(true);
  const open = useDocuments((state) => state.documents[document]);
  const trouble = jsonTrouble(input);
  const errors = open?.analysis.diagnostics.filter((diagnostic) => diagnostic.severity === "error").length ?? 0;
  const blocked = open?.analysis.runnable === false;

  const run = (paused = false): void => {
    if (trouble !== null || starting || blocked) return;
    setStarting(true);
    setRefusal(null);
    lastRun.set(document, { input, testCase, express: chosen });
    void start(document, {
      input,
      testCase,
      clock: settings.clock,
      paceMs: paceOf(settings.pace),
      express,
      paused,
      usePins: pinned,
    }).then((outcome) => {
      setStarting(false);
      if ("execution" in outcome) onClose();
      else setRefusal({ text: outcome.refusal, field: outcome.field });
    });
  };

  return (
    <Dialog
      title={`Run ${open?.name ?? ""}`}
      className="run-dialog"
      onClose={onClose}
      onSubmit={() => {
        run();
      }}
      footer={
        <>
          {refusal?.field === null ? (
            <p className="refusal" role="alert">
              {refusal.text}
            </p>
          ) : null}
          {blocked ? (
            <p className="refusal" role="alert">
              The definition has {errors === 1 ? "an error" : `${String(errors)} errors`}; the problems list shows{" "}
              {errors === 1 ? "it" : "them"}.
            </p>
          ) : null}
          <span className="grow" />
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className="button"
            title="Start paused before the first state"
            disabled={trouble !== null || starting || blocked}
            onClick={() => {
              run(true);
            }}
          >
            <Bug size={14} /> Debug
          </button>
          <button
            type="button"
            className="button primary"
            data-autofocus
            disabled={trouble !== null || starting || blocked}
            onClick={() => {
              run();
            }}
          >
            <Play size={14} /> {starting ? "Starting…" : "Run"} <kbd>Ctrl ↵</kbd>
          </button>
        </>
      }
    >
      <div className="form">
        <div className="field">
          <div className="field-row">
            <span className="field-name grow">Input</span>
            {(
              [
                ["What it reads", "An input with the fields that the workflow reads", suggested],
                ["Its input file", "The input file beside the workflow", sample],
              ] as const
            ).map(([word, title, text]) =>
              text === null || text === input ? null : (
                <button
                  key={word}
                  type="button"
                  className="link"
                  title={title}
                  onClick={() => {
                    setInput(text);
                  }}
                >
                  {word}
                </button>
              ),
            )}
          </div>
          <JsonField
            id={`run-${String(document)}`}
            label="Input"
            value={input}
            onChange={setInput}
            onSubmit={() => {
              run();
            }}
            className="tall"
          />
          <p className={`field-note ${trouble === null && refusal?.field !== "input" ? "" : "bad"}`} role="status">
            {trouble ??
              (refusal?.field === "input"
                ? refusal.text
                : input === sample
                  ? "From the input file beside the workflow."
                  : input === suggested
                    ? "Made from what the workflow reads: put in values of your own."
                    : `Valid JSON, ${String(new TextEncoder().encode(input).length)} bytes.`)}
          </p>
        </div>
        <label className="field">
          <span className="field-name">Answers of tasks</span>
          <select
            value={testCase ?? ""}
            onChange={(event) => {
              setTestCase(event.currentTarget.value === "" ? null : event.currentTarget.value);
            }}
          >
            {mocks?.testCases.map((name) => (
              <option key={name} value={name}>
                Mocked: {name}
              </option>
            ))}
            <option value="">Ask me for each one</option>
          </select>
          <span className={`field-note ${mocks?.problem || refusal?.field === "mocks" ? "bad" : ""}`}>
            {refusal?.field === "mocks"
              ? refusal.text
              : mocks?.problem
                ? mocks.problem
                : mocks?.path
                  ? "A task the test case does not answer pauses and asks."
                  : "No mock file beside this workflow, so every task pauses and asks."}
          </span>
        </label>
        {pins.length === 0 ? null : (
          <label className="check">
            <input
              type="checkbox"
              checked={pinned}
              onChange={(event) => {
                setPinned(event.currentTarget.checked);
              }}
            />
            {pins.length === 1 ? "1 state answers" : `${String(pins.length)} states answer`} with pinned data
          </label>
        )}
        <div className="field-row">
          <label className="field">
            <span className="field-name">Clock</span>
            <select
              value={CLOCKS.findIndex((choice) => sameClock(choice.mode, settings.clock))}
              onChange={(event) => {
                const choice = CLOCKS[Number(event.currentTarget.value)];
                if (choice) useRunSettings.setState({ clock: choice.mode });
              }}
            >
              {CLOCKS.map((choice, index) => (
                <option key={choice.word} value={index}>
                  {choice.word} – {choice.hint}
                </option>
              ))}
            </select>
          </label>
          <div className="field">
            <label className="field-name" htmlFor="run-speed">
              Speed
            </label>
            <SpeedSlider
              id="run-speed"
              value={settings.pace}
              onChange={(pace) => {
                useRunSettings.setState({ pace });
              }}
            />
          </div>
          <label className="check">
            <input
              type="checkbox"
              checked={express}
              onChange={(event) => {
                setChosen(event.currentTarget.checked);
              }}
            />
            Express workflow
          </label>
        </div>
      </div>
    </Dialog>
  );
}

export function RunDialog(): ReactElement | null {
  const { document } = useRunDialog();
  const mocks = useCommand("list_mocks", { document: document ?? 0 }, { enabled: document !== null });
  if (document === null || mocks.isLoading) return null;
  return (
    <Form
      key={document}
      document={document}
      mocks={mocks.data ?? null}
      onClose={() => {
        useRunDialog.setState({ document: null });
      }}
    />
  );
}
