// What is known about the selected state: how it is set up, its data in the run on show, and its text.

import { ArrowRight, CircleAlert, MousePointerClick, TriangleAlert } from "lucide-react";
import { type ReactElement, useMemo } from "react";

import { kindWord, StateIcon } from "../asl";
import type { Diagnostic, GraphEdge, GraphNode, WorkflowGraph } from "../backend";
import { applyFix, select, selectedIn, useSelection } from "../document";
import { AnswerForm, NODE_WORDS, usePendingAt, useSession } from "../run";
import { JsonText, remembered } from "../ui";
import { Data } from "./Data";
import { factsOf } from "./facts";
import { NameField, StateForm } from "./Form";

type Page = "configure" | "data" | "definition";
const usePage = remembered<{ page: Page }>("inspector", { page: "configure" });

interface Props {
  readonly tab: string;
  readonly graph: WorkflowGraph | null;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly execution: string | null;
  readonly comment: string | null;
  readonly queryLanguage: string | null;
  /** Where edits go; nothing for a past run and while the text is broken. */
  readonly document: number | null;
  readonly onProblem: (diagnostic: Diagnostic) => void;
}

function reasonWord(edge: GraphEdge): string {
  switch (edge.reason.type) {
    case "start":
      return "Start";
    case "next":
      return "Next";
    case "default":
      return "Default";
    case "rule":
      return `Rule ${String(edge.reason.index + 1)}`;
    case "catch":
      return `Catch ${String(edge.reason.index + 1)}`;
    case "end":
      return "End";
  }
}

function Links({ tab, graph, node }: { tab: string; graph: WorkflowGraph; node: GraphNode }): ReactElement | null {
  const names = new Map(graph.nodes.map((candidate) => [candidate.id, candidate]));
  const out = graph.edges.filter((edge) => edge.from === node.id);
  const into = graph.edges.filter((edge) => edge.to === node.id);
  const row = (edge: GraphEdge, other: string, incoming = false): ReactElement => {
    const target = names.get(other);
    const marker = target === undefined || target.kind === "start" || target.kind === "end";
    return (
      <li key={edge.id}>
        <span className={`reason reason-${edge.reason.type}`}>{reasonWord(edge)}</span>
        {edge.label === "" ? null : <code title={edge.detail}>{edge.label}</code>}
        {incoming ? <span className="dim">from</span> : <ArrowRight size={12} aria-hidden="true" />}
        {marker ? (
          <span>{target?.kind === "start" ? "Start" : "End"}</span>
        ) : (
          <button
            type="button"
            className="link"
            onClick={() => {
              select(tab, { kind: "node", id: other }, "outline");
            }}
          >
            {target.name}
          </button>
        )}
        {edge.back ? <span className="dim">loop</span> : null}
      </li>
    );
  };
  return (
    <>
      {out.length > 0 ? (
        <>
          <h3>Goes to</h3>
          <ul className="links">{out.map((edge) => row(edge, edge.to))}</ul>
        </>
      ) : null}
      {into.length > 0 ? (
        <>
          <h3>Comes from</h3>
          <ul className="links">{into.map((edge) => row(edge, edge.from, true))}</ul>
        </>
      ) : null}
    </>
  );
}

