// The workflow itself, when no state is selected.

import { MousePointerClick } from "lucide-react";
import type { ReactElement } from "react";

import { kindWord } from "../asl";
import type { Diagnostic, WorkflowGraph } from "../backend";
import { ProblemList } from "./ProblemList";

interface Props {
  readonly graph: WorkflowGraph | null;
  readonly document: number | null;
  readonly comment: string | null;
  readonly queryLanguage: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly onProblem: (diagnostic: Diagnostic) => void;
}

const MARKERS = new Set(["start", "end", "branch", "processor"]);

export function Workflow({ graph, comment, queryLanguage, diagnostics, document, onProblem }: Props): ReactElement {
  const states = graph?.nodes.filter((node) => !MARKERS.has(node.kind)) ?? [];
  const kinds = new Map<string, number>();
  for (const node of states) kinds.set(kindWord(node.kind), (kinds.get(kindWord(node.kind)) ?? 0) + 1);
  return (
    <div className="inspector-body">
      <header className="inspector-head plain">
        <div>
          <h2>Workflow</h2>
          <p className="dim">
            {states.length} {states.length === 1 ? "state" : "states"}
          </p>
        </div>
      </header>
      {comment === null ? null : <p className="comment">{comment}</p>}
      <dl className="facts">
        {queryLanguage === null ? null : (
          <div className="fact">
            <dt>Query language</dt>
            <dd>{queryLanguage}</dd>
          </div>
        )}
        {[...kinds]
          .sort((a, b) => b[1] - a[1])
          .map(([word, count]) => (
            <div key={word} className="fact">
              <dt>{word}</dt>
              <dd className="mono">{count}</dd>
            </div>
          ))}
      </dl>
      <ProblemList
        problems={diagnostics.filter((diagnostic) => diagnostic.state === null)}
        document={document}
        onProblem={onProblem}
      />
      <p className="hint">
        <MousePointerClick size={14} aria-hidden="true" />
        Choose a state on the canvas to see how it is set up and what its data was.
      </p>
    </div>
  );
}
