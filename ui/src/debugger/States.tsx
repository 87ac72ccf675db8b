// A table of the states that ran: how often, how long, how much data.

import { ArrowDown, ArrowUp, Table2 } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";

import type { NodeStatus } from "../backend";
import { bytes, duration, NODE_WORDS, useShownExecution } from "../run";
import { ByHand } from "./ByHand";
import { changesByNode } from "./interventions";
import { chooseStay, useShownLine } from "./looked";
import { type Overview, type StateTotals, type Stay, totalsAt } from "./model";
import { useOverview } from "./overview";

type Column = "order" | "name" | "visits" | "attempts" | "failed" | "total" | "longest" | "bytesIn" | "bytesOut";

const COLUMNS: readonly (readonly [Column, string, string])[] = [
  ["name", "State", "Its name"],
  ["visits", "Runs", "How often it was entered"],
  ["attempts", "Tries", "Calls, retries included"],
  ["failed", "Failed", "Runs that failed or were cut short; caught errors after the slash"],
  ["total", "Time", "Over all runs, in the execution's own time"],
  ["longest", "Longest", "The longest run"],
  ["bytesIn", "In", "The largest input"],
  ["bytesOut", "Out", "The largest output"],
];

export function sorted(totals: readonly StateTotals[], overview: Overview, by: Column, down: boolean): StateTotals[] {
  const rows = [...totals];
  if (by === "order") return down ? rows.reverse() : rows;
  const name = (row: StateTotals): string => overview.states[row.state]?.state ?? "";
  const way = down ? -1 : 1;
  return rows.sort((a, b) => way * (by === "name" ? name(a).localeCompare(name(b)) : a[by] - b[by]));
}

/** What a stay is in the middle of is known for the present only. */
const statusAt = (stay: Stay, line: number): NodeStatus => (stay.exited > line ? "running" : stay.status);

export function States(): ReactElement {
  const execution = useShownExecution();
  const { overview, trouble } = useOverview(execution);
  const line = useShownLine(execution, overview);
  const [sort, setSort] = useState<{ by: Column; down: boolean }>({ by: "order", down: false });
  const rows = useMemo(
    () => (overview ? sorted(totalsAt(overview, line), overview, sort.by, sort.down) : []),
    [overview, line, sort],
  );
  const byHand = useMemo(() => changesByNode(overview?.interventions ?? [], line), [overview, line]);
  const longest = useMemo(() => rows.reduce((most, row) => Math.max(most, row.total), 0), [rows]);
  if (execution === null || !overview || rows.length === 0) {
    return (
      <div className="empty">
        <Table2 size={22} aria-hidden="true" />
        <p>{trouble ?? (execution === null ? "No run is on show." : "Nothing has run yet.")}</p>
        <p className="dim">Each state that runs gets a row: how often, how long, how much data.</p>
      </div>
    );
  }
  return (
    <div className="states-table">
      <table className="table">
        <thead>
          <tr>
            {COLUMNS.map(([column, word, hint]) => (
              <th
                key={column}
                className={column === "name" ? "" : "figure"}
                aria-sort={sort.by !== column ? "none" : sort.down ? "descending" : "ascending"}
              >
                <button
                  type="button"
                  className="sort"
                  title={hint}
                  onClick={() => {
                    // Figures: the largest first; again for the other way, and once more for the order of the run.
                    setSort((before) =>
                      before.by !== column
                        ? { by: column, down: column !== "name" }
                        : before.down === (column !== "name")
                          ? { by: column, down: !before.down }
                          : { by: "order", down: false },
                    );
                  }}
                >
                  {word}
                  {sort.by !== column ? null : sort.down ? <ArrowDown size={12} /> : <ArrowUp size={12} />}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.state}
              tabIndex={0}
              onClick={() => {
                chooseStay(execution, row.last);
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter") chooseStay(execution, row.last);
              }}
            >
              <td>
                <span
                  className={`status-dot status-${row.active > 0 ? statusAt(row.last, line) : row.failed > 0 ? "failed" : "succeeded"}`}
                />
                {overview.states[row.state]?.state}{" "}
                <ByHand changes={byHand.get(overview.states[row.state]?.node ?? "")} />
                <span className="dim"> {overview.states[row.state]?.type}</span>
                {row.active > 0 ? <span className="dim"> · {NODE_WORDS[statusAt(row.last, line)]}</span> : null}
              </td>
              <td className="figure mono">{row.visits.toLocaleString("en")}</td>
              <td className={`figure mono ${row.attempts > row.visits ? "warn-text" : ""}`}>
                {row.attempts.toLocaleString("en")}
              </td>
              <td className={`figure mono ${row.failed > 0 ? "bad-text" : "dim"}`}>
                {row.failed.toLocaleString("en")}
                {row.caught > 0 ? ` / ${row.caught.toLocaleString("en")}` : ""}
              </td>
              <td className="figure mono">
                {duration(row.total)}
                <meter className="share" min={0} max={Math.max(1, longest)} value={row.total} aria-hidden="true" />
              </td>
              <td className="figure mono">{duration(row.longest)}</td>
              <td className="figure mono">{bytes(row.bytesIn)}</td>
              <td className="figure mono">{row.active === row.visits ? "" : bytes(row.bytesOut)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
