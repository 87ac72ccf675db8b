// The state tried with the data at hand: each stage from input to output, where it would go on, what goes wrong.

import {
  CircleAlert,
  CornerDownRight,
  FlaskConical,
  LoaderCircle,
  Pencil,
  RotateCcw,
  TriangleAlert,
} from "lucide-react";
import { type ReactElement, useState } from "react";

import type { DataStage, StatePreview } from "../../backend";
import { JsonField, jsonTrouble } from "../../code";
import { select, tabKey } from "../../document";
import { bytes, duration } from "../../run";
import { CopyButton, JsonText, prettyJson } from "../../ui";
import { changesBetween } from "../../debugger";
import { Line, Segments } from "../form/Line";
import { useForm } from "../place";
import type { Try } from "./useTry";

/** JSON that is written to the sample while it is typed. */
function Editable({
  id,
  label,
  value,
  onChange,
}: {
  id: string;
  label: string;
  value: string;
  onChange: (value: string) => void;
}): ReactElement {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? prettyJson(value);
  const trouble = jsonTrouble(text);
  const lines = Math.min(14, Math.max(3, text.split("\n").length));
  return (
    <>
      <JsonField
        id={id}
        label={label}
        value={text}
        className={`lines-${String(lines)} plain`}
        onChange={(next) => {
          setDraft(next);
          if (jsonTrouble(next) === null) onChange(next);
        }}
      />
      {trouble === null ? null : (
        <p className="field-note bad" role="status">
          {trouble}
        </p>
      )}
    </>
  );
}

function Stage({
  stage,
  before,
  children,
  tools,
  note,
}: {
  stage: DataStage;
  before: DataStage | undefined;
  children?: ReactElement | null;
  tools?: ReactElement | null;
  note?: string;
}): ReactElement {
  const changes = before === undefined || stage.name === "Result" ? "" : changesBetween(before.value, stage.value);
  return (
    <section className={`stage ${changes !== "" && changes !== "unchanged" ? "differs" : ""}`} data-stage={stage.name}>
      <header>
        <span>{stage.name}</span>
        <span className="stage-note">
          {note === undefined ? "" : `${note} · `}
          {changes === "" ? "" : `${changes} · `}
          {bytes(stage.bytes)}
        </span>
        {tools}
        <CopyButton text={stage.value} label={stage.name} />
      </header>
      {children ??
        (changes === "unchanged" && stage.value.length > 200 ? (
          <p className="dim pad">As before.</p>
        ) : (
          <JsonText text={stage.value} before={stage.name === "Result" ? undefined : before?.value} />
        ))}
    </section>
  );
}

function End({ preview }: { preview: StatePreview }): ReactElement {
  const form = useForm();
  const { end } = preview;
  const tab = tabKey({ kind: "document", document: form.document });
  const next = (name: string | null): ReactElement => {
    const node = form.graph.nodes.find((candidate) => candidate.name === name && candidate.parent === form.node.parent);
    if (name === null) return <strong>ends here</strong>;
    return node ? (
      <button
        type="button"
        className="link"
        onClick={() => {
          select(tab, { kind: "node", id: node.id }, "outline");
        }}
      >
        {name}
      </button>
    ) : (
      <strong>{name}</strong>
    );
  };
  const way = (words: string, name: string | null): ReactElement => (
    <p className="try-end ok">
      <CornerDownRight size={14} aria-hidden="true" />
      <span>
        {words}
        {next(name)}
        {preview.seconds === null ? "" : ` after ${duration(preview.seconds * 1_000)}`}
      </span>
    </p>
  );
  switch (end.type) {
    case "next":
      return end.next === null ? way("The flow ", null) : way("Goes on to ", end.next);
    case "rule":
      return way(`Rule ${String(end.index + 1)} holds: goes on to `, end.next);
    case "default":
      return way("No rule holds: goes on to ", end.next);
    case "caught":
      return way(`Catcher ${String(end.index + 1)} takes the error: goes on to `, end.next);
    case "retried":
      return (
        <p className="try-end warn">
          <RotateCcw size={14} aria-hidden="true" />
          <span>
            Retrier {end.index + 1} tries again{end.seconds > 0 ? ` after ${duration(end.seconds * 1_000)}` : ""}.
          </span>
        </p>
      );
    case "failed":
      return (
        <p className="try-end bad">
          <CircleAlert size={14} aria-hidden="true" />
          <span>
            <strong className="mono">{preview.error ?? "It fails"}</strong>
            {preview.cause === null || preview.cause === "" ? null : <> {preview.cause}</>}
          </span>
        </p>
      );
    case "needsResult":
      return (
        <p className="try-end">
          <FlaskConical size={14} aria-hidden="true" />
          <span>Say what the work gives to see what becomes of it.</span>
        </p>
      );
  }
}

