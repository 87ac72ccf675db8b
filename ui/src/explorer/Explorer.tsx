import { BookOpen, ChevronDown, ChevronRight, FileJson2, FolderOpen } from "lucide-react";
import { type ReactElement, type ReactNode, useState } from "react";

import { type QueryLanguage, useCommand, type WorkflowGraph } from "../backend";
import { PiecePalette } from "../design";
import { openPath, useDocuments } from "../document";
import { remembered } from "../ui";
import { FolderPage } from "./FolderTree";
import { Outline } from "./Outline";
import { useSide } from "./side";

const useFolded = remembered<Record<string, boolean>>("explorer", { recent: true, examples: true });

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }): ReactElement {
  const folded = useFolded((state) => state[id] ?? false);
  return (
    <section className="section">
      <h2>
        <button
          type="button"
          aria-expanded={!folded}
          onClick={() => {
            useFolded.setState({ [id]: !folded });
          }}
        >
          {folded ? <ChevronRight size={13} /> : <ChevronDown size={13} />}
          {title}
        </button>
      </h2>
      {folded ? null : children}
    </section>
  );
}

interface Props {
  readonly tab: string | null;
  readonly graph: WorkflowGraph | null;
  readonly execution: string | null;
  /** The language of new states; nothing where nothing can be added. */
  readonly adding: QueryLanguage | null;
  readonly onOpen: () => void;
  readonly onOpenFolder: () => void;
}

export function Explorer({ tab, graph, execution, adding, onOpen, onOpenFolder }: Props): ReactElement {
  const chosen = useSide((state) => state.side);
  const side = tab === null ? "files" : adding === null && chosen === "add" ? "states" : chosen;
  const [filter, setFilter] = useState("");
  const recent = useCommand("recent_files", {});
  const examples = useCommand("list_examples", {});
  const openPaths = useDocuments((state) => state.documents);
  const active = useDocuments((state) =>
    state.tabs.find((open) => state.active === `d${open.kind === "document" ? String(open.document) : ""}`),
  );
  const activePath = active?.kind === "document" ? openPaths[active.document]?.path : null;
  return (
    <nav className="explorer" aria-label="Explorer">
      <div className="side-switch">
        <div className="segments" role="radiogroup" aria-label="Explorer shows">
          <label className={side === "files" ? "on" : ""}>
            <input
              type="radio"
              name="side"
              checked={side === "files"}
              onChange={() => {
                useSide.setState({ side: "files" });
              }}
            />
            Files
          </label>
          <label className={side === "add" ? "on" : ""}>
            <input
              type="radio"
              name="side"
              disabled={adding === null}
              checked={side === "add"}
              onChange={() => {
                useSide.setState({ side: "add" });
              }}
            />
            Add
          </label>
          <label className={side === "states" ? "on" : ""}>
            <input
              type="radio"
              name="side"
              disabled={tab === null}
              checked={side === "states"}
              onChange={() => {
                useSide.setState({ side: "states" });
              }}
            />
            States
          </label>
        </div>
      </div>
      {side === "files" ? (
        <FolderPage onOpenFolder={onOpenFolder} />
      ) : side === "add" && adding !== null ? (
        <PiecePalette language={adding} />
      ) : (
        <section className="section grows">
          {graph && tab !== null ? (
            <>
              <input
                className="find"
                type="search"
                placeholder="Find state, type, service…"
                aria-label="Find state"
                value={filter}
                id="find-state"
                onChange={(event) => {
                  setFilter(event.currentTarget.value);
                }}
              />
              <Outline tab={tab} graph={graph} execution={execution} filter={filter} />
            </>
          ) : (
            <p className="dim pad">Open a workflow to see its states.</p>
          )}
        </section>
      )}
      {side === "files" ? (
        <>
          <Section id="recent" title="Recent files">
            <ul className="plain-list scroll">
              {recent.data?.files.slice(0, 12).map((file) => (
                <li key={file.path}>
                  <button
                    type="button"
                    className={`list-item slim ${file.path === activePath ? "on" : ""}`}
                    disabled={!file.exists}
                    title={file.exists ? file.path : `${file.path} is gone`}
                    onClick={() => {
                      void openPath(file.path);
                    }}
                  >
                    <FileJson2 size={14} />
                    <span className="list-title">{file.name}</span>
                  </button>
                </li>
              ))}
              {recent.data?.files.length === 0 ? <li className="dim pad">None yet.</li> : null}
              <li>
                <button type="button" className="list-item slim" onClick={onOpen}>
                  <FolderOpen size={14} />
                  <span className="list-title">Open…</span>
                </button>
              </li>
            </ul>
          </Section>
          <Section id="examples" title="Examples">
            <ul className="plain-list scroll">
              {examples.data?.examples.map((example) => (
                <li key={example.path}>
                  <button
                    type="button"
                    className={`list-item slim ${example.path === activePath ? "on" : ""}`}
                    title={example.summary}
                    onClick={() => {
                      void openPath(example.path);
                    }}
                  >
                    <BookOpen size={14} />
                    <span className="list-title">{example.name}</span>
                  </button>
                </li>
              ))}
            </ul>
          </Section>
        </>
      ) : null}
    </nav>
  );
}
