// The breakpoints of the workflow in front.

import { CircleAlert, CircleOff, Pencil, Trash2 } from "lucide-react";
import type { ReactElement } from "react";

import type { Breakpoint, WorkflowGraph } from "../backend";
import { activeDocument, activeTab, select, tabKey, useDocuments } from "../document";
import {
  enableAll,
  isVerified,
  newBreakpoint,
  putBreakpoints,
  replaceAt,
  useBreakpointDialog,
  useBreakpoints,
} from "./breakpoints";
import { detailsOf, ON_TITLES, ON_WORDS, placeName } from "./words";

function show(breakpoint: Breakpoint): void {
  const tab = activeTab(useDocuments.getState());
  if (tab && breakpoint.place !== "")
    select(tabKey(tab), { kind: breakpoint.on === "transition" ? "edge" : "node", id: breakpoint.place }, "outline");
}

function Row({
  document,
  breakpoint,
  index,
  graph,
}: {
  document: number;
  breakpoint: Breakpoint;
  index: number;
  graph: WorkflowGraph | null;
}): ReactElement {
  const name = placeName(breakpoint.place);
  const details = detailsOf(breakpoint);
  const verified = isVerified(breakpoint, graph);
  const edit = (): void => {
    useBreakpointDialog.setState({ editing: { document, index, breakpoint } });
  };
  return (
    <li className={`breakpoint-row ${verified ? "" : "unverified"}`} onDoubleClick={edit}>
      <input
        type="checkbox"
        checked={breakpoint.enabled}
        aria-label={`Breakpoint ${ON_WORDS[breakpoint.on]} ${name}`}
        onChange={(event) => {
          replaceAt(document, index, { ...breakpoint, enabled: event.currentTarget.checked });
        }}
      />
      <button
        type="button"
        className="breakpoint-text"
        title={verified ? breakpoint.place : `${breakpoint.place} is not in the workflow: it never stops`}
        onClick={() => {
          show(breakpoint);
        }}
      >
        <span className="breakpoint-name">
          {verified ? null : <CircleAlert size={12} aria-label="Not in the workflow" />}
          {name} <span className="dim">{ON_TITLES[breakpoint.on].toLowerCase()}</span>
        </span>
        {details === "" ? null : <span className="breakpoint-details mono">{details}</span>}
      </button>
      <button
        type="button"
        className="icon-button small"
        aria-label={`Edit the breakpoint of ${name}`}
        title="Edit"
        onClick={edit}
      >
        <Pencil size={12} />
      </button>
      <button
        type="button"
        className="icon-button small"
        aria-label={`Remove the breakpoint of ${name}`}
        title="Remove"
        onClick={() => {
          replaceAt(document, index, null);
        }}
      >
        <Trash2 size={12} />
      </button>
    </li>
  );
}

export function BreakpointList(): ReactElement {
  const open = useDocuments(activeDocument);
  const document = open?.id ?? null;
  const breakpoints = useBreakpoints(document);
  const graph = open?.analysis.wellFormed ? open.analysis.graph : null;
  const anyError = breakpoints.findIndex((breakpoint) => breakpoint.place === "" && breakpoint.on === "error");
  const errorRow = breakpoints[anyError] ?? newBreakpoint("", "error");
  // What was chosen is kept while it is off.
  const anyErrorDetails = detailsOf(errorRow);
  const keepsError = anyErrorDetails !== "";
  const allOn = breakpoints.every((breakpoint) => breakpoint.enabled);
  return (
    <>
      <div className="list-head">
        <h3>Breakpoints</h3>
        <span className="grow" />
        {document !== null && breakpoints.length > 0 ? (
          <>
            <button
              type="button"
              className="icon-button small"
              aria-label={allOn ? "Turn all breakpoints off" : "Turn all breakpoints on"}
              title={allOn ? "Turn all off" : "Turn all on"}
              onClick={() => {
                enableAll(document, !allOn);
              }}
            >
              <CircleOff size={13} />
            </button>
            <button
              type="button"
              className="icon-button small"
              aria-label="Remove all breakpoints"
              title="Remove all"
              onClick={() => {
                putBreakpoints(document, []);
              }}
            >
              <Trash2 size={13} />
            </button>
          </>
        ) : null}
      </div>
      {document === null ? (
        <p className="dim">Open a workflow to set breakpoints.</p>
      ) : (
        <>
          <div className="any-error">
            <label className="check">
              <input
                type="checkbox"
                checked={anyError !== -1 && (breakpoints[anyError]?.enabled ?? false)}
                onChange={(event) => {
                  const on = event.currentTarget.checked;
                  if (anyError === -1) putBreakpoints(document, [...breakpoints, newBreakpoint("", "error")]);
                  else replaceAt(document, anyError, keepsError ? { ...errorRow, enabled: on } : null);
                }}
              />
              {anyErrorDetails === "" ? "Stop at every error" : "Stop at errors"}
            </label>
            {anyErrorDetails === "" ? null : <span className="breakpoint-details mono">{anyErrorDetails}</span>}
            <button
              type="button"
              className="icon-button small"
              aria-label="Choose the errors to stop at"
              title="Choose the errors"
              onClick={() => {
                const index = anyError === -1 ? breakpoints.length : anyError;
                const breakpoint = breakpoints[index] ?? newBreakpoint("", "error");
                useBreakpointDialog.setState({ editing: { document, index, breakpoint } });
              }}
            >
              <Pencil size={12} />
            </button>
          </div>
          {breakpoints.some((breakpoint) => breakpoint.place !== "") ? (
            <ul className="breakpoints" aria-label="Breakpoints">
              {breakpoints.map((breakpoint, index) =>
                breakpoint.place === "" ? null : (
                  <Row
                    key={`${breakpoint.place} ${breakpoint.on} ${String(index)}`}
                    document={document}
                    breakpoint={breakpoint}
                    index={index}
                    graph={graph}
                  />
                ),
              )}
            </ul>
          ) : (
            <p className="dim">
              <kbd>F9</kbd> sets one on the selected state or transition; so does a click beside a line of code.
            </p>
          )}
        </>
      )}
    </>
  );
}
