// The workflows of a project: in templates, Terraform, serverless files and files of their own.

import "./ship.css";

import { FileCode2, FolderSearch, Workflow } from "lucide-react";
import { type ReactElement, useState } from "react";

import { explain, type ImportedWorkflow, useCommand } from "../backend";
import { ask, openPath, stopAsking } from "../document";
import { Browser, useLastFolder } from "../files";
import { Dialog } from "../ui";
import { canOpen, formWords, openWorkflow, ORIGINS, placeIn, savingWords } from "./imports";
import { NoteList } from "./Pages";
import { folderOf } from "./plan";

function Choose({ home }: { home: string }): ReactElement {
  const { path } = useLastFolder();
  const [typed, setTyped] = useState("");
  const folder = path ?? home;
  return (
    <Dialog
      title="Import from a project"
      className="file-dialog"
      onClose={stopAsking}
      footer={
        <form
          className="path-form"
          onSubmit={(event) => {
            event.preventDefault();
            ask({ kind: "import", path: typed.trim() === "" ? folder : typed.trim() });
          }}
        >
          <input
            className="mono"
            aria-label="Path"
            placeholder="/path/to/project or template.yaml"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <button type="submit" className="button primary">
            <FolderSearch size={14} /> {typed.trim() === "" ? "Look through this folder" : "Look"}
          </button>
        </form>
      }
    >
      <p className="dim ship-lead">
        Choose a SAM or CloudFormation template, a Terraform file or a serverless.yml, or look through a whole folder.
      </p>
      <Browser
        start={folder}
        onFolder={(next) => {
          useLastFolder.setState({ path: next });
        }}
        onChoose={(entry) => {
          ask({ kind: "import", path: entry.path });
        }}
      />
    </Dialog>
  );
}

function Row({
  workflow,
  root,
  first,
  onOpen,
}: {
  workflow: ImportedWorkflow;
  root: string;
  first: boolean;
  onOpen: () => void;
}): ReactElement {
  const functions = workflow.functions.filter((one) => one.code !== null).length;
  const facts = [
    workflow.settings.type === "EXPRESS" ? "Express" : "Standard",
    workflow.placeholders.length > 0
      ? `${String(workflow.placeholders.length)} ${workflow.placeholders.length === 1 ? "placeholder" : "placeholders"}`
      : "",
    workflow.settings.triggers.length > 0
      ? `${String(workflow.settings.triggers.length)} ${workflow.settings.triggers.length === 1 ? "trigger" : "triggers"}`
      : "",
    functions > 0 ? `code of ${String(functions)} Lambda ${functions === 1 ? "function" : "functions"} found` : "",
  ].filter((fact) => fact !== "");
  return (
    <li>
      <button type="button" className="card" autoFocus={first} disabled={!canOpen(workflow)} onClick={onOpen}>
        <Workflow size={17} aria-hidden="true" />
        <span>
          <span className="ship-found-name">
            <strong>{workflow.id}</strong>
            <span className="badge">{ORIGINS[workflow.origin]}</span>
          </span>
          <small>
            <code>{placeIn(root, workflow.path)}</code> · {formWords(workflow.form)}
            {workflow.file === null ? null : (
              <>
                {" "}
                · <code>{placeIn(root, workflow.file)}</code>
              </>
            )}
          </small>
          <small>{facts.join(" · ")}</small>
          <small
            className={
              !canOpen(workflow) || (workflow.notEditable !== null && workflow.file === null) ? "warn-text" : ""
            }
          >
            {savingWords(workflow)}
          </small>
        </span>
      </button>
      {workflow.notes.length > 0 ? <NoteList notes={workflow.notes} /> : null}
    </li>
  );
}

/** Beyond this many a list wants to be searched. */
const FEW = 8;

function countWords(workflows: readonly ImportedWorkflow[]): string {
  const files = new Set(workflows.map((workflow) => workflow.path)).size;
  return `${String(workflows.length)} workflows in ${String(files)} ${files === 1 ? "file" : "files"}`;
}

function Found({ path }: { path: string }): ReactElement {
  const [wanted, setWanted] = useState("");
  const { data, error, refetch } = useCommand("import_scan", { path }, { fresh: true });
  const name =
    path
      .split(/[\\/]/)
      .filter((part) => part !== "")
      .at(-1) ?? path;
  const root = data?.workflows.every((workflow) => workflow.path === path) ? (folderOf(path) ?? path) : path;
  const found = data?.workflows ?? [];
  const words = wanted.toLowerCase().split(/\s+/);
  const shown = found.filter((workflow) => {
    const files = [workflow.path, workflow.file, workflow.within].filter((file) => file !== null);
    const places = files.map((file) => placeIn(root, file)).join(" ");
    const about = `${workflow.id} ${places} ${ORIGINS[workflow.origin]}`.toLowerCase();
    return words.every((word) => about.includes(word));
  });
  const isFile = /\.[a-z]+$/i.test(name);
  const open = (workflow: ImportedWorkflow): void => {
    stopAsking();
    void openWorkflow(workflow);
  };
  return (
    <Dialog
      title={`Workflows in ${name}`}
      className="ship-import"
      onClose={stopAsking}
      footer={
        <>
          <button
            type="button"
            className="button"
            onClick={() => {
              ask({ kind: "import", path: null });
            }}
          >
            Look elsewhere…
          </button>
          {isFile ? (
            <button
              type="button"
              className="button"
              onClick={() => {
                stopAsking();
                void openPath(path, { asText: true });
              }}
            >
              <FileCode2 size={14} /> Open the file as text
            </button>
          ) : null}
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            Close
          </button>
        </>
      }
    >
      {error ? (
        <div className="empty" role="alert">
          <p className="bad-text">{explain(error)}</p>
          <button type="button" className="button" onClick={() => void refetch()}>
            Try again
          </button>
        </div>
      ) : null}
      {!data && !error ? (
        <p className="empty" role="status">
          Looking for workflows…
        </p>
      ) : null}
      {data?.workflows.length === 0 ? <p className="empty">No workflows were found in {name}.</p> : null}
      {found.length > FEW ? (
        <div className="ship-find">
          <input
            type="search"
            autoFocus
            aria-label="Find a workflow"
            placeholder="Find by name, file or tool"
            value={wanted}
            onChange={(event) => {
              setWanted(event.currentTarget.value);
            }}
          />
          <span className="dim" role="status">
            {shown.length === found.length ? countWords(found) : `${String(shown.length)} of ${String(found.length)}`}
          </span>
        </div>
      ) : null}
      <ul className="cards ship-found">
        {shown.map((workflow) => (
          <Row
            key={workflow.name}
            workflow={workflow}
            root={root}
            first={workflow === shown.find(canOpen) && found.length <= FEW}
            onOpen={() => {
              open(workflow);
            }}
          />
        ))}
      </ul>
      {data && data.unreadable.length > 0 ? (
        <section className="ship-unreadable">
          <h3>Could not be read</h3>
          <ul>
            {data.unreadable.map((why) => {
              const at = why.indexOf(": ");
              return (
                <li key={why}>
                  {at > 0 ? <code>{why.slice(0, at)}</code> : null}
                  <span className="bad-text">{at > 0 ? why.slice(at + 2) : why}</span>
                </li>
              );
            })}
          </ul>
        </section>
      ) : null}
    </Dialog>
  );
}

export function ImportDialog({ path, home }: { path: string | null; home: string }): ReactElement {
  return path === null ? <Choose home={home} /> : <Found key={path} path={path} />;
}
