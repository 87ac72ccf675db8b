// Retriers and Catchers: which errors, how often and after how long, or where to go instead.

import { Plus, Trash2 } from "lucide-react";
import type { ReactElement } from "react";

import { type JsonNode, Menu, writeJson } from "../../ui";
import { clearField, items, member, moveField, setField, setFields, textOf, useForm } from "../place";
import { BackoffPicture } from "./BackoffPicture";
import { Besides } from "./Besides";
import { ErrorNames } from "./ErrorNames";
import { ProblemsAt } from "./Frame";
import { LeadsTo } from "./LeadsTo";
import { NumberField, Segments } from "./Line";
import { type Reorder, useReorder } from "./Sortable";

function Entry({
  list,
  word,
  at,
  count,
  node,
  reorder,
  className,
  children,
}: {
  list: "Retry" | "Catch";
  word: string;
  at: number;
  count: number;
  node: JsonNode;
  reorder: Reorder;
  className?: string;
  children: ReactElement;
}): ReactElement {
  const form = useForm();
  const path = `${list}/${String(at)}`;
  return (
    <li data-sortable className={`element ${reorder.className(at)} ${className ?? ""}`}>
      <header>
        {reorder.grip(at, `${word} ${String(at + 1)}`)}
        <span>
          {word} {at + 1}
        </span>
        <span className="grow" />
        <Menu
          align="end"
          trigger={
            <button type="button" className="kind-button" aria-label={`More for ${word} ${String(at + 1)}`}>
              ⋯
            </button>
          }
          entries={[
            { label: "Earlier", disabled: at === 0, run: () => void moveField(form, path, at - 1) },
            { label: "Later", disabled: at === count - 1, run: () => void moveField(form, path, at + 1) },
            { label: "Duplicate", run: () => void setField(form, `${list}/${String(count)}`, writeJson(node)) },
          ]}
        />
        <button
          type="button"
          className="icon-button small"
          aria-label={`Remove ${word} ${String(at + 1)}`}
          title="Remove"
          onClick={() => void (count === 1 ? clearField(form, list) : clearField(form, path))}
        >
          <Trash2 size={13} />
        </button>
      </header>
      {children}
      <ProblemsAt path={path} />
    </li>
  );
}

const NUMBERS = [
  { name: "IntervalSeconds", word: "First wait", otherwise: "1", unit: "s", help: "Seconds before the first retry" },
  { name: "BackoffRate", word: "Then ×", otherwise: "2", help: "How much longer each wait is" },
  { name: "MaxAttempts", word: "Retries", otherwise: "3", help: "How often at most; 0 for never" },
  { name: "MaxDelaySeconds", word: "Longest", otherwise: "–", unit: "s", help: "No wait is longer" },
] as const;

