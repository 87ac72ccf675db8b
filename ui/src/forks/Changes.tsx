// What one version of a definition has that another has not, in states and ways.

import { ArrowRight, Minus, PencilLine, Plus, Shuffle } from "lucide-react";
import type { ReactElement } from "react";

import type { DefinitionChanges } from "../backend";

export function isUnchanged(changes: DefinitionChanges): boolean {
  return [changes.added, changes.removed, changes.renamed, changes.changed, changes.rerouted, changes.fields].every(
    (list) => list.length === 0,
  );
}

export function Changes({ changes }: { changes: DefinitionChanges }): ReactElement {
  const place = (state: string): string => (state === "" ? "the workflow" : state);
  return (
    <ul className="changes" aria-label="Changes of the definition">
      {changes.added.map((state) => (
        <li key={`+${state}`} className="change-added">
          <Plus size={13} aria-label="added" /> <strong>{state}</strong>
        </li>
      ))}
      {changes.removed.map((state) => (
        <li key={`-${state}`} className="change-removed">
          <Minus size={13} aria-label="removed" /> <strong>{state}</strong>
        </li>
      ))}
      {changes.renamed.map(({ from, to }) => (
        <li key={`>${from}`}>
          <ArrowRight size={13} aria-label="renamed" /> {from} is now <strong>{to}</strong>
        </li>
      ))}
      {changes.changed.map(({ state, fields }) => (
        <li key={`~${state}`}>
          <PencilLine size={13} aria-label="changed" /> <strong>{state}</strong>{" "}
          <span className="dim">{fields.join(", ")}</span>
        </li>
      ))}
      {changes.rerouted.map(({ state, way, old, new: next }) => (
        <li key={`/${state} ${way}`}>
          <Shuffle size={13} aria-label="leads elsewhere" /> <strong>{place(state)}</strong>{" "}
          <span className="dim">
            {way}: {old ?? "nothing"} → {next ?? "nothing"}
          </span>
        </li>
      ))}
      {changes.fields.map((field) => (
        <li key={`=${field}`}>
          <PencilLine size={13} aria-label="changed" /> the workflow&apos;s <strong>{field}</strong>
        </li>
      ))}
    </ul>
  );
}
