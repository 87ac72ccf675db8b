// The data of a state, stage by stage, each with what it changed against the one before.

import { type ReactElement, useMemo, useState } from "react";

import type { DataStage, DebugScope } from "../backend";
import { bytes, useShownExecution } from "../run";
import { CopyButton, countChanges, type JsonPlace, JsonTree, type MenuEntry, readJson } from "../ui";
import { useLooked, useShownLine } from "./looked";
import { laneAt } from "./model";
import { useOverview } from "./overview";
import { findValue, traceValue } from "./search";
import { StayData } from "./StayData";
import { addWatch } from "./watches";

/** Longer values that are as they were need not be shown again. */
const LONG = 200;

const plural = (count: number, word: string): string => (count > 0 ? `${String(count)} ${word}` : "");

/** How a stage differs from the one before: `2 added, 1 changed`. */
export function changesBetween(before: string, after: string): string {
  if (before === after) return "unchanged";
  const [a, b] = [readJson(before), readJson(after)];
  if (!a || !b) return "";
  const { added, removed, changed } = countChanges(b, a);
  const parts = [plural(added, "added"), plural(changed, "changed"), plural(removed, "removed")];
  return parts.filter((part) => part !== "").join(", ") || "unchanged";
}

/** Stages whose paths are those of the state's own data. */
const OWN = new Set(["Input", "Output", "ResultPath", "OutputPath"]);

/** What came from outside: it says nothing against what was sent. */
const FRESH = new Set(["Input", "Result", "Submitted", "ErrorOutput", "ItemReader"]);

/** What a stage began with: the one before, but for `ResultPath`, which puts the result into the input. */
export function beforeOf(stages: readonly DataStage[], index: number): DataStage | undefined {
  const name = stages[index]?.name ?? "";
  if (FRESH.has(name)) return undefined;
  return name === "ResultPath" ? stages.find((stage) => stage.name === "Input") : stages[index - 1];
}

export function StageList({
  execution,
  stages,
  search = "",
  extra,
}: {
  execution: string | null;
  stages: readonly DataStage[];
  search?: string;
  /** What else can be done with the value of a stage. */
  extra?: (stage: DataStage) => ReactElement | null;
}): ReactElement {
  return (
    <>
      {stages.map((stage, index) => (
        <Stage
          key={`${stage.name} ${String(index)}`}
          execution={execution}
          stage={stage}
          before={beforeOf(stages, index)}
          search={search}
          extra={extra?.(stage) ?? null}
        />
      ))}
    </>
  );
}

function Stage({
  execution,
  stage,
  before,
  search,
  extra,
}: {
  execution: string | null;
  stage: DataStage;
  before: DataStage | undefined;
  search: string;
  extra: ReactElement | null;
}): ReactElement {
  const [whole, setWhole] = useState(false);
  const changes = useMemo(
    () => (before === undefined ? "" : changesBetween(before.value, stage.value)),
    [before, stage],
  );
  const same = changes === "unchanged";
  return (
    <section className={`stage ${changes !== "" && !same ? "differs" : ""}`}>
      <header>
        <span>{stage.name}</span>
        <span className="stage-note">
          {changes === "" ? "" : `${changes} · `}
          <span className="mono">{bytes(stage.bytes)}</span>
        </span>
        {extra}
        <CopyButton text={stage.value} label={stage.name} />
      </header>
      {same && stage.value.length > LONG && !whole && search === "" ? (
        <p className="dim pad">
          As before.{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              setWhole(true);
            }}
          >
            Show it
          </button>
        </p>
      ) : (
        <JsonTree
          text={stage.value}
          before={before?.value}
          label={`Data of ${stage.name}`}
          search={search}
          actions={execution === null ? undefined : (place) => actionsOn(execution, place, OWN.has(stage.name))}
        />
      )}
    </section>
  );
}

export function actionsOn(execution: string, place: JsonPlace, own: boolean): MenuEntry[] {
  return [
    {
      label: "Where did this value appear first?",
      run: () => {
        findValue(execution, place.value);
      },
    },
    ...(own
      ? [
          {
            label: `When did ${place.path} change?`,
            run: () => {
              traceValue(execution, place.path);
            },
          },
          {
            label: `Watch ${place.path}`,
            run: () => {
              addWatch(execution, place.path);
            },
          },
        ]
      : []),
  ];
}

/** What is looked at: the state where a thread stands, or a stay that was picked elsewhere. */
export function Stages({ scope }: { scope: DebugScope }): ReactElement {
  const execution = useShownExecution();
  const { overview } = useOverview(execution);
  const line = useShownLine(execution, overview);
  const picked = useLooked((state) => (execution === null ? undefined : state.stay[execution]));
  const [search, setSearch] = useState("");
  const own = overview?.lanes[scope.lane ?? -1];
  const here = overview && own ? laneAt(overview, own, line)?.stay?.entered : undefined;
  if (execution !== null && picked !== undefined && picked !== here)
    return (
      <StayData
        execution={execution}
        entered={picked}
        onLeave={() => {
          useLooked.setState((state) => ({
            stay: Object.fromEntries(Object.entries(state.stay).filter(([other]) => other !== execution)),
          }));
        }}
      />
    );
  const large = scope.stages.some((stage) => stage.bytes > 400);
  return (
    <>
      {large ? <DataSearch value={search} onChange={setSearch} /> : null}
      <StageList execution={execution} stages={scope.stages} search={search} />
    </>
  );
}

export function DataSearch({ value, onChange }: { value: string; onChange: (text: string) => void }): ReactElement {
  return (
    <input
      type="search"
      className="data-search"
      placeholder="Find in this data…"
      aria-label="Find in this data"
      value={value}
      onChange={(event) => {
        onChange(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && value !== "") {
          event.stopPropagation();
          onChange("");
        }
      }}
    />
  );
}
