// The attempts of a Retrier on a line of time, with the waits between them.

import type { ReactElement } from "react";

import { duration } from "../../run";
import { type Backoff, delays, MOST_DRAWN, total } from "./retries";

const WIDTH = 300;
const LINE = 30;

export function BackoffPicture({ backoff }: { backoff: Backoff }): ReactElement {
  const waits = delays(backoff);
  const sum = waits.reduce((all, wait) => all + wait, 0);
  const all = total(backoff);
  const words = (seconds: number): string =>
    Number.isFinite(seconds) ? duration(seconds * 1_000) : "longer than anybody waits";
  if (waits.length === 0) return <p className="hint-line">Never tried again.</p>;
  const more = backoff.attempts - waits.length;
  // Equal shares at least, so that the short waits at the beginning can be seen.
  const share = (wait: number): number =>
    Number.isFinite(sum) && sum > 0 ? 0.45 / waits.length + 0.55 * (wait / sum) : 1 / waits.length;
  const room = WIDTH - 24 - (more > 0 ? 18 : 0);
  let at = 8;
  const attempts = waits.map((wait, index) => {
    const from = at;
    at += share(wait) * room;
    return { from, to: at, wait, index };
  });
  const longest = Math.max(...waits.filter(Number.isFinite), 0.001);
  return (
    <figure className="backoff" aria-label={`Retries after ${waits.map(words).join(", ")}`}>
      <svg viewBox={`0 0 ${String(WIDTH)} 46`} role="img" aria-hidden="true">
        <line x1={8} x2={at + (more > 0 ? 16 : 0)} y1={LINE} y2={LINE} className="axis" />
        {attempts.map(({ from, to, wait, index }) => {
          const height = Number.isFinite(wait) ? 4 + 18 * (wait / longest) : 22;
          return (
            <g key={index} className="retry">
              <title>{`${backoff.jitter ? "Up to " : ""}${words(wait)} before retry ${String(index + 1)}`}</title>
              {backoff.jitter ? (
                <path
                  className="jitter"
                  d={`M${String(from)} ${String(LINE)} L${String(to)} ${String(LINE - height)} L${String(to)} ${String(LINE)} Z`}
                />
              ) : (
                <rect
                  className="wait"
                  x={from + 3}
                  y={LINE - height}
                  width={Math.max(1, to - from - 6)}
                  height={height}
                  rx={2}
                />
              )}
              <circle cx={to} cy={LINE} r={3.5} className="attempt" />
              {to - from > 20 ? (
                <text x={(from + to) / 2} y={43}>
                  {words(wait)}
                </text>
              ) : null}
            </g>
          );
        })}
        <circle cx={8} cy={LINE} r={3.5} className="attempt first">
          <title>The first attempt</title>
        </circle>
        {more > 0 ? (
          <text x={at + 12} y={LINE + 4} className="more">
            …
          </text>
        ) : null}
      </svg>
      <figcaption>
        {backoff.attempts === 1 ? "1 retry" : `${String(backoff.attempts)} retries`}
        {more > 0 ? ` (the first ${String(MOST_DRAWN)} drawn)` : ""}, {backoff.jitter ? "at most " : ""}
        {words(all)} in all{backoff.jitter ? ", each wait anywhere below its line" : ""}.
      </figcaption>
    </figure>
  );
}
