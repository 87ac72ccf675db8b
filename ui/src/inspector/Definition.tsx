// The state's own text, to be changed as a whole: applied as one edit that touches only what differs.

import { type ReactElement, useState } from "react";

import { JsonField, jsonTrouble } from "../code";
import { type JsonNode, prettyJson, writeJson } from "../ui";
import { setDefinition, useForm } from "./place";

export function Definition({ state }: { state: JsonNode }): ReactElement {
  const form = useForm();
  const written = prettyJson(writeJson(state));
  const [draft, setDraft] = useState<{ base: string; text: string } | null>(null);
  const text = draft?.text ?? written;
  const trouble = draft === null ? null : jsonTrouble(text);
  const changed = draft !== null && text !== written;
  // Somebody changed the state elsewhere meanwhile.
  const moved = draft !== null && draft.base !== written && changed;
  const apply = (): void => {
    if (!changed || trouble !== null) return;
    void setDefinition(form, text).then((done) => {
      if (done) setDraft(null);
    });
  };
  return (
    <div className="inspector-body definition-page">
      <JsonField
        id={`${form.node.id} definition`}
        label="Definition of the state"
        value={text}
        className="fill"
        onChange={(next) => {
          setDraft((before) => (next === written ? null : { base: before?.base ?? written, text: next }));
        }}
        onSubmit={apply}
      />
      {trouble === null ? null : (
        <p className="field-note bad" role="status">
          {trouble}
        </p>
      )}
      {moved ? <p className="field-note">The state was changed elsewhere since; applying takes this text.</p> : null}
      <div className="definition-buttons">
        <button type="button" className="button small primary" disabled={!changed || trouble !== null} onClick={apply}>
          Apply
        </button>
        <button
          type="button"
          className="button small"
          disabled={!changed}
          onClick={() => {
            setDraft(null);
          }}
        >
          Take back
        </button>
        <span className="dim">Ctrl+Enter applies. Only what differs is changed in the file.</span>
      </div>
    </div>
  );
}