export function TryPage({ tried }: { tried: Try }): ReactElement {
  const form = useForm();
  const { preview, sample, change, works } = tried;
  const [editing, setEditing] = useState<"input" | "variables" | "result" | null>(null);
  const stages = preview?.stages ?? [];
  const own = sample.source === "own";
  const input: DataStage = { name: "Input", value: tried.input, bytes: new TextEncoder().encode(tried.input).length };
  // What comes after the work stands below it.
  const found = stages.findIndex((stage) => stage.name === "Result" || stage.name === "ErrorOutput");
  const at = found < 0 ? stages.length : found;
  const before = (index: number): DataStage | undefined => {
    // A result is compared with nothing; what follows it under JSONPath is.
    const stage = stages[index];
    if (stage?.name === "ResultPath") return stages[0];
    return stages[index - 1];
  };
  const readsVariables = tried.variables !== "{}" || editing === "variables" || sample.variables !== null;
  const items = stages.find((stage) => stage.name === "Items" || stage.name === "ItemsPath");
  const empty =
    form.node.kind === "map" && items
      ? `[${Array.from({ length: Math.min(1_000, (JSON.parse(items.value) as unknown[]).length) }, () => "{}").join(", ")}]`
      : form.node.kind === "parallel"
        ? `[${form.graph.nodes
            .filter((node) => node.parent === form.node.id && node.kind === "branch")
            .map(() => "{}")
            .join(", ")}]`
        : "{}";
  const editButton = (what: "input" | "variables" | "result"): ReactElement => (
    <button
      type="button"
      className="icon-button small"
      aria-label={editing === what ? `Done with ${what}` : `Edit ${what}`}
      aria-pressed={editing === what}
      title={editing === what ? "Done" : "Edit"}
      onClick={() => {
        setEditing(editing === what ? null : what);
        // What is changed is the person's own from here on.
        if (editing !== what && !own && what !== "result")
          change({ source: "own", input: tried.input, variables: tried.variables });
      }}
    >
      <Pencil size={12} />
    </button>
  );
  return (
    <div className="inspector-body try">
      <div className="try-head">
        <Segments
          label="Data"
          value={own || !tried.hasRun ? "own" : "run"}
          options={
            tried.hasRun
              ? [
                  ["run", "Last run", "The data of the last run of this state"],
                  ["own", "Sample", "Data of your own, remembered for this workflow"],
                ]
              : [["own", "Sample", "Data of your own, remembered for this workflow"]]
          }
          onCommit={(source) => {
            change(source === "own" ? { source, input: sample.input ?? tried.input } : { source });
            setEditing(null);
          }}
        />
        <span className="dim try-origin">from {tried.origin}</span>
        <span className="grow" />
        {tried.busy ? <LoaderCircle size={13} className="spin" aria-label="Working out" /> : null}
      </div>
      <Stage stage={input} before={undefined} tools={editButton("input")}>
        {editing === "input" ? (
          <Editable
            id={`${form.node.id} try input`}
            label="Input"
            value={tried.input}
            onChange={(value) => {
              change({ source: "own", input: value });
            }}
          />
        ) : null}
      </Stage>
      {readsVariables ? (
        <Stage
          stage={{ name: "Variables", value: tried.variables, bytes: tried.variables.length }}
          before={undefined}
          tools={editButton("variables")}
        >
          {editing === "variables" ? (
            <Editable
              id={`${form.node.id} try variables`}
              label="Variables"
              value={tried.variables}
              onChange={(value) => {
                change({ source: "own", input: sample.input ?? tried.input, variables: value });
              }}
            />
          ) : null}
        </Stage>
      ) : (
        <button
          type="button"
          className="chip-button"
          onClick={() => {
            change({ source: "own", input: tried.input, variables: "{}" });
            setEditing("variables");
          }}
        >
          + Variables
        </button>
      )}
      {tried.trouble === null ? null : (
        <p className="try-end bad" role="status">
          <TriangleAlert size={14} aria-hidden="true" />
          <span>
            {tried.trouble.about === "state" ? "This state cannot be tried yet: " : ""}
            {tried.trouble.words}
          </span>
        </p>
      )}
      {stages.slice(1, at).map((stage, index) => (
        <Stage key={stage.name} stage={stage} before={before(index + 1)} />
      ))}
      {works ? (
        <section className="stage work" data-stage="Result">
          <header>
            <span>Result</span>
            <Segments
              label="The work"
              value={sample.outcome}
              options={[
                ["result", "succeeds", "The work gives this result"],
                ["error", "fails", "The work fails with this error"],
              ]}
              onCommit={(outcome) => {
                change({ outcome });
              }}
            />
            {sample.outcome === "result" && tried.result !== null ? editButton("result") : null}
          </header>
          {sample.outcome === "error" ? (
            <div className="pad work-error">
              <label className="inline-field">
                <span>Error</span>
                <Line
                  mono
                  label="Error"
                  value={sample.error.error}
                  onCommit={(error) => {
                    change({ error: { ...sample.error, error } });
                  }}
                />
              </label>
              <label className="inline-field">
                <span>Cause</span>
                <Line
                  label="Cause"
                  value={sample.error.cause}
                  onCommit={(cause) => {
                    change({ error: { ...sample.error, cause } });
                  }}
                />
              </label>
            </div>
          ) : tried.result === null ? (
            <p className="pad">
              <button
                type="button"
                className="button small"
                onClick={() => {
                  change({ result: empty });
                  setEditing("result");
                }}
              >
                Give a result
              </button>
            </p>
          ) : editing === "result" ? (
            <Editable
              id={`${form.node.id} try result`}
              label="Result"
              value={tried.result}
              onChange={(result) => {
                change({ result });
              }}
            />
          ) : (
            <JsonText text={tried.result} />
          )}
          {sample.result !== null && sample.outcome === "result" ? (
            <p className="pad dim">
              Your own.{" "}
              <button
                type="button"
                className="link"
                onClick={() => {
                  change({ result: null });
                  setEditing(null);
                }}
              >
                Take the {tried.hasRun ? "last run's" : "service's example"}
              </button>
            </p>
          ) : null}
        </section>
      ) : null}
      {stages
        .slice(at)
        .map((stage, index) =>
          stage.name === "Result" ? null : <Stage key={stage.name} stage={stage} before={before(at + index)} />,
        )}
      {preview && preview.assigned.length > 0 ? (
        <section className="stage" data-stage="Assign">
          <header>
            <span>Assign</span>
            <span className="stage-note">
              {preview.assigned.length} {preview.assigned.length === 1 ? "variable" : "variables"}
            </span>
          </header>
          <dl className="facts pad">
            {preview.assigned.map(({ name, value }) => (
              <div key={name} className="fact">
                <dt className="mono">${name}</dt>
                <dd>
                  <code title={value.slice(0, 2_000)}>{value.length > 200 ? `${value.slice(0, 200)}…` : value}</code>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ) : null}
      {preview ? <End preview={preview} /> : null}
    </div>
  );
}
