// What is known about the selected state: how it is set up, how it would run, its data in the run on show, and its text.

import { type KeyboardEvent, type ReactElement, useMemo } from "react";

import { kindWord, StateIcon } from "../asl";
import type { Diagnostic, GraphNode, WorkflowGraph } from "../backend";
import { edit, selectedIn, useDocuments, useSelection } from "../document";
import { AnswerForm, NODE_WORDS, usePendingAt, useSession } from "../run";
import { remembered } from "../ui";
import { Data } from "./Data";
import { Definition } from "./Definition";
import { definitionIn, useStateJson } from "./stateJson";
import { Edge } from "./Edge";
import { Facts } from "./Facts";
import { Line } from "./form/Line";
import { Links } from "./Links";
import { type Form, FormProvider } from "./place";
import { ProblemList } from "./ProblemList";
import { StateForm } from "./StateForm";
import { TryPage } from "./try/TryPage";
import { useTry } from "./try/useTry";
import { Workflow } from "./Workflow";

type Page = "configure" | "try" | "data" | "definition";
const usePage = remembered<{ page: Page }>("inspector", { page: "configure" });

export function showPage(page: Page): void {
  usePage.setState({ page });
}

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
  /** Shows a place of the text. */
  readonly onPlace: (offset: number) => void;
}

function Pages({ pages, page }: { pages: readonly (readonly [Page, string])[]; page: Page }): ReactElement {
  const go = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const next = pages[(pages.findIndex(([other]) => other === page) + step + pages.length) % pages.length];
    if (!next) return;
    usePage.setState({ page: next[0] });
    document.getElementById(`inspector-tab-${next[0]}`)?.focus();
  };
  return (
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
          onKeyDown={go}
        >
          {word}
        </button>
      ))}
    </div>
  );
}

function Head({
  node,
  execution,
  onRename,
}: {
  node: GraphNode;
  execution: string | null;
  onRename: ((name: string) => void) | null;
}): ReactElement {
  const progress = useSession(execution)?.nodes[node.id];
  return (
    <header className="inspector-head">
      <StateIcon node={node} size={28} />
      <div>
        {onRename === null ? (
          <h2 title={node.name}>{node.name}</h2>
        ) : (
          <>
            <h2 className="visually-hidden">{node.name}</h2>
            <Line className="state-name-field" label="Name" value={node.name} onCommit={onRename} />
          </>
        )}
        <p className="dim" title={node.summary}>
          {kindWord(node.kind)}
          {node.summary === "" ? "" : ` · ${node.summary}`}
          {progress ? ` · ${NODE_WORDS[progress.status]}` : ""}
        </p>
      </div>
    </header>
  );
}

/** A state that can be changed. */
function Editable({
  document,
  graph,
  node,
  ...props
}: Props & { document: number; graph: WorkflowGraph; node: GraphNode }): ReactElement {
  const { tab, text, diagnostics, execution, onPlace } = props;
  const { page } = usePage();
  const pending = usePendingAt(execution, node.id);
  const own = useMemo(() => definitionIn(text, node), [text, node]);
  const state = useStateJson(document, node, own);
  const language = node.queryLanguage === "JSONata" ? "JSONata" : "JSONPath";
  const starts = graph.edges.some((edge) => edge.to === node.id && edge.from === "#start");
  const tried = useTry(document, node, language, starts);
  const problems = useMemo(
    () => diagnostics.filter((diagnostic) => diagnostic.state === node.id),
    [diagnostics, node.id],
  );
  // An empty object stands for data that nobody has: what it leads to would only be noise beside the fields.
  const shown = tried.real ? tried.preview : null;
  const form = useMemo(
    (): Form => ({
      document,
      graph,
      node,
      problems,
      language,
      preview: shown,
      input: tried.input,
      result: tried.result,
    }),
    [document, graph, node, problems, language, shown, tried.input, tried.result],
  );
  const pages = [
    ["configure", "Configure"],
    ["try", "Preview"],
    ["data", "Data"],
    ["definition", "Definition"],
  ] as const;
  return (
    <FormProvider value={form}>
      <Head
        key={node.id}
        node={node}
        execution={execution}
        onRename={(name) => void edit(document, { type: "rename", state: node.id, name })}
      />
      <Pages pages={pages} page={page} />
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
        {page === "data" ? <Data node={node.id} execution={execution} /> : null}
        {state === null && page !== "data" ? <p className="inspector-body dim">Reading…</p> : null}
        {state !== null && page === "configure" ? (
          <div className="inspector-body" key={node.id}>
            <StateForm state={state} onPlace={onPlace} links={<Links tab={tab} graph={graph} node={node} />} />
          </div>
        ) : null}
        {state !== null && page === "try" ? <TryPage key={node.id} tried={tried} /> : null}
        {state !== null && page === "definition" ? <Definition key={node.id} state={state} /> : null}
      </div>
    </FormProvider>
  );
}

/** A state of a past run, or of a text that is broken just now. */
function Readable({ graph, node, ...props }: Props & { graph: WorkflowGraph; node: GraphNode }): ReactElement {
  const { tab, text, diagnostics, execution, onProblem } = props;
  const { page: wanted } = usePage();
  const page = wanted === "try" ? "configure" : wanted;
  const pending = usePendingAt(execution, node.id);
  const pages = [
    ["configure", "Configure"],
    ["data", "Data"],
    ["definition", "Definition"],
  ] as const;
  return (
    <>
      <Head node={node} execution={execution} onRename={null} />
      <Pages pages={pages} page={page} />
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
          <div className="inspector-body">
            <ProblemList
              problems={diagnostics.filter((diagnostic) => diagnostic.state === node.id)}
              document={null}
              onProblem={onProblem}
            />
            <Facts node={node} text={definitionIn(text, node)} />
            <Links tab={tab} graph={graph} node={node} />
          </div>
        ) : null}
        {page === "data" ? <Data node={node.id} execution={execution} /> : null}
        {page === "definition" ? (
          <div className="inspector-body">
            <pre className="json definition">{dedent(text.slice(node.range.from, node.range.to))}</pre>
          </div>
        ) : null}
      </div>
    </>
  );
}

export function Inspector(props: Props): ReactElement {
  const { tab, graph, document } = props;
  const selected = useSelection(selectedIn(tab));
  const open = useDocuments((state) => document !== null && state.documents[document] !== undefined);
  const node = selected?.kind === "node" ? graph?.nodes.find((candidate) => candidate.id === selected.id) : undefined;
  const edge = selected?.kind === "edge" ? graph?.edges.find((candidate) => candidate.id === selected.id) : undefined;
  if (graph && edge) return <Edge tab={tab} graph={graph} edge={edge} />;
  if (!graph || !node || node.name === "") return <Workflow {...props} />;
  return document !== null && open ? (
    <Editable key={node.id} {...props} document={document} graph={graph} node={node} />
  ) : (
    <Readable {...props} graph={graph} node={node} />
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
