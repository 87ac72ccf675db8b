// The centre: what the tab in front shows, on the canvas, as text, or both.

import { FileWarning, History, Lock, TriangleAlert } from "lucide-react";
import { type ReactElement, useEffect } from "react";

import type { Diagnostic, ExecutionDetail, WorkflowGraph } from "../backend";
import { Canvas } from "../canvas";
import { DocumentEditor, JsonField } from "../code";
import { CompareDialog, CompareView, useComparisons } from "../compare";
import { PauseChip, useDebug } from "../debugger";
import {
  acceptRecovered,
  ask,
  bufferOf,
  closeTab,
  type OpenDocument,
  tabKey,
  takeTheirs,
  useDocuments,
} from "../document";
import { FailureNote } from "../forks";
import { moment, RunBanner } from "../run";
import { OriginBar } from "../ship";
import { Splitter } from "../ui";
import { perform } from "./actions";
import { usePanels } from "./panels";

/** What is in front, whether a document or a past run. */
export interface Front {
  readonly tab: string;
  readonly document: OpenDocument | undefined;
  readonly detail: ExecutionDetail | undefined;
  readonly graph: WorkflowGraph | null;
  readonly old: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly execution: string | null;
  readonly text: string;
}

function OldChip({
  document,
  onProblem,
}: {
  document: OpenDocument;
  onProblem: (diagnostic: Diagnostic) => void;
}): ReactElement {
  const first =
    document.analysis.diagnostics.find((diagnostic) => diagnostic.severity === "error") ??
    document.analysis.diagnostics[0];
  const why = document.analysis.wellFormed ? "There is no graph in this text" : "The text is not well-formed";
  return (
    <button
      type="button"
      className="chip chip-bad"
      disabled={!first}
      onClick={() => {
        if (first) onProblem(first);
      }}
    >
      <TriangleAlert size={14} aria-hidden="true" />
      <span>
        <strong>{why}</strong>
        {first ? ` – line ${String(first.range.line)}: ${first.message}` : ""}
        {document.graph === null ? "" : ". The last whole graph is shown."}
      </span>
    </button>
  );
}

function ConflictBar({ document }: { document: OpenDocument }): ReactElement | null {
  if (!document.conflict) return null;
  return (
    <div className="conflict-bar" role="alert">
      <FileWarning size={15} aria-hidden="true" />
      <span>
        {document.conflict.removed
          ? "The file was removed on disk."
          : "The file was changed on disk by somebody else while there are unsaved changes here."}
      </span>
      <button
        type="button"
        className="button small"
        onClick={() => {
          ask({ kind: "conflict", document: document.id });
        }}
      >
        Choose…
      </button>
    </div>
  );
}

/** Text that an earlier session left unsaved is here again; the person decides. */
function RecoveredBar({ document }: { document: OpenDocument }): ReactElement | null {
  if (document.recoveredAt === null || document.conflict) return null;
  return (
    <div className="conflict-bar recovered-bar" role="status">
      <History size={15} aria-hidden="true" />
      <span>
        Unsaved changes of {moment(document.recoveredAt)} are here again: the last session ended without saving them.
      </span>
      {document.path === null ? null : (
        <button
          type="button"
          className="button small"
          onClick={() => {
            ask({ kind: "conflict", document: document.id });
          }}
        >
          Compare…
        </button>
      )}
      <button
        type="button"
        className="button small"
        onClick={() => {
          if (document.path === null) closeTab(tabKey({ kind: "document", document: document.id }));
          else void takeTheirs(document.id);
        }}
      >
        Discard them
      </button>
      <button
        type="button"
        className="button small primary"
        onClick={() => {
          acceptRecovered(document.id);
        }}
      >
        Keep them
      </button>
    </div>
  );
}

function ReadOnlyBar({ document }: { document: OpenDocument }): ReactElement | null {
  if (!document.readOnly || !document.unsaved) return null;
  return (
    <div className="conflict-bar recovered-bar" role="status">
      <Lock size={15} aria-hidden="true" />
      <span>The file may only be read. Your changes need a file of their own.</span>
      <button
        type="button"
        className="button small"
        onClick={() => {
          perform("saveAs");
        }}
      >
        Save as…
      </button>
    </div>
  );
}

const BEGINNINGS = [
  ["JSONPath", ""],
  ["JSONata", '  "QueryLanguage": "JSONata",\n'],
] as const;

