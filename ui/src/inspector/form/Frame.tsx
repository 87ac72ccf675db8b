// What surrounds a field: its name with help, what is wrong with it and how to mend that, and how to take it away.

import { CircleAlert, Trash2, TriangleAlert } from "lucide-react";
import { type ReactElement, type ReactNode } from "react";

import type { Diagnostic } from "../../backend";
import { applyFix } from "../../document";
import { Tip } from "../../ui";
import { clearField, escape, problemsAt, useForm } from "../place";

export function Problem({ problem }: { problem: Diagnostic }): ReactElement {
  const { document } = useForm();
  return (
    <p className={`field-problem problem-${problem.severity}`}>
      {problem.severity === "error" ? (
        <CircleAlert size={13} aria-label="Error" />
      ) : (
        <TriangleAlert size={13} aria-label={problem.severity} />
      )}
      <span>{problem.message}</span>
      {problem.fix ? (
        <button
          type="button"
          className="link problem-fix"
          onClick={() => {
            applyFix(document, problem);
          }}
        >
          {problem.fix.title}
        </button>
      ) : null}
    </p>
  );
}

export function ProblemsAt({ path, deep = true }: { path: string; deep?: boolean }): ReactElement | null {
  const form = useForm();
  const problems = problemsAt(form, path, deep);
  const failed = form.preview?.field;
  // The service's own words for an expression that fails with the data at hand.
  const trouble =
    failed !== undefined && failed !== null && form.preview?.cause && sameField(failed, path)
      ? form.preview.cause
      : null;
  if (problems.length === 0 && trouble === null) return null;
  return (
    <div className="field-problems" role="status">
      {problems.map((problem, index) => (
        <Problem key={index} problem={problem} />
      ))}
      {trouble === null ? null : (
        <p className="field-problem problem-preview">
          <TriangleAlert size={13} aria-label="With this data" />
          <span>{trouble}</span>
        </p>
      )}
    </div>
  );
}

/** The service writes `Choices[1]/Condition`, pointers have `Choices/1/Condition`. */
const sameField = (place: string, path: string): boolean => {
  const wanted = place.replace(/\[(\d+)\]/g, "/$1");
  return wanted === path || wanted.startsWith(`${path}/`);
};

export function Frame({
  name,
  title,
  help,
  extra,
  children,
  removable = true,
  deep = true,
}: {
  /** The field of the state. */
  name: string;
  title?: string;
  help: string;
  /** Beside the name: a switch. */
  extra?: ReactNode;
  children: ReactNode;
  removable?: boolean;
  deep?: boolean;
}): ReactElement {
  const form = useForm();
  return (
    <div className="form-field" data-field={name}>
      <header>
        <Tip text={help}>
          <span className="field-name">{title ?? name}</span>
        </Tip>
        <span className="grow" />
        {extra}
        {removable ? (
          <button
            type="button"
            className="icon-button small appears"
            aria-label={`Remove ${name}`}
            title={`Remove ${name}`}
            onClick={() => {
              void clearField(form, escape(name));
            }}
          >
            <Trash2 size={12} />
          </button>
        ) : null}
      </header>
      {children}
      <ProblemsAt path={escape(name)} deep={deep} />
    </div>
  );
}
