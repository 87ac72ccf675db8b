// A new name for a state, everywhere it is named.

import { type ReactElement, useState } from "react";
import { create } from "zustand";

import { bufferOf, edit, say, useDocuments } from "../document";
import { Dialog } from "../ui";
import { namesAt } from "./navigate";

interface Asked {
  readonly document: number;
  readonly state: string;
  readonly name: string;
  readonly places: number;
}

const useRename = create<{ asked: Asked | null }>(() => ({ asked: null }));

/** Asks for a new name of the state that is named at the cursor, or else that the cursor is in. */
export async function askToRename(document: number): Promise<void> {
  const buffer = bufferOf(document);
  if (!buffer) return;
  const { head } = buffer.state.selection.main;
  const { state, ranges } = await namesAt(document, head);
  const name = useDocuments
    .getState()
    .documents[document]?.analysis.graph?.nodes.find((node) => node.id === state)?.name;
  if (state === null || name === undefined) say("info", "Put the cursor on the name of a state.");
  else useRename.setState({ asked: { document, state, name, places: ranges.length } });
}

const close = (): void => {
  useRename.setState({ asked: null });
};

function Form({ document, state, name, places }: Asked): ReactElement {
  const [text, setText] = useState(name);
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = (): void => {
    if (text === name) {
      close();
      return;
    }
    void edit(document, { type: "rename", state, name: text }, { stay: true, refused: setRefusal }).then((done) => {
      if (done) close();
    });
  };
  return (
    <Dialog
      title={`Rename ${name}`}
      className="rename"
      onClose={close}
      onSubmit={submit}
      footer={
        <>
          <span className="dim">{places === 1 ? "Named in one place." : `Named in ${String(places)} places.`}</span>
          <span className="grow" />
          <button type="button" className="button" onClick={close}>
            Cancel
          </button>
          <button type="button" className="button primary" disabled={text === ""} onClick={submit}>
            Rename
          </button>
        </>
      }
    >
      <label className="field">
        <span className="field-name">New name</span>
        <input
          data-autofocus
          type="text"
          className="mono"
          spellCheck={false}
          value={text}
          onFocus={(event) => {
            event.currentTarget.select();
          }}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setRefusal(null);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
              event.preventDefault();
              submit();
            }
          }}
        />
        {refusal === null ? null : (
          <span className="field-note bad" role="alert">
            {refusal}
          </span>
        )}
      </label>
    </Dialog>
  );
}

export function RenameDialog(): ReactElement | null {
  const asked = useRename((state) => state.asked);
  return asked === null ? null : <Form key={`${String(asked.document)} ${asked.state}`} {...asked} />;
}
