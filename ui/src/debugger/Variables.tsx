// Variables of a scope: where each got its value, what it was before, in which branch or item it lives.

import { Pencil } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { DebugScope, DebugVariable } from "../backend";
import { JsonTree } from "../ui";
import { jumpTo, useCanLookBack } from "./looked";
import { laneWords } from "./model";
import { useKnownOverview } from "./overview";
import { actionsOn } from "./Stages";

export function Variables({
  execution,
  scope,
  onChange,
}: {
  execution: string;
  scope: DebugScope;
  /** Where values can be changed: opens what changes them. */
  onChange: ((variable: DebugVariable) => void) | null;
}): ReactElement {
  return (
    <>
      <h3>Variables</h3>
      {scope.variables.length === 0 ? <p className="dim">None.</p> : null}
      {scope.variables.map((variable) => (
        <Variable key={variable.name} execution={execution} scope={scope} variable={variable} onChange={onChange} />
      ))}
    </>
  );
}

function Variable({
  execution,
  scope,
  variable,
  onChange,
}: {
  execution: string;
  scope: DebugScope;
  variable: DebugVariable;
  onChange: ((variable: DebugVariable) => void) | null;
}): ReactElement {
  const { name, value, assigned } = variable;
  const [compared, setCompared] = useState(false);
  const lookable = useCanLookBack(execution);
  const overview = useKnownOverview(execution);
  const outer = assigned !== null && assigned.lane !== scope.lane;
  const where = assigned && overview ? laneWords(overview, assigned.lane) : "";
  const before = assigned?.before ?? null;
  return (
    <section className="stage variable">
      <header>
        <span className="mono">${name}</span>
        <span className="stage-note">
          {outer ? `${where === "" ? "execution" : where} · ` : ""}
          {assigned === null ? (
            ""
          ) : assigned.state === null ? (
            "set by hand or from the start"
          ) : (
            <button
              type="button"
              className="link"
              disabled={!lookable}
              title={`Event ${String(assigned.event)}: go there`}
              onClick={() => {
                const line = overview?.events.line[assigned.event - 1] ?? 1;
                jumpTo(execution, line, assigned.event);
              }}
            >
              {assigned.state}
            </button>
          )}
        </span>
        {before === null ? null : (
          <button
            type="button"
            className="link"
            aria-pressed={compared}
            title={`It was ${before.slice(0, 500)}`}
            onClick={() => {
              setCompared(!compared);
            }}
          >
            was {before.length > 18 ? "…" : before}
          </button>
        )}
        {onChange ? (
          <button
            type="button"
            className="icon-button small"
            aria-label={`Change $${name}`}
            onClick={() => {
              onChange(variable);
            }}
          >
            <Pencil size={12} />
          </button>
        ) : null}
      </header>
      <JsonTree
        text={value}
        before={compared && before !== null ? before : undefined}
        label={name}
        actions={(place) => actionsOn(execution, { ...place, path: `$${name}${place.path.slice(1)}` }, true)}
      />
    </section>
  );
}
