// A step goes on from the past, and the file says something else by now: which definition goes on.

import { Play } from "lucide-react";
import { type ReactElement, useState } from "react";

import { explain, useCommand } from "../backend";
import { useDocuments } from "../document";
import { Dialog } from "../ui";
import { AsRecorded } from "./AsRecorded";
import { Changes, isUnchanged } from "./Changes";
import { type Asking, rememberVersion, stopAsking, type Version } from "./store";

export function WhichDefinition({ asking }: { asking: Asking }): ReactElement {
  const { execution, event, document } = asking;
  const name = useDocuments((state) => state.documents[document]?.name ?? "");
  const [chosen, setChosen] = useState<Version>("edited");
  const [remember, setRemember] = useState(true);
  const planned = useCommand("plan_fork", { execution, event, document }, { fresh: true });
  const refusal = planned.error ? explain(planned.error) : (planned.data?.refusal ?? null);
  const version = refusal === null ? chosen : "recorded";
  const changes = planned.data?.changes ?? null;
  const answer = (given: Version | null): void => {
    if (given !== null && remember) rememberVersion(document, given);
    stopAsking();
    asking.answer(given);
  };
  const goOn = (): void => {
    if (planned.data || planned.error) answer(version);
  };
  return (
    <Dialog
      title={`Go on from event ${String(event)}`}
      className="which-definition"
      onClose={() => {
        answer(null);
      }}
      onSubmit={goOn}
      footer={
        <>
          <label className="check">
            <input
              type="checkbox"
              checked={remember}
              onChange={(change) => {
                setRemember(change.currentTarget.checked);
              }}
            />
            Do not ask again for {name}
          </label>
          <span className="grow" />
          <button
            type="button"
            className="button"
            onClick={() => {
              answer(null);
            }}
          >
            Cancel
          </button>
          <button type="button" className="button primary" disabled={planned.isPending} onClick={goOn}>
            <Play size={14} /> Go on <kbd>↵</kbd>
          </button>
        </>
      }
    >
      <fieldset
        className="field fork-versions"
        onKeyDown={(pressed) => {
          if (pressed.key !== "Enter" || pressed.ctrlKey || pressed.metaKey) return;
          pressed.preventDefault();
          goOn();
        }}
      >
        <legend className="field-name">The workflow has changed since this run. Which definition goes on?</legend>
        <label className="check">
          <input
            type="radio"
            name="version"
            data-autofocus
            checked={version === "edited"}
            disabled={refusal !== null}
            onChange={() => {
              setChosen("edited");
            }}
          />
          <span>As it stands in the editor</span>
        </label>
        {refusal !== null ? (
          <p className="refusal">{refusal}</p>
        ) : changes === null ? (
          <p className="dim">Running through what was recorded…</p>
        ) : isUnchanged(changes) ? (
          <p className="dim">Only layout or comments differ.</p>
        ) : (
          <Changes changes={changes} />
        )}
        <AsRecorded
          chosen={version === "recorded"}
          choose={() => {
            setChosen("recorded");
          }}
        />
      </fieldset>
    </Dialog>
  );
}
