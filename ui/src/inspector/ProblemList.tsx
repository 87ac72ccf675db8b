// Findings in a list, each leading to its place in the text.

import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";

import type { Diagnostic } from "../backend";
import { applyFix } from "../document";

export function ProblemList({
  problems,
  document,
  onProblem,
}: {
  problems: readonly Diagnostic[];
  document: number | null;
  onProblem: (diagnostic: Diagnostic) => void;
}): ReactElement | null {
  if (problems.length === 0) return null;
  return (
    <>
      <h3>Problems</h3>
      <ul className="problems-here">
        {problems.map((problem, index) => (
          <li key={index}>
            <button
              type="button"
              className={`problem problem-${problem.severity}`}
              onClick={() => {
                onProblem(problem);
              }}
            >
              {problem.severity === "error" ? (
                <CircleAlert size={14} aria-label="Error" />
              ) : (
                <TriangleAlert size={14} aria-label={problem.severity} />
              )}
              <span>{problem.message}</span>
            </button>
            {problem.fix && document !== null ? (
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
          </li>
        ))}
      </ul>
    </>
  );
}
