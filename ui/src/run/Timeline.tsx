import { ChartGantt } from "lucide-react";
import { type ReactElement, useMemo } from "react";

import { select, selectedIn, useDocuments, useSelection } from "../document";
import { useHistory } from "./history";
import { axis, type Bar, lanesOf } from "./lanes";
import { useShownExecution } from "./shown";
import { duration } from "./words";

const WORDS = { ok: "succeeded", bad: "failed", caught: "error caught", open: "goes on" } as const;
/** Bars beyond this many in a lane are drawn without text. */
const CROWDED = 60;

/** Each state a lane, each time it ran a bar. */
export function Timeline(): ReactElement {
  const execution = useShownExecution();
  const active = useDocuments((state) => state.active);
  const selected = useSelection(selectedIn(active));
  const { events } = useHistory(execution);
  const { lanes, times } = useMemo(() => lanesOf(events), [events]);
  const stops = useMemo(() => axis(times), [times]);
  const ticks = useMemo(() => {
    const chosen: { at: number; x: number }[] = [];
    let free = -1;
    times.forEach((at, index) => {
      const x = stops[index] ?? 0;
      if (x < free || at === chosen.at(-1)?.at) return;
      chosen.push({ at, x });
      free = x + 0.1;
    });
    return chosen;
  }, [times, stops]);
  if (execution === null || lanes.length === 0) {
    return (
      <div className="empty">
        <ChartGantt size={22} aria-hidden="true" />
        <p>{execution === null ? "No run is on show." : "Nothing has run yet."}</p>
        <p className="dim">Each state gets a lane, each time it runs a bar.</p>
      </div>
    );
  }
  const label = (bar: Bar): string => (bar.to === null ? WORDS.open : duration(bar.to - bar.from));
  return (
    <div className="timeline">
      <div className="timeline-axis">
        <span className="lane-name">Since the start</span>
        <span className="lane-track">
          {ticks.map(({ at, x }) => {
            return (
              <span key={at} className="tick mono" style={x > 0.93 ? { right: 0 } : { left: `${String(x * 100)}%` }}>
                {duration(at)}
              </span>
            );
          })}
        </span>
      </div>
      <div className="timeline-lanes">
        {lanes.map((lane) => {
          const on = selected?.kind === "node" && selected.id === lane.node;
          return (
            <button
              type="button"
              key={lane.node}
              className={`lane ${on ? "on" : ""}`}
              onClick={() => {
                if (active !== null) select(active, { kind: "node", id: lane.node }, "run");
              }}
            >
              <span className="lane-name" style={{ paddingLeft: 12 + lane.depth * 12 }}>
                {lane.state}
              </span>
              <span className="lane-track">
                {lane.bars.map((bar, index) => {
                  const from = stops[bar.first] ?? 0,
                    to = bar.last === null ? 1 : (stops[bar.last] ?? 1);
                  return (
                    <span
                      key={index}
                      className={`bar bar-${bar.tone}`}
                      style={{ left: `${String(from * 100)}%`, width: `max(3px, ${String((to - from) * 100)}%)` }}
                      title={`${bar.state}${bar.iterations.length > 0 ? ` · item ${bar.iterations.join(" › ")}` : ""}: ${label(bar)}, ${WORDS[bar.tone]}`}
                    >
                      {lane.bars.length < CROWDED && to - from > 0.05 ? label(bar) : ""}
                    </span>
                  );
                })}
              </span>
              <span className="visually-hidden">
                {lane.bars.length === 1 && lane.bars[0]
                  ? WORDS[lane.bars[0].tone]
                  : `ran ${String(lane.bars.length)} times`}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
