// From where a run goes on, with which definition, and what is not done again.

import { GitFork, Play } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";

import {
  type ExecutionDetail,
  explain,
  type ForkAnswers,
  type ForkPins,
  type ForkPlanned,
  useCommand,
} from "../backend";
import { Difference } from "../code";
import { bufferOf, openPath, useDocuments, useText } from "../document";
import { usePins } from "../pins";
import { Dialog } from "../ui";
import { AsRecorded } from "./AsRecorded";
import { Changes, isUnchanged } from "./Changes";
import { documentOf, makeFork, rememberVersion, stopAsking } from "./store";

function Plan({ planned, edited }: { planned: ForkPlanned; edited: boolean }): ReactElement {
  const { plan } = planned;
  if (!plan) {
    return (
      <p className="refusal" role="alert">
        {planned.refusal}
      </p>
    );
  }
  const answers =
    plan.answered === 0
      ? "No call was answered before."
      : plan.answered === 1
        ? "1 call keeps its recorded answer and is not made again."
        : `${String(plan.answered)} calls keep their recorded answers and are not made again.`;
  return (
    <ul className="fork-plan" aria-label="What the fork does">
      <li>
        Goes on at <strong>{plan.asks ?? plan.state ?? "the start"}</strong>, after event {plan.event}.
      </li>
      <li>{answers}</li>
      {plan.asks === null ? null : (
        <li className="warn-text">
          {plan.asks} has no recorded answer and comes before {plan.state}: the fork stands there.
        </li>
      )}
      {edited && !plan.alike && plan.asks === null ? (
        <li>The edited definition does more on the way there; that is done anew.</li>
      ) : null}
    </ul>
  );
}

const statesWord = (count: number): string =>
  count === 0 ? "nothing" : count === 1 ? "1 state" : `${String(count)} states`;

