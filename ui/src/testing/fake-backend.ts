// A backend for tests: documents in memory with the same protocol of versions, graphs from whole JSON. Never shipped.

import type {
  Analysis,
  AnalysisChange,
  Commands,
  DocumentOpened,
  ExecutionMoved,
  GraphEdge,
  GraphNode,
  GraphNodeKind,
  Notice,
  Run,
  TextRange,
  WorkflowGraph,
} from "../backend";
import { type Host, replaceHost } from "../backend/host";

const NOWHERE: TextRange = { from: 0, to: 0, line: 1, column: 1 };

interface Asl {
  StartAt?: string;
  States?: Record<
    string,
    {
      Type?: string;
      Next?: string;
      End?: boolean;
      Default?: string;
      Resource?: string;
      Choices?: { Next: string }[];
      Catch?: { Next: string; ErrorEquals: string[] }[];
      Branches?: Asl[];
      ItemProcessor?: Asl;
      Iterator?: Asl;
    }
  >;
}

/** The graph of a definition, in the shape of the wire. */
export function graphOf(machine: Asl, pointer = "", parent: string | null = null): WorkflowGraph {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  const node = (
    id: string,
    kind: GraphNodeKind,
    name: string,
    within: string | null,
    resource: string | null = null,
  ): void => {
    nodes.push({
      id,
      kind,
      name,
      parent: within,
      summary: "",
      resource,
      comment: null,
      queryLanguage: "JSONPath",
      range: NOWHERE,
      nameRange: NOWHERE,
    });
  };
  const order = Object.keys(machine.States ?? {});
  const edge = (from: string, to: string, reason: GraphEdge["reason"], label = ""): void => {
    const suffix =
      reason.type === "rule" || reason.type === "catch" ? `${reason.type}${String(reason.index)}` : reason.type;
    const back =
      reason.type !== "start" &&
      reason.type !== "end" &&
      order.indexOf(to.split("/").at(-1) ?? "") <= order.indexOf(from.split("/").at(-1) ?? "");
    edges.push({ id: `${from}#${suffix}`, from, to, reason, label, detail: label, back, range: NOWHERE });
  };
  const at = (name: string): string => `${pointer}/States/${name}`;
  node(`${pointer}#start`, "start", "", parent);
  if (machine.StartAt !== undefined) edge(`${pointer}#start`, at(machine.StartAt), { type: "start" });
  for (const [name, state] of Object.entries(machine.States ?? {})) {
    const id = at(name);
    node(id, (state.Type ?? "unknown").toLowerCase() as GraphNodeKind, name, parent, state.Resource ?? null);
    state.Branches?.forEach((branch, index) => {
      const scope = `${id}/Branches/${String(index)}`;
      node(scope, "branch", "", id);
      const inside = graphOf(branch, scope, scope);
      nodes.push(...inside.nodes);
      edges.push(...inside.edges);
    });
    const processor = state.ItemProcessor ?? state.Iterator;
    if (processor) {
      const scope = `${id}/ItemProcessor`;
      node(scope, "processor", "", id);
      const inside = graphOf(processor, scope, scope);
      nodes.push(...inside.nodes);
      edges.push(...inside.edges);
    }
    state.Choices?.forEach((rule, index) => {
      edge(id, at(rule.Next), { type: "rule", index }, `$.x = ${String(index)}`);
    });
    if (state.Default !== undefined) edge(id, at(state.Default), { type: "default" }, "Default");
    if (state.Next !== undefined) edge(id, at(state.Next), { type: "next" });
    if (state.End === true || state.Type === "Succeed" || state.Type === "Fail")
      edge(id, `${pointer}#end`, { type: "end" });
    state.Catch?.forEach((catcher, index) => {
      edge(id, at(catcher.Next), { type: "catch", index }, catcher.ErrorEquals.join(", "));
    });
  }
  node(`${pointer}#end`, "end", "", parent);
  return { nodes, edges };
}

