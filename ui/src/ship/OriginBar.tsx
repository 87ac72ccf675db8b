// Where a workflow is declared: the template it stands in, and the code of the functions it calls.

import { ChevronDown, FileCode2, FileOutput, FolderOpen, TriangleAlert } from "lucide-react";
import { type ReactElement, useEffect, useState } from "react";

import { call, explain, type ImportedFunction } from "../backend";
import { say, useDeclarations, useDocuments, useOrigins } from "../document";
import { extractToFile, fileName, recallDeclaration } from "./imports";
import { setLocalFunctions, useLocalFunctions } from "./localFunctions";

async function reveal(path: string): Promise<void> {
  try {
    await call("reveal_file", { path });
  } catch (error) {
    say("bad", explain(error));
  }
}

function Functions({
  document,
  functions,
}: {
  document: number;
  functions: readonly ImportedFunction[];
}): ReactElement {
  const on = useLocalFunctions((state) => state.on[document]);
  const choose = async (run: boolean): Promise<void> => {
    try {
      const chosen = await call("put_local_functions", { document, functions: run ? [...functions] : [] });
      setLocalFunctions(document, run ? chosen : undefined);
      if (run && chosen.functions.length === 0) say("bad", "None of these can be run here; the table says why.");
    } catch (error) {
      say("bad", explain(error));
    }
  };
  return (
    <div className="table-frame origin-functions">
      <label className="check origin-local">
        <input
          type="checkbox"
          checked={on !== undefined && on.functions.length > 0}
          onChange={(event) => void choose(event.currentTarget.checked)}
        />{" "}
        <span>
          Run this code for tasks of executions started here
          <small className="dim">
            Node.js and Python, with the environment below and no credentials, until the application ends. Only do this
            with code you trust.
          </small>
        </span>
      </label>
      <table className="table ship-table">
        <thead>
          <tr>
            <th scope="col">Placeholder</th>
            <th scope="col">Function</th>
            <th scope="col">Handler</th>
            <th scope="col">Code</th>
            <th scope="col">Environment</th>
          </tr>
        </thead>
        <tbody>
          {functions.map((one) => (
            <tr key={one.id}>
              <td className="mono">{one.holes.join(", ")}</td>
              <td>
                {one.name ?? one.id}
                {on === undefined ? null : (
                  <small className={on.functions.includes(one.id) ? "ok-text" : "warn-text"}>
                    {on.functions.includes(one.id)
                      ? "runs here"
                      : `a person answers: ${on.problems[one.id] ?? "its code cannot be run here"}`}
                  </small>
                )}
              </td>
              <td>
                <code>{one.handler ?? "–"}</code>
                <small className="dim">
                  {[
                    one.runtime ?? "runtime not said",
                    typeof one.timeoutSeconds === "number" ? `${one.timeoutSeconds} s` : null,
                    typeof one.memoryMb === "number" ? `${one.memoryMb} MB` : null,
                  ]
                    .filter((word) => word !== null)
                    .join(" · ")}
                </small>
              </td>
              <td className="wraps">
                {one.code === null ? (
                  <small className="dim">not in the project</small>
                ) : (
                  <button
                    type="button"
                    className="ship-state-link"
                    title="Show in the file manager"
                    onClick={() => void reveal(one.code ?? "")}
                  >
                    <FolderOpen size={13} aria-hidden="true" /> <code>{one.code}</code>
                  </button>
                )}
                {(one.layers ?? []).map((layer) => (
                  <small key={layer.name} className="dim">
                    {layer.code === null ? (
                      `layer ${layer.name}: not in the project`
                    ) : (
                      <>
                        layer {layer.name}: <code>{layer.code}</code>
                      </>
                    )}
                  </small>
                ))}
              </td>
              <td className="wraps">
                {Object.keys(one.environment).length === 0 ? (
                  <small className="dim">none written out</small>
                ) : (
                  Object.entries(one.environment).map(([name, value]) => (
                    <code key={name}>
                      {name}={value}
                    </code>
                  ))
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function OriginBar({ document }: { document: number }): ReactElement | null {
  const origin = useOrigins((state) => state.origins[document]);
  const declaration = useDeclarations((state) => state.declarations[document]);
  const path = useDocuments((state) => state.documents[document]?.path ?? null);
  const [open, setOpen] = useState(false);
  const [moving, setMoving] = useState(false);
  useEffect(() => {
    if (path !== null) void recallDeclaration(document, path);
  }, [document, path]);
  if (!origin && !declaration) return null;
  const where = origin ?? declaration;
  if (!where) return null;
  const functions = declaration?.functions ?? [];
  const stuck = origin?.notEditable ?? null;
  return (
    <>
      <div className={`origin-bar ${stuck === null ? "" : "copy"}`}>
        {stuck === null ? <FileCode2 size={14} aria-hidden="true" /> : <TriangleAlert size={14} aria-hidden="true" />}
        <span title={where.path}>
          <strong>{where.id}</strong> {origin ? "in" : "is declared in"} <code>{fileName(where.path)}</code>
          {origin?.within ? (
            <>
              , its definition in <code title={origin.within}>{fileName(origin.within)}</code>
            </>
          ) : null}
          .{" "}
          {!origin
            ? null
            : stuck === null
              ? "Save writes it back there and leaves the rest of the file as it is."
              : `A copy: it cannot be saved back, because ${stuck}.`}
        </span>
        <span className="grow" />
        {functions.length > 0 ? (
          <button
            type="button"
            className="button small"
            aria-expanded={open}
            onClick={() => {
              setOpen(!open);
            }}
          >
            {functions.length === 1 ? "1 Lambda function" : `${String(functions.length)} Lambda functions`}
            <ChevronDown size={13} aria-hidden="true" />
          </button>
        ) : null}
        {origin?.extractable ? (
          <button
            type="button"
            className="button small"
            disabled={moving}
            title="The definition moves to a file beside it, and the template names that file"
            onClick={() => {
              setMoving(true);
              void extractToFile(document, origin).finally(() => {
                setMoving(false);
              });
            }}
          >
            <FileOutput size={13} aria-hidden="true" /> Move to a file of its own
          </button>
        ) : null}
      </div>
      {open && functions.length > 0 ? <Functions document={document} functions={functions} /> : null}
    </>
  );
}
