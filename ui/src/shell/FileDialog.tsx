// Our own file dialog, for the browser: folders of this machine as the backend sees them.

import { type ReactElement, useState } from "react";

import { openPath, save, stopAsking, useDocuments } from "../document";
import { Browser, useLastFolder } from "../files";
import { Dialog } from "../ui";

export function OpenDialog({ home }: { home: string }): ReactElement {
  const { path } = useLastFolder();
  const [typed, setTyped] = useState("");
  const go = (file: string): void => {
    void openPath(file).then((opened) => {
      if (opened) stopAsking();
    });
  };
  return (
    <Dialog
      title="Open a workflow"
      className="file-dialog"
      onClose={stopAsking}
      footer={
        <form
          className="path-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== "") go(typed);
          }}
        >
          <input
            className="mono"
            aria-label="Path"
            placeholder="/path/to/workflow.asl.json"
            value={typed}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <button type="submit" className="button primary" disabled={typed === ""}>
            Open
          </button>
        </form>
      }
    >
      <Browser
        start={path ?? home}
        onFolder={(folder) => {
          useLastFolder.setState({ path: folder });
        }}
        onChoose={(entry) => {
          go(entry.path);
        }}
      />
    </Dialog>
  );
}

export function SaveAsDialog({ document, home }: { document: number; home: string }): ReactElement | null {
  const { path } = useLastFolder();
  const open = useDocuments((state) => state.documents[document]);
  const [name, setName] = useState(open?.name ?? "workflow.asl.json");
  if (!open) return null;
  const folder = path ?? home;
  const submit = (): void => {
    void save(document, { path: name.startsWith("/") ? name : `${folder.replace(/\/$/, "")}/${name}` }).then(
      (saved) => {
        if (saved) stopAsking();
      },
    );
  };
  return (
    <Dialog
      title={`Save ${open.name} as`}
      className="file-dialog"
      onClose={stopAsking}
      footer={
        <form
          className="path-form"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <input
            className="mono"
            aria-label="File name"
            value={name}
            onChange={(event) => {
              setName(event.currentTarget.value);
            }}
          />
          <button type="submit" className="button primary" disabled={name.trim() === ""}>
            Save
          </button>
        </form>
      }
    >
      <Browser
        start={folder}
        onFolder={(next) => {
          useLastFolder.setState({ path: next });
        }}
        onChoose={(entry) => {
          setName(entry.name);
        }}
      />
    </Dialog>
  );
}