function Form({
  execution,
  event,
  detail,
}: {
  execution: string;
  event: number | null;
  detail: ExecutionDetail;
}): ReactElement {
  const documents = useDocuments((state) => state.documents);
  const [picked, setPicked] = useState(() => documentOf(execution, detail.summary.path)?.id ?? null);
  const open = picked === null ? undefined : documents[picked];
  const text = useText(open?.id ?? null);
  const differs = text !== null && text !== detail.definition;
  const [chosen, setChosen] = useState<"edited" | "recorded" | null>(null);
  const version = chosen ?? (differs ? "edited" : "recorded");
  const document = version === "edited" && open ? open.id : null;
  const imported = detail.summary.origin?.type === "imported";
  const [recordedAnswers, setRecordedAnswers] = useState(imported);
  const [testCase, setTestCase] = useState(detail.testCase);
  const [pins, setPins] = useState<ForkPins>("original");
  const mocks = useCommand("list_mocks", { document: open?.id ?? 0 }, { enabled: open !== undefined });
  const current = usePins(open?.id ?? null).filter((pin) => pin.enabled).length;
  const answers =
    testCase === detail.testCase && pins === "original" ? {} : { answers: { testCase, pins } satisfies ForkAnswers };
  const [settled, setSettled] = useState(false);
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    const buffer = open ? bufferOf(open.id) : undefined;
    if (!buffer) {
      setSettled(true);
      return;
    }
    buffer.settled().then(
      () => {
        setSettled(true);
      },
      () => {
        setSettled(true);
      },
    );
  }, [open]);
  const planned = useCommand(
    "plan_fork",
    { execution, event, document, recordedAnswers },
    { enabled: settled, fresh: true },
  );
  const recordedPins = detail.summary.pinned.length;
  const known = mocks.data?.testCases ?? [];
  const cases = detail.testCase === null || known.includes(detail.testCase) ? known : [detail.testCase, ...known];
  const why = useCommand("explain_failure", { execution }, { enabled: event === null });
  const changes = planned.data?.changes ?? null;
  const possible = planned.data?.plan !== null && planned.data?.plan !== undefined && !working;
  const make = (goOn: boolean): void => {
    if (!possible) return;
    setWorking(true);
    setRefusal(null);
    if (open && differs) rememberVersion(open.id, version);
    void makeFork({ execution, event, document, recordedAnswers, goOn, ...answers }).then((problem) => {
      setWorking(false);
      if (problem === null) stopAsking();
      else setRefusal(problem);
    });
  };
  const failure = why.data?.failure ?? null;
  return (
    <Dialog
      title={event === null ? "Fix and continue" : `Go on from event ${String(event)}`}
      className="fork-dialog"
      onClose={stopAsking}
      onSubmit={() => {
        make(true);
      }}
      footer={
        <>
          {refusal === null ? null : (
            <p className="refusal" role="alert">
              {refusal}
            </p>
          )}
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            Cancel
          </button>
          <button
            type="button"
            className="button"
            disabled={!possible}
            title="Make the fork and stand still there"
            onClick={() => {
              make(false);
            }}
          >
            <GitFork size={14} /> Fork and stop there
          </button>
          <button
            type="button"
            className="button primary"
            data-autofocus
            disabled={!possible}
            onClick={() => {
              make(true);
            }}
          >
            <Play size={14} /> {working ? "Starting…" : "Continue"} <kbd>Ctrl ↵</kbd>
          </button>
        </>
      }
    >
      <div className="form">
        {failure === null ? null : <p className="failure-sentence">{failure.sentence}</p>}
        <fieldset className="field fork-versions">
          <legend className="field-name">Definition that goes on</legend>
          <label className="check">
            <input
              type="radio"
              name="version"
              checked={version === "edited"}
              disabled={!open}
              onChange={() => {
                setChosen("edited");
              }}
            />
            <span>
              As it stands in the editor
              <small className="dim">
                {open ? ` ${open.name}${differs ? "" : ", unchanged since the run"}` : " its file is not open"}
              </small>
            </span>
            {Object.keys(documents).length > (open ? 1 : 0) ? (
              <select
                aria-label="Which document goes on"
                value={picked ?? ""}
                onChange={(change) => {
                  setPicked(Number(change.currentTarget.value));
                  setChosen("edited");
                }}
              >
                {open ? null : <option value="">Choose a document…</option>}
                {Object.values(documents).map((candidate) => (
                  <option key={candidate.id} value={candidate.id}>
                    {candidate.name}
                  </option>
                ))}
              </select>
            ) : null}
            {!open && detail.summary.path !== null ? (
              <button
                type="button"
                className="button small"
                onClick={() => {
                  if (detail.summary.path !== null) void openPath(detail.summary.path);
                }}
              >
                Open the file
              </button>
            ) : null}
          </label>
          <AsRecorded
            chosen={version === "recorded"}
            choose={() => {
              setChosen("recorded");
            }}
          />
        </fieldset>
        {version === "edited" && changes ? (
          <section className="field">
            <span className="field-name">
              What changed since
              {differs ? (
                <button
                  type="button"
                  className="link"
                  aria-expanded={whole}
                  onClick={() => {
                    setWhole(!whole);
                  }}
                >
                  {whole ? "Hide the text" : "Show the text"}
                </button>
              ) : null}
            </span>
            {isUnchanged(changes) ? (
              <p className="dim">
                {differs
                  ? "Only layout or comments."
                  : "Nothing. Close this, mend the workflow in the editor, and come back."}
              </p>
            ) : (
              <Changes changes={changes} />
            )}
            {whole && text !== null ? (
              <Difference
                id={`${execution} ${String(text.length)}`}
                before={detail.definition}
                after={text}
                label="Differences"
              />
            ) : null}
          </section>
        ) : null}
        <section className="field">
          <span className="field-name">What happens</span>
          {planned.error ? <p className="refusal">{explain(planned.error)}</p> : null}
          {planned.data ? (
            <Plan planned={planned.data} edited={version === "edited"} />
          ) : planned.error ? null : (
            <p className="dim">Running through what was recorded…</p>
          )}
        </section>
        <div className="field-row">
          <label className="field">
            <span className="field-name">Answers of later tasks</span>
            <select
              value={testCase ?? ""}
              onChange={(change) => {
                setTestCase(change.currentTarget.value === "" ? null : change.currentTarget.value);
              }}
            >
              {cases.map((name) => (
                <option key={name} value={name}>
                  Mocked: {name}
                  {name === detail.testCase ? ", as before" : ""}
                </option>
              ))}
              <option value="">Ask me for each one{detail.testCase === null ? ", as before" : ""}</option>
            </select>
          </label>
          {recordedPins === 0 && current === 0 ? null : (
            <label className="field">
              <span className="field-name">Pinned data</span>
              <select
                value={pins}
                onChange={(change) => {
                  setPins(change.currentTarget.value as ForkPins);
                }}
              >
                <option value="original">As before: {statesWord(recordedPins)}</option>
                <option value="current">As pinned now: {statesWord(current)}</option>
                <option value="none">None</option>
              </select>
            </label>
          )}
        </div>
        <label className="check">
          <input
            type="checkbox"
            checked={recordedAnswers}
            onChange={(change) => {
              setRecordedAnswers(change.currentTarget.checked);
            }}
          />
          <span>
            Later calls get their recorded answers too, where those were successes
            <small className="dim"> pins and mocks come first; otherwise you are asked</small>
          </span>
        </label>
      </div>
    </Dialog>
  );
}

export function ForkDialog({ execution, event }: { execution: string; event: number | null }): ReactElement | null {
  const { data, error } = useCommand("get_execution", { execution }, { fresh: true });
  if (error) {
    return (
      <Dialog title="Fork" className="question" onClose={stopAsking}>
        <p className="refusal">{explain(error)}</p>
      </Dialog>
    );
  }
  return data ? <Form key={execution} execution={execution} event={event} detail={data} /> : null;
}
