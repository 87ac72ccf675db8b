// A line of text in the settings of a workflow, with what is wrong with it beneath.

import type { ReactElement } from "react";

export function TextField({
  name,
  value,
  onChange,
  placeholder,
  bad,
  mono = false,
}: {
  name: string;
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  bad?: string | null;
  mono?: boolean;
}): ReactElement {
  return (
    <label className="field">
      <span className="field-name">{name}</span>
      <input
        className={mono ? "mono" : ""}
        value={value}
        placeholder={placeholder}
        aria-invalid={Boolean(bad)}
        onChange={(event) => {
          onChange(event.currentTarget.value);
        }}
      />
      {bad ? <small className="field-note bad">{bad}</small> : null}
    </label>
  );
}
