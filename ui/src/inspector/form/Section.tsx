// A part of a form that can be folded; what is folded stays so.

import { ChevronDown, ChevronRight } from "lucide-react";
import type { ReactElement, ReactNode } from "react";

import { remembered } from "../../ui";

/** Groups that the person has folded. */
const useFolded = remembered<{ folded: readonly string[] }>("inspector-groups", { folded: [] });

export function Section({
  id,
  title,
  note,
  children,
}: {
  id: string;
  title: string;
  note?: string;
  children: ReactNode;
}): ReactElement {
  const folded = useFolded((state) => state.folded.includes(id));
  return (
    <section className="form-section" data-group={id}>
      <h3>
        <button
          type="button"
          aria-expanded={!folded}
          onClick={() => {
            useFolded.setState(({ folded: before }) => ({
              folded: folded ? before.filter((other) => other !== id) : [...before, id],
            }));
          }}
        >
          {folded ? <ChevronRight size={13} aria-hidden="true" /> : <ChevronDown size={13} aria-hidden="true" />}
          {title}
          {note === undefined || note === "" ? null : <span className="section-note">{note}</span>}
        </button>
      </h3>
      {folded ? null : <div className="section-body">{children}</div>}
    </section>
  );
}
