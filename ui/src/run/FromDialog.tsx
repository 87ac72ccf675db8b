// A run that begins at a state in the middle, with data as they were there the last time, or any other.

import { Bug, Play } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";
import { create } from "zustand";

import { call, type GraphNode, useCommand } from "../backend";
import { JsonField, jsonTrouble } from "../code";
import { activeDocument, useDocuments } from "../document";
import { Dialog, type MenuEntry, prettyJson } from "../ui";
import { start, useSessions } from "./session";
import { paceOf, useRunSettings } from "./settings";

interface Asked {
  readonly from: { readonly document: number; readonly node: string } | null;
}

const useFromDialog = create<Asked>(() => ({ from: null }));

export function askToRunFrom(document: number, node: string): void {
  useFromDialog.setState({ from: { document, node } });
}

/** For the menu of a state. */
export function runFromMenu(node: GraphNode): MenuEntry[] {
  const document = activeDocument(useDocuments.getState())?.id;
  if (document === undefined) return [];
  return [
    {
      label: "Run from here…",
      run: () => {
        window.setTimeout(() => {
          askToRunFrom(document, node.id);
        }, 60);
      },
    },
  ];
}

interface Data {
  readonly input: string;
  readonly variables: string;
  readonly context: string;
  /** What they were taken from. */
  readonly from: string | null;
}

const EMPTY: Data = { input: "{}", variables: "{}", context: "{}", from: null };

/** What the state was given the last time it was entered, in the run on show or in an earlier one. */
async function lastData(document: number, node: string): Promise<Data> {
  const path = useDocuments.getState().documents[document]?.path ?? null;
  const shown = useSessions.getState().shown[`d${String(document)}`] ?? null;
  const { executions } = await call("list_executions", { path, limit: 20, before: null });
  for (const execution of [...(shown === null ? [] : [shown]), ...executions.map((found) => found.execution)]) {
    const { runs } = await call("get_state_runs", { execution, node, limit: 1 });
    const [run] = runs;
    if (!run) continue;
    const input = run.stages.find((stage) => stage.name === "Input")?.value ?? "{}";
    const name = executions.find((found) => found.execution === execution)?.name ?? execution;
    const data = { ...EMPTY, input: prettyJson(input), from: name };
    try {
      const scope = await call("debug_look", { execution, event: run.enteredEvent, thread: null });
      if (scope.node !== node) return data;
      const variables = `{${scope.variables.map((known) => `${JSON.stringify(known.name)}:${known.value}`).join(",")}}`;
      const context = JSON.parse(scope.context) as Record<string, unknown>;
      return {
        ...data,
        variables: prettyJson(variables),
        context: prettyJson(JSON.stringify("Map" in context ? { Map: context["Map"] } : {})),
      };
    } catch {
      return data;
    }
  }
  return EMPTY;
}

function Field({
  id,
  label,
  note,
  value,
  onChange,
  onSubmit,
  tall = false,
}: {
  id: string;
  label: string;
  note: string;
  value: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
  tall?: boolean;
}): ReactElement {
  const trouble = jsonTrouble(value);
  return (
    <div className="field">
      <span className="field-name">{label}</span>
      <JsonField
        id={id}
        label={label}
        value={value}
        onChange={onChange}
        onSubmit={onSubmit}
        className={tall ? "tall" : "low"}
      />
      <p className={`field-note ${trouble === null ? "" : "bad"}`} role="status">
        {trouble ?? note}
      </p>
    </div>
  );
}

