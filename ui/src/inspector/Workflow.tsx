// The workflow itself, when no state is selected: what its definition says as a whole, and how it is deployed.

import { MousePointerClick, Plus } from "lucide-react";
import { type ReactElement, useDeferredValue, useEffect, useMemo } from "react";

import { kindWord } from "../asl";
import type { Diagnostic, GraphNode, WorkflowGraph } from "../backend";
import { edit, useDocuments } from "../document";
import { changeSettings, loadSettings, SettingsForm, useWorkflowSettings } from "../ship";
import { FieldOf } from "./form/Controls";
import { ProblemsAt } from "./form/Frame";
import { Area, Choose, Line, NumberField, Segments } from "./form/Line";
import { clearField, entriesOf, escape, type Form, FormProvider, member, setField, textOf, useForm } from "./place";
import { Section } from "./form/Section";
import { ProblemList } from "./ProblemList";
import { useStateJson } from "./stateJson";

interface Props {
  readonly graph: WorkflowGraph | null;
  readonly text: string;
  readonly document: number | null;
  readonly comment: string | null;
  readonly queryLanguage: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly onProblem: (diagnostic: Diagnostic) => void;
}

const MARKERS = new Set(["start", "end", "branch", "processor"]);
const NOWHERE = { from: 0, to: 0, line: 1, column: 1 };
/** The fields of a definition beside its states. */
const KNOWN = new Set(["Comment", "QueryLanguage", "TimeoutSeconds", "Version", "StartAt", "States"]);

/** The definition as something that has fields, like a state. */
const WHOLE: GraphNode = {
  id: "",
  kind: "unknown",
  name: "",
  parent: null,
  summary: "",
  resource: null,
  comment: null,
  queryLanguage: "",
  range: NOWHERE,
  nameRange: NOWHERE,
};

function Language({ written }: { written: string }): ReactElement {
  const form = useForm();
  const paths = form.graph.nodes.filter((node) => node.queryLanguage === "JSONPath").length;
  return (
    <div className="form-field" data-field="QueryLanguage">
      <header>
        <span className="field-name">Query language</span>
      </header>
      <div className="row-line">
        <Segments
          label="Query language"
          value={form.language}
          options={[
            ["JSONPath", "JSONPath", "Paths such as $.order.total, and intrinsic functions"],
            ["JSONata", "JSONata", "Expressions such as {% $states.input.order.total %}"],
          ]}
          onCommit={(next) => {
            if (next === "JSONPath") void clearField(form, "QueryLanguage");
            else if (paths === 0) void setField(form, "QueryLanguage", '"JSONata"');
            else void edit(form.document, { type: "convertToJsonata", state: "" }, { stay: true });
          }}
        />
        <span className="dim">
          {form.language === "JSONata"
            ? "of every state"
            : paths === 0
              ? "of states that name none"
              : `choosing JSONata rewrites ${paths === 1 ? "one state" : `${String(paths)} states`}`}
        </span>
      </div>
      {written === "" ? null : <ProblemsAt path="QueryLanguage" />}
    </div>
  );
}

function DefinitionFields(): ReactElement | null {
  const form = useForm();
  const text = useDocumentText();
  const definition = useStateJson(form.document, WHOLE, text);
  const top = form.graph.nodes.filter((node) => node.parent === null && !MARKERS.has(node.kind) && node.name !== "");
  if (!definition) return null;
  const others = entriesOf(definition).filter(([name]) => !KNOWN.has(name));
  const written = (name: string): string => textOf(member(definition, name));
  const set = (name: string, value: string | null): void => {
    if (value !== null) void setField(form, name, value);
    else if (member(definition, name) !== undefined) void clearField(form, name);
  };
  return (
    <>
      <Section id="workflow" title="Definition">
        <div className="form-field" data-field="Comment">
          <header>
            <span className="field-name">Comment</span>
          </header>
          <Area
            label="Comment"
            value={written("Comment")}
            placeholder="What this workflow is for"
            onCommit={(next) => {
              set("Comment", next === "" ? null : JSON.stringify(next));
            }}
          />
          <ProblemsAt path="Comment" />
        </div>
        <Language written={written("QueryLanguage")} />
        <div className="form-field" data-field="StartAt">
          <label className="inline-field">
            <span>Starts at</span>
            <Choose
              label="StartAt"
              value={written("StartAt")}
              options={top.map((node) => node.name)}
              onCommit={(name) => {
                const to = top.find((node) => node.name === name);
                if (to)
                  void edit(
                    form.document,
                    { type: "connect", from: "", slot: { type: "start" }, to: to.id },
                    { stay: true },
                  );
              }}
            />
          </label>
          <ProblemsAt path="StartAt" />
        </div>
        <div className="form-field" data-field="TimeoutSeconds">
          <label className="inline-field" title="Ends an execution with States.Timeout after so long">
            <span>Timeout</span>
            <NumberField
              label="TimeoutSeconds"
              value={written("TimeoutSeconds")}
              placeholder="none"
              unit="s"
              onCommit={(next) => {
                set("TimeoutSeconds", next);
              }}
            />
          </label>
          <ProblemsAt path="TimeoutSeconds" />
        </div>
        <div className="form-field" data-field="Version">
          <label className="inline-field" title="Of the States Language; 1.0 is the only one">
            <span>Version</span>
            <Line
              mono
              label="Version"
              value={written("Version")}
              placeholder="1.0"
              onCommit={(next) => {
                set("Version", next.trim() === "" ? null : JSON.stringify(next.trim()));
              }}
            />
          </label>
          <ProblemsAt path="Version" />
        </div>
      </Section>
      {others.length === 0 ? null : (
        <Section id="workflow-others" title="Other fields">
          {others.map(([name, value]) => (
            <FieldOf key={escape(name)} name={name} field={undefined} value={value} />
          ))}
        </Section>
      )}
    </>
  );
}

