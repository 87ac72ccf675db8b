// What is asked about files and folders of the explorer.

import { type ReactElement, useEffect, useState } from "react";

import { stopAsking } from "../document";
import { Browser, deleteFile, fileName, openFolder, useLastFolder } from "../files";
import { Dialog, usePreferences } from "../ui";

export function OpenFolderDialog({ home }: { home: string }): ReactElement {
  const { path } = useLastFolder();
  const folder = path ?? home;
  const [typed, setTyped] = useState<string | null>(null);
  const chosen = typed ?? folder;
  return (
    <Dialog
      title="Open a folder"
      className="file-dialog"
      onClose={stopAsking}
      footer={
        <form
          className="path-form"
          onSubmit={(event) => {
            event.preventDefault();
            void openFolder(chosen).then((opened) => {
              if (opened) stopAsking();
            });
          }}
        >
          <input
            className="mono"
            aria-label="Folder to open"
            value={chosen}
            onChange={(event) => {
              setTyped(event.currentTarget.value);
            }}
          />
          <button type="submit" className="button primary" disabled={chosen.trim() === ""}>
            Open this folder
          </button>
        </form>
      }
    >
      <Browser
        start={folder}
        foldersOnly
        onFolder={(next) => {
          setTyped(null);
          useLastFolder.setState({ path: next });
        }}
        onChoose={() => undefined}
      />
    </Dialog>
  );
}

export function DeleteQuestion({ path, forever }: { path: string; forever: boolean }): ReactElement | null {
  const ask = usePreferences((state) => state.confirmDelete) || forever;
  const go = (): void => {
    stopAsking();
    void deleteFile(path, forever);
  };
  useEffect(() => {
    if (!ask) go();
    // Asked once for each file.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [path]);
  if (!ask) return null;
  return (
    <Dialog
      title={forever ? `Delete ${fileName(path)} for good?` : `Move ${fileName(path)} to the trash?`}
      className="question"
      onClose={stopAsking}
      footer={
        <>
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            Cancel
          </button>
          <button type="button" className="button danger" data-autofocus onClick={go}>
            {forever ? "Delete for good" : "Move to the trash"}
          </button>
        </>
      }
    >
      <p>
        {forever ? "It could not be moved to the trash. Deleted for good it cannot be had back. " : ""}
        <code>{path}</code>
      </p>
    </Dialog>
  );
}
