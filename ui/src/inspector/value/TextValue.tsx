// A payload as text.

import { type ReactElement, useState } from "react";

import { JsonField, jsonTrouble } from "../../code";
import { afterPress, prettyJson } from "../../ui";

/** JSON text that is committed when one leaves it or presses Ctrl+Enter. */
export function TextValue({
  id,
  value,
  label,
  onCommit,
}: {
  id: string;
  value: string;
  label: string;
  onCommit: (value: string) => void;
}): ReactElement {
  const shown = prettyJson(value);
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? shown;
  const trouble = draft === null ? null : jsonTrouble(draft);
  const commit = (): void => {
    if (draft === null || trouble !== null) return;
    if (draft !== shown) onCommit(draft);
    setDraft(null);
  };
  const lines = Math.min(24, Math.max(2, text.split("\n").length));
  return (
    <div
      className="text-value"
      onBlur={(event) => {
        // What is pressed must still be under the pointer when it is let go.
        if (!event.currentTarget.contains(event.relatedTarget)) afterPress(commit);
      }}
    >
      <JsonField
        id={id}
        label={label}
        value={text}
        onChange={setDraft}
        onSubmit={commit}
        className={`lines-${String(lines)}`}
      />
      {trouble === null ? null : (
        <p className="field-note bad" role="status">
          {trouble}
        </p>
      )}
    </div>
  );
}
