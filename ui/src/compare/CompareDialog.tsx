import { FileClock, FileText, HardDrive } from "lucide-react";
import { type ReactElement, useState } from "react";

import { useCommand } from "../backend";
import { useDocuments } from "../document";
import { Dialog } from "../ui";
import { compareWith, compareWithDisk, useComparisons } from "./store";

const leave = (): void => {
  useComparisons.setState({ choosing: null });
};

const shortly = (at: string): string =>
  new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** What to compare a workflow with: its file, a revision of it, another file. */
export function CompareDialog(): ReactElement | null {
  const document = useComparisons((state) => state.choosing);
  const open = useDocuments((state) => (document === null ? undefined : state.documents[document]));
  return document === null || !open ? null : <Choice document={document} name={open.name} path={open.path} />;
}

function Choice({ document, name, path }: { document: number; name: string; path: string | null }): ReactElement {
  const [query, setQuery] = useState("");
  const [file, setFile] = useState("");
  const revisions = useCommand("list_revisions", { document }, { fresh: true });
  const recent = useCommand("recent_files", {}, { fresh: true });
  const wanted = query.trim().toLowerCase();
  const found = (revisions.data?.revisions ?? []).filter(
    ({ subject, author, id }) => wanted === "" || `${subject}\n${author}\n${id}`.toLowerCase().includes(wanted),
  );
  const others = (recent.data?.files ?? []).filter((other) => other.exists && other.path !== path).slice(0, 8);
  const compareFile = (other: string): void => {
    compareWith(document, { with: { type: "file", path: other }, label: other.replace(/^.*[\\/]/, "") });
  };
  return (
    <Dialog title={`Compare ${name} with…`} className="compare-dialog" onClose={leave}>
      <div className="compare-choices">
        <button
          type="button"
          className="compare-choice"
          data-autofocus
          disabled={path === null}
          onClick={() => {
            compareWithDisk(document);
          }}
        >
          <HardDrive size={16} aria-hidden="true" />
          <span>
            <strong>The file on disk</strong>
            <small>{path ?? "It has no file yet."}</small>
          </span>
        </button>
        <section>
          <h3>A revision</h3>
          {revisions.data?.repository === true ? (
            <>
              <input
                type="search"
                aria-label="Search revisions"
                placeholder="Search message, author, hash"
                value={query}
                onChange={(event) => {
                  setQuery(event.target.value);
                }}
              />
              <ul className="compare-list" aria-label="Revisions">
                {found.map(({ id, path: then, subject, author, at }) => (
                  <li key={id}>
                    <button
                      type="button"
                      className="compare-choice"
                      onClick={() => {
                        compareWith(document, {
                          with: { type: "revision", id, path: then },
                          label: `${id.slice(0, 7)} “${subject}”`,
                        });
                      }}
                    >
                      <FileClock size={16} aria-hidden="true" />
                      <span>
                        <strong>{subject}</strong>
                        <small>
                          <code>{id.slice(0, 7)}</code> · {author} · {shortly(at)}
                        </small>
                      </span>
                    </button>
                  </li>
                ))}
              </ul>
              {found.length === 0 ? (
                <p className="dim">No revision {wanted === "" ? "holds this file yet" : "matches"}.</p>
              ) : null}
            </>
          ) : (
            <p className="dim">
              {revisions.isPending
                ? "Looking for revisions…"
                : "The file does not lie in a git repository, or git is not installed."}
            </p>
          )}
        </section>
        <section>
          <h3>Another file</h3>
          <form
            className="compare-file"
            onSubmit={(event) => {
              event.preventDefault();
              if (file.trim() !== "") compareFile(file.trim());
            }}
          >
            <input
              type="text"
              aria-label="Path of the other file"
              placeholder="/path/to/other.asl.json"
              value={file}
              spellCheck={false}
              onChange={(event) => {
                setFile(event.target.value);
              }}
            />
            <button type="submit" className="button" disabled={file.trim() === ""}>
              Compare
            </button>
          </form>
          <ul className="compare-list" aria-label="Recent files">
            {others.map((other) => (
              <li key={other.path}>
                <button
                  type="button"
                  className="compare-choice"
                  onClick={() => {
                    compareFile(other.path);
                  }}
                >
                  <FileText size={16} aria-hidden="true" />
                  <span>
                    <strong>{other.name}</strong>
                    <small>{other.path}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </Dialog>
  );
}
