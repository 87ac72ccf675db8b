import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";

import type { Diagnostic } from "../backend";

const ICONS = { error: CircleAlert, warning: TriangleAlert, info: Info };
const ORDER = { error: 0, warning: 1, info: 2 };

export function Problems({
  diagnostics,
  onOpen,
  onFix,
  none,
}: {
  diagnostics: readonly Diagnostic[];
  onFix: ((diagnostic: Diagnostic) => void) | null;
  onOpen: (diagnostic: Diagnostic) => void;
  none: string;
}): ReactElement {
  if (diagnostics.length === 0)
    return (
      <div className="empty">
        <CircleCheck size={22} aria-hidden="true" />
        <p>{none}</p>
      </div>
    );
  const sorted = [...diagnostics].sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.range.from - b.range.from);
  return (
    <ul className="problem-list" aria-label="Problems">
      {sorted.map((problem, index) => {
        const Icon = ICONS[problem.severity];
        return (
          <li key={index} className="problem-row">
            <button
              type="button"
              className={`problem problem-${problem.severity}`}
              onClick={() => {
                onOpen(problem);
              }}
            >
              <Icon size={14} aria-label={problem.severity} />
              <span className="problem-text">{problem.message}</span>
              <span className="problem-where mono">{problem.pointer ?? ""}</span>
              <span className="problem-code mono">{problem.code}</span>
              <span className="problem-line mono">
                {problem.range.line}:{problem.range.column}
              </span>
            </button>
            {problem.fix && onFix ? (
              <button
                type="button"
                className="link problem-fix"
                onClick={() => {
                  onFix(problem);
                }}
              >
                {problem.fix.title}
              </button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
