// What a bar of the timeline is, beside the pointer.

import type { ReactElement } from "react";

import { bytes, countOfItems, duration, NODE_WORDS } from "../run";
import { changesOf, changeWords } from "./interventions";
import { type Lane, laneWords, type Overview, partWords, type Stay } from "./model";

export function HoverCard({
  overview,
  stay,
  lane,
  x,
  y,
  width,
  height,
}: {
  overview: Overview;
  stay: Stay | null;
  lane: Lane | null;
  x: number;
  y: number;
  width: number;
  height: number;
}): ReactElement {
  const toLeft = x > width - 260;
  const above = y > height / 2;
  return (
    <div
      className="hover-card"
      style={{
        ...(toLeft ? { right: width - x + 12 } : { left: x + 12 }),
        ...(above ? { bottom: height - y + 10 } : { top: y + 14 }),
      }}
    >
      {lane ? <OfLane overview={overview} lane={lane} /> : stay ? <OfStay overview={overview} stay={stay} /> : null}
    </div>
  );
}

function OfLane({ overview, lane }: { overview: Overview; lane: Lane }): ReactElement {
  const stays = overview.staysOf[lane.lane] ?? [];
  const last = overview.stays[stays.at(-1) ?? -1];
  return (
    <>
      <strong>{partWords(lane)}</strong>
      <span className={`status-${lane.status}`}>{NODE_WORDS[lane.status]}</span>
      {last ? (
        <span className="dim">
          {lane.last === 0 ? "in" : "last in"} {overview.states[last.state]?.state}
        </span>
      ) : null}
      {lane.error === null ? null : <span className="bad-text mono">{lane.error}</span>}
    </>
  );
}

function OfStay({ overview, stay }: { overview: Overview; stay: Stay }): ReactElement {
  const where = laneWords(overview, stay.lane);
  const spans = (overview.spansOf.get(stay.stay) ?? []).flatMap((at) => overview.spans[at] ?? []);
  const backoff = spans
    .filter((span) => span.kind === "backoff" && span.toAt !== null)
    .reduce((sum, span) => sum + (span.toAt ?? 0) - span.fromAt, 0);
  return (
    <>
      <strong>{overview.states[stay.state]?.state}</strong>
      <span className={`status-${stay.status}`}>
        {NODE_WORDS[stay.status]}
        {stay.exitedAt === null ? "" : ` · ${duration(stay.exitedAt - stay.enteredAt)}`}
      </span>
      {where === "" ? null : <span className="dim">{where}</span>}
      <span className="dim mono">
        +{duration(stay.enteredAt)} · {bytes(stay.bytesIn)} in
        {stay.exited === 0 ? "" : ` · ${bytes(stay.bytesOut)} out`}
      </span>
      {stay.items > 0 ? <span className="dim">{countOfItems(stay.items)}</span> : null}
      {stay.attempts > 1 ? (
        <span className="warn-text">
          {stay.attempts} tries{backoff > 0 ? `, ${duration(backoff)} between them` : ""}
        </span>
      ) : null}
      {stay.error === null ? null : <span className="bad-text mono">{stay.error}</span>}
      {changesOf(overview, stay).map((change) => (
        <span key={change.line} className="warn-text">
          By hand: {changeWords(change)}
        </span>
      ))}
    </>
  );
}
