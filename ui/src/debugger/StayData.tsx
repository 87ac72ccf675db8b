// One stay in a state: its input, every try, what came of it.

import { type ReactElement, useEffect, useState } from "react";

import { type AttemptDetail, explain, refresh, type StayDetail, useCommand } from "../backend";
import { duration, moment, NODE_WORDS } from "../run";
import { PinButton } from "../pins";
import { JsonTree } from "../ui";
import { showEvent, useCanLookBack } from "./looked";
import { AsRecorded } from "./AsRecorded";
import { changesOf, changeWords } from "./interventions";
import { laneWords, stayAt } from "./model";
import { useKnownOverview, useOverview } from "./overview";
import { actionsOn, DataSearch, StageList } from "./Stages";

/** Whether a stay is over, so that its data will not change any more. */
function useTouched(execution: string, entered: number): string {
  const { overview } = useOverview(execution);
  const stay = overview ? stayAt(overview, entered) : null;
  return stay ? `${String(stay.exited)} ${stay.status} ${String(stay.attempts)}` : "";
}

export function StayData({
  execution,
  entered,
  onLeave = null,
}: {
  execution: string;
  entered: number;
  onLeave?: (() => void) | null;
}): ReactElement {
  const touched = useTouched(execution, entered);
  const { data, error } = useCommand("get_stay", { execution, entered }, { keep: true });
  useEffect(() => {
    if (touched !== "") refresh("get_stay", { execution, entered });
  }, [execution, entered, touched]);
  if (error) return <p className="pad bad">{explain(error)}</p>;
  if (!data) return <p className="dim pad">Reading…</p>;
  return <Detail execution={execution} entered={entered} detail={data} onLeave={onLeave} />;
}

function Detail({
  execution,
  entered,
  detail,
  onLeave,
}: {
  execution: string;
  entered: number;
  detail: StayDetail;
  onLeave: (() => void) | null;
}): ReactElement {
  const [chosen, setChosen] = useState<number | null>(null);
  const [search, setSearch] = useState("");
  const lookable = useCanLookBack(execution);
  const overview = useKnownOverview(execution);
  const stay = overview ? stayAt(overview, entered) : null;
  const changes = overview && stay ? changesOf(overview, stay) : [];
  const { attempts } = detail;
  const at = Math.min(chosen ?? attempts.length - 1, attempts.length - 1);
  const attempt = attempts[at];
  const last = at === attempts.length - 1;
  const took =
    detail.exitedAt === null ? null : new Date(detail.exitedAt).getTime() - new Date(detail.enteredAt).getTime();
  const where = overview ? laneWords(overview, detail.lane) : "";
  const stages = [detail.input, ...(attempt?.stages ?? []), ...(last ? detail.output : [])];
  return (
    <>
      <p className="run-line dim">
        {onLeave === null ? null : <strong className="run-name">{detail.state}</strong>}
        <span className={`status-${detail.status}`}>{NODE_WORDS[detail.status]}</span>
        {where === "" ? "" : ` · ${where}`} · <span className="mono">{moment(detail.enteredAt)}</span>
        {took === null ? "" : ` · ${duration(took)}`}
        {lookable ? (
          <>
            {" · "}
            <button
              type="button"
              className="link"
              onClick={() => {
                showEvent(execution, detail.enteredEvent);
              }}
            >
              begin
            </button>
            {detail.exitedEvent === null ? null : (
              <>
                {" / "}
                <button
                  type="button"
                  className="link"
                  onClick={() => {
                    showEvent(execution, detail.exitedEvent ?? detail.enteredEvent);
                  }}
                >
                  end
                </button>
              </>
            )}
          </>
        ) : null}
        {onLeave === null ? null : (
          <>
            {" · "}
            <button type="button" className="link" onClick={onLeave}>
              back to where it stands
            </button>
          </>
        )}
      </p>
      <AsRecorded execution={execution} />
      {attempts.length > 1 ? <Attempts attempts={attempts} at={at} onChoose={setChosen} /> : null}
      {changes.map((change) => (
        <p key={change.line} className="field-note warn-text by-hand-note">
          By hand: {changeWords(change)}
        </p>
      ))}
      {attempt ? <Failure attempt={attempt} /> : null}
      {stages.some((stage) => stage.bytes > 400) ? <DataSearch value={search} onChange={setSearch} /> : null}
      <StageList
        execution={execution}
        stages={stages}
        search={search}
        extra={(stage) => <PinButton node={detail.node} stage={stage.name} value={stage.value} execution={execution} />}
      />
      {detail.assigned.length > 0 ? (
        <>
          <h3>Variables assigned</h3>
          {detail.assigned.map(({ name, value }) => (
            <section key={name} className="stage variable">
              <header>
                <span className="mono">${name}</span>
              </header>
              <JsonTree
                text={value}
                label={name}
                actions={(place) => actionsOn(execution, { ...place, path: `$${name}${place.path.slice(1)}` }, true)}
              />
            </section>
          ))}
        </>
      ) : null}
    </>
  );
}

function Attempts({
  attempts,
  at,
  onChoose,
}: {
  attempts: readonly AttemptDetail[];
  at: number;
  onChoose: (index: number) => void;
}): ReactElement {
  return (
    <div className="tries" role="radiogroup" aria-label="Which try">
      {attempts.map((attempt, index) => (
        <button
          key={attempt.event}
          type="button"
          role="radio"
          aria-checked={index === at}
          className={`try ${index === at ? "on" : ""} ${attempt.error === null ? "" : "bad"}`}
          title={`${attempt.error ?? (attempt.took === null ? "under way" : "succeeded")}${attempt.took === null ? "" : ` · ${duration(attempt.took)}`}`}
          onClick={() => {
            onChoose(index);
          }}
        >
          Try {index + 1}
        </button>
      ))}
    </div>
  );
}

function Failure({ attempt }: { attempt: AttemptDetail }): ReactElement | null {
  if (attempt.error === null && attempt.cause === null) return null;
  return (
    <section className="stage stage-error">
      <header>
        <span>Error</span>
        {attempt.retryAt === null ? null : <span className="stage-note">tried again at {moment(attempt.retryAt)}</span>}
      </header>
      <p className="mono bad-text pad">{attempt.error ?? "without a name"}</p>
      {attempt.cause === null ? null : <pre className="json">{attempt.cause}</pre>}
    </section>
  );
}
