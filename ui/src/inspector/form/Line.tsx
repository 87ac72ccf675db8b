// A line of text, a number, a choice: the plain controls of a form.

import { type ReactElement, useState } from "react";

import type { GraphNode } from "../../backend";
import { type Place } from "../place";

/** Committed when one leaves it or presses Enter, restored by Escape. */
export function Line({
  value,
  label,
  mono = false,
  className,
  onCommit,
  list,
  placeholder,
}: {
  value: string;
  label: string;
  mono?: boolean;
  className?: string;
  onCommit: (value: string) => void;
  list?: string;
  placeholder?: string;
}): ReactElement {
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    if (draft !== null && draft !== value) onCommit(draft);
    setDraft(null);
  };
  return (
    <input
      className={`${mono ? "mono" : ""} ${className ?? ""}`}
      aria-label={label}
      value={draft ?? value}
      spellCheck={false}
      placeholder={placeholder}
      {...(list === undefined ? {} : { list })}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
        if (event.key === "Escape") {
          event.stopPropagation();
          setDraft(null);
          event.currentTarget.blur();
        }
      }}
    />
  );
}

/** So many stand in a line of an inspector as wide as it is at first. */
const CHARACTERS = 36;

/** Several lines, for comments and causes: Ctrl+Enter or leaving commits. */
export function Area({
  value,
  label,
  onCommit,
  placeholder,
}: {
  value: string;
  label: string;
  onCommit: (value: string) => void;
  placeholder?: string;
}): ReactElement {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const commit = (): void => {
    if (draft !== null && draft !== value) onCommit(draft);
    setDraft(null);
  };
  return (
    <textarea
      aria-label={label}
      value={text}
      rows={Math.min(8, Math.max(1, text.split("\n").length, Math.ceil(text.length / CHARACTERS)))}
      placeholder={placeholder}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.stopPropagation();
          commit();
        }
        if (event.key === "Escape") {
          event.stopPropagation();
          setDraft(null);
          event.currentTarget.blur();
        }
      }}
    />
  );
}

export function NumberField({
  value,
  label,
  onCommit,
  placeholder,
  unit,
}: {
  /** What is written, or nothing. */
  value: string;
  label: string;
  /** JSON text, or nothing when the field was emptied. */
  onCommit: (value: string | null) => void;
  placeholder?: string;
  unit?: string;
}): ReactElement {
  return (
    <span className="number-field">
      <Line
        mono
        label={label}
        value={value}
        {...(placeholder === undefined ? {} : { placeholder })}
        onCommit={(next) => {
          const text = next.trim();
          if (text === "") onCommit(null);
          else onCommit(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : JSON.stringify(next));
        }}
      />
      {unit === undefined ? null : <span className="unit">{unit}</span>}
    </span>
  );
}

export function Choose({
  value,
  label,
  options,
  onCommit,
}: {
  value: string;
  label: string;
  options: readonly (string | readonly [value: string, word: string])[];
  onCommit: (value: string) => void;
}): ReactElement {
  const all = options.map((option) => (typeof option === "string" ? ([option, option] as const) : option));
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => {
        onCommit(event.currentTarget.value);
      }}
    >
      {all.some(([known]) => known === value) ? null : (
        <option value={value}>{value === "" ? "choose…" : value}</option>
      )}
      {all.map(([known, word]) => (
        <option key={known} value={known}>
          {word}
        </option>
      ))}
    </select>
  );
}

/** One of a few, side by side. */
export function Segments<T extends string>({
  value,
  label,
  options,
  onCommit,
}: {
  value: T;
  label: string;
  options: readonly (readonly [value: T, word: string, help?: string])[];
  onCommit: (value: T) => void;
}): ReactElement {
  return (
    <span
      className="segments tiny"
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        const at = options.findIndex(([known]) => known === value);
        const next = options[(at + step + options.length) % options.length];
        if (step === 0 || !next) return;
        event.preventDefault();
        event.currentTarget.querySelectorAll<HTMLElement>("[role=radio]")[options.indexOf(next)]?.focus();
        onCommit(next[0]);
      }}
    >
      {options.map(([known, word, help]) => (
        <button
          key={known}
          type="button"
          role="radio"
          aria-checked={known === value}
          tabIndex={known === value ? 0 : -1}
          className={known === value ? "on" : ""}
          title={help}
          onClick={() => {
            if (known !== value) onCommit(known);
          }}
        >
          {word}
        </button>
      ))}
    </span>
  );
}

/** States a transition can lead to: those of the same scope. */
export function statesBeside(place: Place): readonly GraphNode[] {
  return place.graph.nodes.filter(
    (node) =>
      node.parent === place.node.parent &&
      node.name !== "" &&
      node.kind !== "branch" &&
      node.kind !== "processor" &&
      node.id !== place.node.id,
  );
}

/** No state can have this name: it is longer than the service allows. */
const NOWHERE = "-".repeat(200);

export function StateSelect({
  place,
  value,
  label,
  end,
  loose = false,
  own = false,
  onCommit,
}: {
  place: Place;
  value: string | null;
  label: string;
  end: boolean;
  /** Leads nowhere yet: neither to a state nor to the end. */
  loose?: boolean;
  /** Whether the state itself is a target too. */
  own?: boolean;
  onCommit: (to: GraphNode | null) => void;
}): ReactElement {
  const states = own ? [...statesBeside(place), place.node] : statesBeside(place);
  const known = value === null || states.some((node) => node.name === value);
  return (
    <select
      aria-label={label}
      value={value ?? (loose ? NOWHERE : "")}
      aria-invalid={!known || loose}
      onChange={(event) => {
        onCommit(states.find((node) => node.name === event.currentTarget.value) ?? null);
      }}
    >
      {loose ? <option value={NOWHERE}>nowhere yet</option> : null}
      {end || value === null ? <option value="">{end ? "ends here" : "choose a state…"}</option> : null}
      {known ? null : <option value={value}>{value} (not here)</option>}
      {states.map((node) => (
        <option key={node.id} value={node.name}>
          {node.name}
        </option>
      ))}
    </select>
  );
}
