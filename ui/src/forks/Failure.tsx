// Why a run failed, in a sentence, and the way on.

import { Wrench } from "lucide-react";
import type { ReactElement } from "react";

import { useCommand } from "../backend";
import { select } from "../document";
import { useSession } from "../run";
import { askToFork } from "./store";

export function FailureNote({ tab, execution }: { tab: string; execution: string }): ReactElement | null {
  const status = useSession(execution)?.status;
  const failed = status === "failed" || status === "timedOut" || status === "aborted";
  const { data } = useCommand("explain_failure", { execution }, { enabled: failed });
  const failure = failed ? data?.failure : null;
  if (!failure) return null;
  const { node } = failure;
  return (
    <div className="failure-note">
      <p className="failure-sentence">{failure.sentence}</p>
      {failure.raisedAt === null ? null : <p className="mono dim">{failure.raisedAt}</p>}
      <p className="failure-actions">
        <button
          type="button"
          className="button small primary"
          title={failure.again === null ? undefined : `Runs “${failure.again}” again; nothing before it is done again`}
          onClick={() => {
            askToFork(execution);
          }}
        >
          <Wrench size={12} /> Fix and continue
        </button>
        {node === null ? null : (
          <button
            type="button"
            className="button small"
            onClick={() => {
              select(tab, { kind: "node", id: node }, "run");
            }}
          >
            Show {failure.state}
          </button>
        )}
      </p>
    </div>
  );
}