function Form({ document, node, begin }: { document: number; node: string; begin: Data }): ReactElement {
  const open = useDocuments((state) => state.documents[document]);
  const mocks = useCommand("list_mocks", { document });
  const settings = useRunSettings();
  const workflow = useCommand("get_settings", { document }, { fresh: true });
  const [input, setInput] = useState(begin.input);
  const [variables, setVariables] = useState(begin.variables);
  const [context, setContext] = useState(begin.context);
  const [testCase, setTestCase] = useState<string | null | undefined>(undefined);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [starting, setStarting] = useState(false);
  const state = open?.graph?.nodes.find((candidate) => candidate.id === node);
  const inside = node.split("/States/").length > 2;
  const mocked = testCase === undefined ? (mocks.data?.testCases[0] ?? null) : testCase;
  const blocked =
    starting ||
    open?.analysis.runnable === false ||
    [input, variables, context].some((text) => jsonTrouble(text) !== null);
  const close = (): void => {
    useFromDialog.setState({ from: null });
  };
  const run = (paused: boolean): void => {
    if (blocked) return;
    setStarting(true);
    setRefusal(null);
    void start(document, {
      input,
      testCase: mocked,
      clock: settings.clock,
      paceMs: paceOf(settings.pace),
      express: workflow.data?.type === "EXPRESS",
      paused,
      startAt: { node, variables, context },
    }).then((outcome) => {
      setStarting(false);
      if ("execution" in outcome) close();
      else setRefusal(outcome.refusal);
    });
  };
  const submit = (): void => {
    run(false);
  };
  return (
    <Dialog
      title={`Run from ${state?.name ?? "here"}`}
      className="run-dialog run-from"
      onClose={close}
      onSubmit={submit}
      footer={
        <>
          {refusal === null ? null : (
            <p className="refusal" role="alert">
              {refusal}
            </p>
          )}
          <span className="grow" />
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button
            type="button"
            className="button"
            disabled={blocked}
            onClick={() => {
              run(true);
            }}
          >
            <Bug size={14} /> Debug
          </button>
          <button type="button" className="button primary" data-autofocus disabled={blocked} onClick={submit}>
            <Play size={14} /> {starting ? "Starting…" : "Run"} <kbd>Ctrl ↵</kbd>
          </button>
        </>
      }
    >
      <div className="form">
        <p className="dim">
          {inside
            ? "It runs with what comes after it in its branch or processor, and ends there."
            : "The states before it do not run."}
          {begin.from === null ? " It has not run before." : ` The data are those of ${begin.from}.`}
        </p>
        <Field
          id={`from-input-${node}`}
          label="Input"
          note="What the state is given."
          value={input}
          onChange={setInput}
          onSubmit={submit}
          tall
        />
        <div className="field-row two">
          <Field
            id={`from-variables-${node}`}
            label="Variables"
            note="Those that exist already."
            value={variables}
            onChange={setVariables}
            onSubmit={submit}
          />
          <Field
            id={`from-context-${node}`}
            label="Context object"
            note="Members that replace its own."
            value={context}
            onChange={setContext}
            onSubmit={submit}
          />
        </div>
        <label className="field">
          <span className="field-name">Answers of tasks</span>
          <select
            value={mocked ?? ""}
            onChange={(event) => {
              setTestCase(event.currentTarget.value === "" ? null : event.currentTarget.value);
            }}
          >
            {mocks.data?.testCases.map((name) => (
              <option key={name} value={name}>
                Mocked: {name}
              </option>
            ))}
            <option value="">Ask me for each one</option>
          </select>
        </label>
      </div>
    </Dialog>
  );
}

function Loading({ document, node }: { document: number; node: string }): ReactElement | null {
  const [begin, setBegin] = useState<Data | null>(null);
  useEffect(() => {
    let here = true;
    lastData(document, node).then(
      (data) => {
        if (here) setBegin(data);
      },
      () => {
        if (here) setBegin(EMPTY);
      },
    );
    return () => {
      here = false;
    };
  }, [document, node]);
  return begin ? <Form document={document} node={node} begin={begin} /> : null;
}

export function FromDialog(): ReactElement | null {
  const { from } = useFromDialog();
  return from ? <Loading key={from.node} document={from.document} node={from.node} /> : null;
}