export function analyse(document: number, version: number, text: string): Analysis {
  const common = { document, version, queryLanguage: "JSONPath", comment: null };
  try {
    return { ...common, diagnostics: [], graph: graphOf(JSON.parse(text) as Asl), wellFormed: true, runnable: true };
  } catch (error) {
    return {
      ...common,
      graph: null,
      wellFormed: false,
      runnable: false,
      diagnostics: [
        { code: "JSON", severity: "error", message: String(error), pointer: null, range: NOWHERE, state: null },
      ],
    };
  }
}

type Answers = { [C in keyof Commands]?: (request: Commands[C][0]) => Commands[C][1] | Promise<Commands[C][1]> };

export class FakeBackend {
  readonly documents = new Map<number, { text: string; version: number; path: string | null; name: string }>();
  readonly calls: { command: string; request: unknown }[] = [];
  /** Answers of a test's own, before the built-in ones. */
  answers: Answers = {};
  /** Holds answers back until it resolves. */
  gate: Promise<void> = Promise.resolve();
  private listener: ((notice: Notice) => void) | null = null;

  install(): this {
    const host: Host = {
      invoke: async (command, request) => {
        this.calls.push({ command, request });
        await this.gate;
        try {
          const own = this.answers[command as keyof Commands] as ((request: unknown) => unknown) | undefined;
          return { ok: await (own ? own(request) : this.answer(command, request)) };
        } catch (failure) {
          return { failure };
        }
      },
      listen: (onNotice, onConnection) => {
        this.listener = onNotice;
        onConnection("online");
        return () => {
          this.listener = null;
        };
      },
    };
    replaceHost(host);
    return this;
  }

  notify(notice: Notice): void {
    this.listener?.(notice);
  }

  moved(part: Partial<ExecutionMoved>): void {
    this.notify({
      type: "executionMoved",
      execution: "e1",
      status: "running",
      events: 1,
      nodes: [],
      edges: [],
      now: "2026-01-01T00:00:00.000Z",
      ...part,
    });
  }

  open(text: string, path: string | null = "/w/flow.asl.json"): DocumentOpened {
    const document = this.documents.size + 1;
    const name = path?.split("/").at(-1) ?? "untitled";
    this.documents.set(document, { text, version: 1, path, name });
    return {
      document,
      path,
      name,
      text,
      version: 1,
      unsaved: false,
      recoveredAt: null,
      readOnly: false,
      recovery: path ?? `untitled:${name}`,
      analysis: analyse(document, 1, text),
    };
  }

  private answer(command: string, request: unknown): unknown {
    const { document } = request as { document: number };
    const known = this.documents.get(document);
    if (command === "change_document" && known) {
      const { baseVersion, changes } = request as Commands["change_document"][0];
      if (baseVersion !== known.version)
        throw { code: "staleVersion", message: `version ${String(baseVersion)} is old` };
      for (const { from, to, insert } of [...changes].reverse())
        known.text = known.text.slice(0, from) + insert + known.text.slice(to);
      known.version++;
      return toldAnew(analyse(document, known.version, known.text));
    }
    if (command === "analyse_document" && known) return analyse(document, known.version, known.text);
    if (command === "save_document" && known)
      return { path: known.path ?? "/w/saved.json", name: known.name, version: known.version };
    if (command === "open_document") {
      for (const [id, open] of this.documents) {
        if (open.path === (request as { path: string }).path)
          return { document: id, ...open, unsaved: false, analysis: analyse(id, open.version, open.text) };
      }
    }
    if (command === "pending_tasks") return { tasks: [] };
    throw { code: "unsupported", message: `the fake backend has no ${command}` };
  }
}

/** All of an analysis, as something that builds on none. */
export function toldAnew(analysis: Analysis): AnalysisChange {
  const all = (list: readonly unknown[]): Run[] => [
    { from: null, count: list.length, offset: 0, lines: 0, columns: 0 },
  ];
  const { graph, diagnostics, ...rest } = analysis;
  return {
    ...rest,
    since: null,
    diagnostics: all(diagnostics),
    newDiagnostics: diagnostics,
    graph: graph && {
      nodes: all(graph.nodes),
      newNodes: graph.nodes,
      edges: all(graph.edges),
      newEdges: graph.edges,
    },
  };
}
