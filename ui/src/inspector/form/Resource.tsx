// What a Task calls: the service and action in words, the pattern, and the ARN itself.

import { BookOpen } from "lucide-react";
import { type ReactElement, useState } from "react";

import { useCommand } from "../../backend";
import { type JsonNode } from "../../ui";
import { setField, textOf, useForm } from "../place";
import { Line, Segments } from "./Line";

const PATTERNS: Readonly<Record<string, readonly [word: string, help: string]>> = {
  "": ["answer", "Goes on as soon as the service answers"],
  ".sync": ["until done", "Waits until the job has ended"],
  ".sync:2": ["until done", "Waits until the job has ended, its result as JSON"],
  ".waitForTaskToken": ["callback", "Waits until somebody sends the task token back"],
};
const SUFFIX = /(\.sync:2|\.sync|\.waitForTaskToken)$/;

export function ResourceField({ value }: { value: JsonNode }): ReactElement {
  const form = useForm();
  const resource = textOf(value);
  const [more, setMore] = useState(false);
  const { data } = useCommand(
    "describe_integration",
    { resource, language: form.language },
    { enabled: resource !== "", keep: true },
  );
  const known = data?.integration;
  const pattern = SUFFIX.exec(resource)?.[0] ?? "";
  const base = resource.replace(SUFFIX, "");
  const patterns = known && known.patterns.length > 1 ? known.patterns : [];
  return (
    <>
      <Line
        mono
        label="Resource"
        value={resource}
        onCommit={(next) => void setField(form, "Resource", JSON.stringify(next.trim()))}
      />
      {known ? (
        <div className="row-line">
          <span className="dim">
            {known.service} · {known.action}
          </span>
          <button
            type="button"
            className="link"
            aria-expanded={more}
            onClick={() => {
              setMore(!more);
            }}
          >
            <BookOpen size={12} aria-hidden="true" /> {more ? "Less" : "About"}
          </button>
        </div>
      ) : null}
      {patterns.length > 0 ? (
        <div className="row-line">
          <span className="dim">Goes on</span>
          <Segments
            label="Pattern"
            value={pattern}
            options={patterns.map((suffix) => {
              const [word, help] = PATTERNS[suffix] ?? [suffix, ""];
              return [suffix, word, help] as const;
            })}
            onCommit={(next) => void setField(form, "Resource", JSON.stringify(`${base}${next}`))}
          />
        </div>
      ) : null}
      {known && more ? (
        <div className="about-call">
          {known.summary === null ? null : <p>{known.summary}</p>}
          {known.notes.map((note) => (
            <p key={note}>{note}</p>
          ))}
          {known.errors.length === 0 ? null : (
            <p>
              <span className="dim">Errors: </span>
              {known.errors.slice(0, 8).map((error) => (
                <code key={error}>{error}</code>
              ))}
            </p>
          )}
          {known.iamActions.length === 0 ? null : (
            <p>
              <span className="dim">Needs: </span>
              {known.iamActions.map((action) => (
                <code key={action}>{action}</code>
              ))}
            </p>
          )}
        </div>
      ) : null}
    </>
  );
}