export function Retriers({ value }: { value: JsonNode }): ReactElement {
  const form = useForm();
  const retriers = items(value);
  const reorder = useReorder(retriers.length, (from, to) => moveField(form, `Retry/${String(from)}`, to));
  const tried = form.preview?.end.type === "retried" ? form.preview.end.index : null;
  return (
    <>
      <ol className="rules" ref={reorder.list}>
        {retriers.map((retrier, at) => {
          const path = `Retry/${String(at)}`;
          const number = (name: string, otherwise: number): number => {
            const found = Number(textOf(member(retrier, name)));
            return member(retrier, name) !== undefined && Number.isFinite(found) ? found : otherwise;
          };
          const jitter = textOf(member(retrier, "JitterStrategy")) === "FULL";
          return (
            <Entry
              key={at}
              list="Retry"
              word="Retrier"
              at={at}
              count={retriers.length}
              node={retrier}
              reorder={reorder}
              className={tried === at ? "taken" : ""}
            >
              <>
                <ErrorNames path={`${path}/ErrorEquals`} value={member(retrier, "ErrorEquals")} />
                <div className="number-row">
                  {NUMBERS.map((field) => (
                    <label key={field.name} title={`${field.name}: ${field.help}`}>
                      <span>{field.word}</span>
                      <NumberField
                        label={field.name}
                        placeholder={field.otherwise}
                        {...("unit" in field ? { unit: field.unit } : {})}
                        value={textOf(member(retrier, field.name))}
                        onCommit={(next) => {
                          if (next !== null) void setField(form, `${path}/${field.name}`, next);
                          else if (member(retrier, field.name) !== undefined)
                            void clearField(form, `${path}/${field.name}`);
                        }}
                      />
                    </label>
                  ))}
                </div>
                <div className="row-line">
                  <span className="dim">Jitter</span>
                  <Segments
                    label="JitterStrategy"
                    value={jitter ? "FULL" : "NONE"}
                    options={[
                      ["NONE", "none", "Each wait is as long as worked out"],
                      ["FULL", "full", "Each wait is a random part of that"],
                    ]}
                    onCommit={(next) =>
                      void setFields(form, [{ name: "JitterStrategy", value: next === "FULL" ? '"FULL"' : null }], path)
                    }
                  />
                </div>
                <BackoffPicture
                  backoff={{
                    interval: number("IntervalSeconds", 1),
                    rate: number("BackoffRate", 2),
                    attempts: number("MaxAttempts", 3),
                    longest: member(retrier, "MaxDelaySeconds") === undefined ? null : number("MaxDelaySeconds", 0),
                    jitter,
                  }}
                />
                <Besides path={path} node={retrier} fields={[{ name: "Comment", initial: '""', help: "For people" }]} />
              </>
            </Entry>
          );
        })}
      </ol>
      <button
        type="button"
        className="button small"
        onClick={() =>
          void setField(
            form,
            `Retry/${String(retriers.length)}`,
            '{ "ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2 }',
          )
        }
      >
        <Plus size={13} /> Add a Retrier
      </button>
    </>
  );
}

const CATCHER_FIELDS = {
  JSONPath: [
    { name: "ResultPath", initial: '"$.error"', help: "Where the error goes in the input; null drops it" },
    { name: "Assign", initial: "{}", help: "Variables to set" },
    { name: "Comment", initial: '""', help: "For people" },
  ],
  JSONata: [
    { name: "Output", initial: '"{% $states.errorOutput %}"', help: "What is passed on" },
    { name: "Assign", initial: "{}", help: "Variables to set" },
    { name: "Comment", initial: '""', help: "For people" },
  ],
} as const;

export function Catchers({ value }: { value: JsonNode | undefined }): ReactElement {
  const form = useForm();
  const catchers = items(value);
  const reorder = useReorder(catchers.length, (from, to) => moveField(form, `Catch/${String(from)}`, to));
  const caught = form.preview?.end.type === "caught" ? form.preview.end.index : null;
  const first = form.graph.nodes.find(
    (node) =>
      node.parent === form.node.parent &&
      node.id !== form.node.id &&
      node.name !== "" &&
      node.kind !== "branch" &&
      node.kind !== "processor",
  );
  return (
    <>
      <ol className="rules" ref={reorder.list}>
        {catchers.map((catcher, at) => {
          const path = `Catch/${String(at)}`;
          return (
            <Entry
              key={at}
              list="Catch"
              word="Catcher"
              at={at}
              count={catchers.length}
              node={catcher}
              reorder={reorder}
              className={caught === at ? "taken" : ""}
            >
              <>
                <ErrorNames path={`${path}/ErrorEquals`} value={member(catcher, "ErrorEquals")} />
                <LeadsTo slot={{ type: "catch", index: at }} next={member(catcher, "Next")} />
                <Besides path={path} node={catcher} fields={CATCHER_FIELDS[form.language]} />
              </>
            </Entry>
          );
        })}
      </ol>
      <button
        type="button"
        className="button small"
        disabled={!first}
        title={first ? undefined : "There is no other state here to go to"}
        onClick={() => {
          const entry = `{ "ErrorEquals": ["States.ALL"], "Next": ${JSON.stringify(first?.name ?? "")} }`;
          void (value === undefined
            ? setField(form, "Catch", `[${entry}]`)
            : setField(form, `Catch/${String(catchers.length)}`, entry));
        }}
      >
        <Plus size={13} /> Add a Catcher
      </button>
    </>
  );
}
