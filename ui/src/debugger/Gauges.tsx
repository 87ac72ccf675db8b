// How near the run is to the service's limits.

import type { ReactElement } from "react";

import { bytes, duration, useShownExecution } from "../run";
import { selectNode, showEvent, useCanLookBack } from "./looked";
import { useOverview } from "./overview";

const NEAR = 0.8;
const AT_LIMIT = 0.97;

const tone = (share: number): string => (share >= AT_LIMIT ? "bad" : share >= NEAR ? "warn" : "");

function Gauge({
  word,
  text,
  share,
  title,
}: {
  word: string;
  text: string;
  share: number;
  title: string;
}): ReactElement {
  return (
    <span className={`gauge ${tone(share)}`} title={title}>
      {word}
      <span className="gauge-bar">
        <span style={{ width: `${String(Math.max(share > 0 ? 3 : 0, Math.min(100, share * 100)))}%` }} />
      </span>
      <span className="mono">{text}</span>
    </span>
  );
}

export function Gauges(): ReactElement | null {
  const execution = useShownExecution();
  const { overview } = useOverview(execution);
  const lookable = useCanLookBack(execution);
  if (execution === null || !overview) return null;
  const { gauges } = overview;
  const count = (figure: number): string => figure.toLocaleString("en");
  const events = gauges.eventLimit === null ? 0 : gauges.events / gauges.eventLimit;
  const payload = gauges.payload / gauges.payloadLimit;
  const elapsed = gauges.elapsedMs / gauges.elapsedLimitMs;
  const states = gauges.payloadNode?.split("/").at(-1)?.replaceAll("~1", "/").replaceAll("~0", "~");
  return (
    <span className="gauges" aria-label="Limits of the service">
      <Gauge
        word="events"
        share={events}
        text={
          gauges.eventLimit === null ? count(gauges.events) : `${count(gauges.events)} / ${count(gauges.eventLimit)}`
        }
        title={
          gauges.eventLimit === null
            ? "An Express workflow may have any number of events."
            : `A Standard execution fails at ${count(gauges.eventLimit)} events.${events >= NEAR ? " Start part of the work as an execution of its own, or use a distributed Map." : ""}`
        }
      />
      <button
        type="button"
        className="gauge-button"
        disabled={gauges.payloadEvent === 0}
        onClick={() => {
          selectNode(execution, gauges.payloadNode);
          if (lookable) showEvent(execution, gauges.payloadEvent);
        }}
      >
        <Gauge
          word="payload"
          share={payload}
          text={bytes(gauges.payload)}
          title={`The largest value${states === undefined ? "" : `, at ${states}`}: ${count(gauges.payload)} of ${count(gauges.payloadLimit)} bytes.${payload >= NEAR ? " Keep large data in S3 and pass its key." : ""} Click to go there.`}
        />
      </button>
      <span className="gauge" title="State transitions as the service bills them: states entered, and retries.">
        transitions <span className="mono">{count(gauges.transitions)}</span>
      </span>
      {elapsed >= NEAR ? (
        <Gauge
          word="time"
          share={elapsed}
          text={duration(gauges.elapsedMs)}
          title={`The execution times out after ${duration(gauges.elapsedLimitMs)}.`}
        />
      ) : null}
    </span>
  );
}