/** A file without a word in it becomes a workflow at a click. */
function Beginning({ document }: { document: OpenDocument }): ReactElement {
  const yaml = /\.ya?ml$/i.test(document.path ?? document.name);
  return (
    <div
      className="canvas-empty can-click"
      // The keys of the canvas are not those of its buttons.
      onKeyDown={(event) => {
        event.stopPropagation();
      }}
    >
      <p>The file is empty.</p>
      <p className="dim">Begin a workflow in it:</p>
      <p>
        {BEGINNINGS.map(([language, field]) => (
          <button
            key={language}
            type="button"
            className="button"
            onClick={() => {
              const text = yaml
                ? `${field === "" ? "" : "QueryLanguage: JSONata\n"}StartAt: ""\nStates: {}\n`
                : `{\n${field}  "StartAt": "",\n  "States": {}\n}\n`;
              const buffer = bufferOf(document.id);
              buffer?.applyEdit([{ from: 0, to: buffer.text.length, insert: text }], `Begin a workflow in ${language}`);
            }}
          >
            {language}
          </button>
        ))}
      </p>
    </div>
  );
}

export function Workbench({
  front,
  onProblem,
}: {
  front: Front;
  onProblem: (diagnostic: Diagnostic) => void;
}): ReactElement {
  const mode = useDocuments((state) => state.mode);
  const split = usePanels((state) => state.split);
  const { document, detail, tab, graph, old, diagnostics, execution } = front;
  const paused = useDebug((state) => execution !== null && state.pauses[execution] !== undefined);

  useEffect(() => {
    window.document.title = document ? `${document.unsaved ? "● " : ""}${document.name} – Stepwright` : "Stepwright";
  }, [document]);

  const blank = document?.blank ?? false;
  const compared = useComparisons((state) => (document ? state.byDocument[document.id] : undefined));
  const empty = graph === null || graph.nodes.every((node) => node.kind === "start" || node.kind === "end");
  const canvas = (
    <Canvas
      tab={tab}
      graph={graph}
      old={old}
      diagnostics={diagnostics}
      execution={execution}
      document={document?.id ?? null}
      language={document?.analysis.queryLanguage === "JSONata" ? "JSONata" : "JSONPath"}
    >
      <div className="canvas-chips">
        {document && old && !blank ? <OldChip document={document} onProblem={onProblem} /> : null}
        {execution === null ? null : <PauseChip execution={execution} />}
        <span className="grow" />
        {execution === null || paused ? null : (
          <RunBanner key={execution} tab={tab} execution={execution}>
            <FailureNote tab={tab} execution={execution} />
          </RunBanner>
        )}
      </div>
      {document && blank && graph === null ? (
        <Beginning document={document} />
      ) : empty && !old ? (
        <div className="canvas-empty">
          <p>No states yet.</p>
          <p className="dim">Drag the first one from the palette, or write it in the code view.</p>
        </div>
      ) : null}
    </Canvas>
  );
  const code = document ? (
    <DocumentEditor key={tab} document={document.id} tab={tab} />
  ) : (
    <JsonField
      key={tab}
      id={tab}
      label="Definition of this execution"
      value={detail?.definition ?? ""}
      readOnly
      className="document-editor"
    />
  );
  return (
    <main className="workbench">
      {document ? <ConflictBar document={document} /> : null}
      {document ? <RecoveredBar document={document} /> : null}
      {document ? <ReadOnlyBar document={document} /> : null}
      {document ? <OriginBar document={document.id} /> : null}
      <CompareDialog />
      {document && compared ? (
        <CompareView key={tab} tab={tab} document={document.id} compared={compared} />
      ) : (
        <div
          className={`views mode-${mode}`}
          style={
            mode === "split"
              ? { gridTemplateColumns: `minmax(0, ${String(split)}fr) 5px minmax(0, ${String(100 - split)}fr)` }
              : undefined
          }
        >
          {mode === "code" ? null : canvas}
          {mode === "split" ? (
            <Splitter
              label="Canvas and code"
              orientation="vertical"
              size={split}
              min={20}
              max={80}
              grows="forward"
              scale={() => 100 / Math.max(1, window.document.querySelector(".views")?.clientWidth ?? 1)}
              onResize={(next) => {
                usePanels.setState({ split: next });
              }}
            />
          ) : null}
          {mode === "canvas" ? null : code}
        </div>
      )}
    </main>
  );
}
