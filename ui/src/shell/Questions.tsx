// What is asked before text could be lost.

import { type ReactElement } from "react";

import { explain, useCommand } from "../backend";
import { Difference } from "../code";
import { close, keepMine, save, stopAsking, takeTheirs, useDesk, useDocuments, useText } from "../document";
import { ExportDialog, ImportDialog } from "../ship";
import { Dialog } from "../ui";
import { BlueprintDialog } from "./Blueprints";
import { OpenDialog, SaveAsDialog } from "./FileDialog";
import { DeleteQuestion, OpenFolderDialog } from "./FileQuestions";
import { SettingsDialog } from "./SettingsDialog";

function CloseQuestion({ document, native }: { document: number; native: boolean }): ReactElement | null {
  const open = useDocuments((state) => state.documents[document]);
  if (!open) return null;
  return (
    <Dialog
      title={`Save ${open.name} before closing?`}
      className="question"
      onClose={stopAsking}
      footer={
        <>
          <button
            type="button"
            className="button danger"
            onClick={() => {
              stopAsking();
              close(`d${String(document)}`);
            }}
          >
            Close without saving
          </button>
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            Cancel
          </button>
          <button
            type="button"
            className="button primary"
            data-autofocus
            onClick={() => {
              void save(document, { native }).then((saved) => {
                if (!saved) return;
                stopAsking();
                close(`d${String(document)}`);
              });
            }}
          >
            Save and close
          </button>
        </>
      }
    >
      <p>It has changes that are not in {open.path === null ? "a file" : <code>{open.path}</code>} yet.</p>
    </Dialog>
  );
}

function ConflictQuestion({ document }: { document: number }): ReactElement | null {
  const open = useDocuments((state) => state.documents[document]);
  const disk = useCommand("read_disk_version", { document }, { fresh: true });
  const mine = useText(document) ?? "";
  if (!open) return null;
  const theirs = disk.data?.text ?? null;
  const conflict = open.conflict !== null;
  return (
    <Dialog
      title={
        conflict
          ? `${open.name} was ${open.conflict?.removed ? "removed" : "changed"} by somebody else`
          : `${open.name}: the file and this window`
      }
      className="conflict"
      onClose={stopAsking}
      footer={
        <>
          <span className="dim">{conflict ? "Closing this keeps both for now." : ""}</span>
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            {conflict ? "Decide later" : "Close"}
          </button>
          {conflict ? (
            <>
              <button
                type="button"
                className="button"
                disabled={theirs === null}
                onClick={() => {
                  void takeTheirs(document);
                }}
              >
                Take theirs
              </button>
              <button
                type="button"
                className="button primary"
                onClick={() => {
                  void keepMine(document);
                }}
              >
                Keep mine
              </button>
            </>
          ) : null}
        </>
      }
    >
      {disk.error ? <p className="refusal">{explain(disk.error)}</p> : null}
      {disk.data === undefined && !disk.error ? <p className="dim">Reading the file…</p> : null}
      {disk.data && theirs === null ? <p>The file is gone. Keeping yours writes it again.</p> : null}
      {theirs === null ? null : theirs === mine ? (
        <p>Both are the same.</p>
      ) : (
        <>
          <p className="legend">
            <span className="legend-bad">on disk</span>
            <span className="legend-ok">in this window</span>
            {conflict ? "“Keep mine” writes this window's text over the file; “Take theirs” can be undone." : ""}
          </p>
          <Difference
            id={`${String(document)} ${String(theirs.length)}`}
            before={theirs}
            after={mine}
            label="Differences"
          />
        </>
      )}
    </Dialog>
  );
}

export function Questions({ home, native }: { home: string; native: boolean }): ReactElement | null {
  const { question } = useDesk();
  switch (question.kind) {
    case "none":
      return null;
    case "openFolder":
      return <OpenFolderDialog home={home} />;
    case "settings":
      return <SettingsDialog />;
    case "deleteFile":
      return <DeleteQuestion key={question.path} path={question.path} forever={question.forever} />;
    case "blueprint":
      return <BlueprintDialog />;
    case "export":
      return <ExportDialog key={question.document} document={question.document} home={home} />;
    case "import":
      return <ImportDialog key={question.path ?? ""} path={question.path} home={home} />;
    case "open":
      return <OpenDialog home={home} />;
    case "saveAs":
      return <SaveAsDialog key={question.document} document={question.document} home={home} />;
    case "close":
      return <CloseQuestion document={question.document} native={native} />;
    case "conflict":
      return <ConflictQuestion document={question.document} />;
  }
}