/** The text, a little later than it is typed: the whole of it is read here. */
function useDocumentText(): string {
  const { text } = useForm();
  return useDeferredValue(text ?? "");
}

function Deployment({ document }: { document: number }): ReactElement {
  const { settings, problem } = useWorkflowSettings(document);
  const path = useDocuments((state) => state.documents[document]?.path ?? null);
  useEffect(() => {
    void loadSettings(document);
  }, [document, path]);
  const beside = path === null ? null : (path.split(/[/\\]/).at(-1) ?? "").replace(/(\.asl)?\.(json|ya?ml)$/i, "");
  return (
    <Section id="deployment" title="Deployment">
      <p className="hint-line">
        {beside === null ? (
          "Kept beside the file once it is saved."
        ) : (
          <>
            Kept in <code>{beside}.stepwright.json</code>, and used by every export.
          </>
        )}
      </p>
      {problem === undefined ? null : <p className="field-problem problem-error bad-text">{problem}</p>}
      {settings ? (
        <SettingsForm
          settings={settings}
          onChange={(change) => {
            changeSettings(document, change);
          }}
          expressNote={
            settings.type === "EXPRESS" ? (
              <p className="hint-line">
                At most 5 minutes, at least once, no jobs (<code>.sync</code>) and no callbacks. Runs begin as Express.
              </p>
            ) : null
          }
        />
      ) : problem === undefined ? (
        <p className="dim">Reading…</p>
      ) : null}
    </Section>
  );
}

export function Workflow(props: Props): ReactElement {
  const { graph, text, document, comment, queryLanguage, diagnostics, onProblem } = props;
  const name = useDocuments((state) => (document === null ? undefined : state.documents[document]?.name));
  const states = useMemo(() => graph?.nodes.filter((node) => !MARKERS.has(node.kind)) ?? [], [graph]);
  const kinds = useMemo(() => {
    const counts = new Map<string, number>();
    for (const node of states) counts.set(kindWord(node.kind), (counts.get(kindWord(node.kind)) ?? 0) + 1);
    return [...counts].sort((a, b) => b[1] - a[1]);
  }, [states]);
  const own = useMemo(() => diagnostics.filter((diagnostic) => diagnostic.state === null), [diagnostics]);
  const form = useMemo(
    (): Form | null =>
      document === null || graph === null
        ? null
        : {
            document,
            graph,
            node: WHOLE,
            problems: own,
            language: queryLanguage === "JSONata" ? "JSONata" : "JSONPath",
            preview: null,
            input: null,
            result: null,
            text,
          },
    [document, graph, own, queryLanguage, text],
  );
  const besideFields = own.filter(
    (diagnostic) =>
      form === null ||
      !["Comment", "QueryLanguage", "StartAt", "TimeoutSeconds", "Version"].some(
        (field) => diagnostic.pointer === `/${field}`,
      ),
  );
  return (
    <>
      <header className="inspector-head">
        <div>
          <h2 title={name}>{name ?? "Workflow"}</h2>
          <p className="dim">
            Workflow · {states.length} {states.length === 1 ? "state" : "states"}
          </p>
        </div>
      </header>
      <div className="inspector-page">
        <div className="inspector-body workflow-page">
          <ProblemList problems={besideFields} document={document} onProblem={onProblem} />
          {form === null ? (
            <>
              {comment === null ? null : <p className="comment">{comment}</p>}
              {queryLanguage === null ? null : (
                <dl className="facts">
                  <div className="fact">
                    <dt>Query language</dt>
                    <dd>{queryLanguage}</dd>
                  </div>
                </dl>
              )}
            </>
          ) : (
            <FormProvider value={form}>
              <DefinitionFields />
            </FormProvider>
          )}
          {document === null ? null : <Deployment key={document} document={document} />}
          {kinds.length === 0 ? null : (
            <Section id="contents" title="States">
              <dl className="facts">
                {kinds.map(([word, count]) => (
                  <div key={word} className="fact">
                    <dt>{word}</dt>
                    <dd className="mono">{count}</dd>
                  </div>
                ))}
              </dl>
            </Section>
          )}
          <p className="hint">
            {states.length === 0 ? (
              <>
                <Plus size={14} aria-hidden="true" />
                Drag a first state from the palette onto the canvas.
              </>
            ) : (
              <>
                <MousePointerClick size={14} aria-hidden="true" />
                Choose a state on the canvas to see how it is set up and what its data was.
              </>
            )}
          </p>
        </div>
      </div>
    </>
  );
}