function Problems({
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

function Configure({
  tab,
  graph,
  node,
  text,
  document,
  problems,
  onProblem,
}: {
  tab: string;
  graph: WorkflowGraph;
  node: GraphNode;
  text: string;
  document: number | null;
  problems: readonly Diagnostic[];
  onProblem: (diagnostic: Diagnostic) => void;
}): ReactElement {
  const facts = useMemo(() => factsOf(text), [text]);
  if (document !== null) {
    return (
      <div className="inspector-body">
        <Problems problems={problems} document={document} onProblem={onProblem} />
        <StateForm key={node.id} place={{ document, graph, node }} text={text} />
        <Links tab={tab} graph={graph} node={node} />
      </div>
    );
  }
  return (
    <div className="inspector-body">
      {node.comment === null ? null : <p className="comment">{node.comment}</p>}
      <Problems problems={problems} document={document} onProblem={onProblem} />
      <dl className="facts">
        {node.resource === null ? null : (
          <>
            <dt>Resource</dt>
            <dd>
              <code>{node.resource}</code>
            </dd>
          </>
        )}
        {facts?.plain.map(({ name, value }) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
        <div className="fact">
          <dt>Language</dt>
          <dd>{node.queryLanguage}</dd>
        </div>
      </dl>
      {facts?.nested.map(({ name, value }) => (
        <section key={name} className="stage">
          <header>
            <span>{name}</span>
          </header>
          <JsonText text={value} />
        </section>
      ))}
      <Links tab={tab} graph={graph} node={node} />
    </div>
  );
}

function Edge({ tab, graph, edge }: { tab: string; graph: WorkflowGraph; edge: GraphEdge }): ReactElement {
  const name = (id: string): string => {
    const node = graph.nodes.find((candidate) => candidate.id === id);
    return node === undefined ? id : node.kind === "start" ? "Start" : node.kind === "end" ? "End" : node.name;
  };
  return (
    <>
      <header className="inspector-head">
        <span className="state-icon tone-flow" data-size="28">
          <ArrowRight size={16} />
        </span>
        <div>
          <h2>Transition</h2>
          <p className="dim">
            {reasonWord(edge)}
            {edge.back ? " · loop" : ""}
          </p>
        </div>
      </header>
      <div className="inspector-body">
        <dl className="facts">
          <div className="fact">
            <dt>From</dt>
            <dd>
              <button
                type="button"
                className="link"
                onClick={() => {
                  select(tab, { kind: "node", id: edge.from }, "outline");
                }}
              >
                {name(edge.from)}
              </button>
            </dd>
          </div>
          <div className="fact">
            <dt>To</dt>
            <dd>
              <button
                type="button"
                className="link"
                onClick={() => {
                  select(tab, { kind: "node", id: edge.to }, "outline");
                }}
              >
                {name(edge.to)}
              </button>
            </dd>
          </div>
        </dl>
        {edge.detail === "" ? null : (
          <section className="stage">
            <header>
              <span>{edge.reason.type === "catch" ? "Errors" : "Condition"}</span>
            </header>
            <JsonText text={edge.detail} />
          </section>
        )}
      </div>
    </>
  );
}

const MARKERS = new Set(["start", "end", "branch", "processor"]);

function Workflow({
  graph,
  comment,
  queryLanguage,
  diagnostics,
  document,
  onProblem,
}: Pick<Props, "graph" | "document" | "comment" | "queryLanguage" | "diagnostics" | "onProblem">): ReactElement {
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
      <Problems
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

export function Inspector(props: Props): ReactElement {
  const { tab, graph, text, diagnostics, execution, onProblem } = props;
  const selected = useSelection(selectedIn(tab));
  const { page } = usePage();
  const node = selected?.kind === "node" ? graph?.nodes.find((candidate) => candidate.id === selected.id) : undefined;
  const edge = selected?.kind === "edge" ? graph?.edges.find((candidate) => candidate.id === selected.id) : undefined;
  const pending = usePendingAt(execution, node?.id ?? "");
  const progress = useSession(execution)?.nodes[node?.id ?? ""];
  if (graph && edge) return <Edge tab={tab} graph={graph} edge={edge} />;
  if (!graph || !node) return <Workflow {...props} />;
  const problems = diagnostics.filter((diagnostic) => diagnostic.state === node.id);
  const pages: [Page, string][] = [
    ["configure", "Configure"],
    ["data", "Data"],
    ["definition", "Definition"],
  ];
  const definition = text.slice(node.range.from, node.range.to);
  const own = definition.startsWith('"') ? definition.slice(definition.indexOf(":") + 1).trim() : definition;
  const value =
    definition.startsWith('"') && definition.includes("{") ? definition.slice(definition.indexOf("{")) : own;
  return (
    <>
      <header className="inspector-head">
        <StateIcon node={node} size={28} />
        <div>
          {props.document === null ? (
            <h2 title={node.name}>{node.name}</h2>
          ) : (
            <>
              <h2 className="visually-hidden">{node.name}</h2>
              <NameField key={node.id} place={{ document: props.document, graph, node }} />
            </>
          )}
          <p className="dim" title={node.summary}>
            {kindWord(node.kind)}
            {node.summary === "" ? "" : ` · ${node.summary}`}
            {progress ? ` · ${NODE_WORDS[progress.status]}` : ""}
          </p>
        </div>
      </header>
      <div className="tab-list" role="tablist" aria-label="About this state">
        {pages.map(([key, word]) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={`inspector-tab-${key}`}
            aria-controls="inspector-page"
            aria-selected={page === key}
            tabIndex={page === key ? 0 : -1}
            className={page === key ? "on" : ""}
            onClick={() => {
              usePage.setState({ page: key });
            }}
            onKeyDown={(event) => {
              const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (step === 0) return;
              const next = pages[(pages.findIndex(([other]) => other === page) + step + pages.length) % pages.length];
              if (!next) return;
              usePage.setState({ page: next[0] });
              document.getElementById(`inspector-tab-${next[0]}`)?.focus();
            }}
          >
            {word}
          </button>
        ))}
      </div>
      <div
        className="inspector-page"
        id="inspector-page"
        role="tabpanel"
        aria-labelledby={`inspector-tab-${page}`}
        tabIndex={0}
      >
        {pending.map((task) => (
          <AnswerForm key={`${task.execution} ${task.task}`} task={task} />
        ))}
        {page === "configure" ? (
          <Configure
            tab={tab}
            graph={graph}
            node={node}
            text={value}
            document={props.document}
            problems={problems}
            onProblem={onProblem}
          />
        ) : null}
        {page === "data" ? <Data node={node.id} execution={execution} /> : null}
        {page === "definition" ? (
          <div className="inspector-body">
            <pre className="json definition">{dedent(definition)}</pre>
          </div>
        ) : null}
      </div>
    </>
  );
}

/** A part of a document without the indentation it has from where it stands. */
function dedent(text: string): string {
  const lines = text.split("\n");
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== "")
    .map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const cut = indents.length === 0 ? 0 : Math.min(...indents);
  return lines.map((line, index) => (index === 0 ? line : line.slice(cut))).join("\n");
}
