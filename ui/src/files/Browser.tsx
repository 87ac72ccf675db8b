// Folders of this machine as the backend sees them.

import { ArrowUp, FileJson2, Folder } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useState } from "react";

import { type FolderEntry, explain, useCommand } from "../backend";
import { remembered } from "../ui";

export const useLastFolder = remembered<{ path: string | null }>("folder", { path: null });

export function Browser({
  start,
  onChoose,
  onFolder,
  foldersOnly = false,
}: {
  start: string;
  onChoose: (entry: FolderEntry) => void;
  onFolder: (path: string) => void;
  foldersOnly?: boolean;
}): ReactElement {
  const { data, error, isFetching } = useCommand("list_folder", { path: start }, { keep: true });
  const [filter, setFilter] = useState("");
  const [at, setAt] = useState(0);
  const shown = (data?.entries ?? []).filter(
    (entry) => (entry.isFolder || !foldersOnly) && entry.name.toLowerCase().includes(filter.toLowerCase()),
  );
  const enter = (entry: FolderEntry | undefined): void => {
    if (!entry) return;
    if (!entry.isFolder) {
      onChoose(entry);
      return;
    }
    setFilter("");
    setAt(0);
    onFolder(entry.path);
  };
  const up = (): void => {
    if (data?.parent) {
      setAt(0);
      setFilter("");
      onFolder(data.parent);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(shown.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Enter") enter(shown[at]);
    else if (event.key === "Backspace" && filter === "") up();
    else return;
    event.preventDefault();
  };
  return (
    <div className="file-browser" onKeyDown={onKeyDown} aria-busy={isFetching}>
      <div className="file-path">
        <button
          type="button"
          className="icon-button"
          aria-label="Up one folder"
          title="Up one folder (Backspace)"
          disabled={!data?.parent}
          onClick={up}
        >
          <ArrowUp size={15} />
        </button>
        <code title={start}>{data?.path ?? start}</code>
      </div>
      <input
        data-autofocus
        type="search"
        aria-label="Filter files"
        placeholder="Filter files…"
        value={filter}
        onChange={(event) => {
          setFilter(event.currentTarget.value);
          setAt(0);
        }}
      />
      {error ? (
        <p className="refusal" role="alert">
          {explain(error)}{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              onFolder("/");
            }}
          >
            Go to the root
          </button>
        </p>
      ) : null}
      <ul className="file-list" role="listbox" aria-label="Files">
        {shown.map((entry, index) => (
          <li
            key={entry.path}
            role="option"
            aria-selected={index === at}
            className={index === at ? "on" : ""}
            ref={
              index === at
                ? (element) => {
                    element?.scrollIntoView({ block: "nearest" });
                  }
                : undefined
            }
            onClick={() => {
              if (entry.isFolder) enter(entry);
              else setAt(index);
            }}
            onDoubleClick={() => {
              enter(entry);
            }}
          >
            {entry.isFolder ? <Folder size={15} aria-label="Folder" /> : <FileJson2 size={15} aria-label="File" />}
            {entry.name}
          </li>
        ))}
        {data && shown.length === 0 ? (
          <li className="dim pad" role="presentation">
            {filter === ""
              ? foldersOnly
                ? "No folders here."
                : "No folders or workflow files here."
              : "Nothing matches."}
          </li>
        ) : null}
        {data?.truncated ? (
          <li className="dim pad" role="presentation">
            There are more entries than can be shown; filter or type a path.
          </li>
        ) : null}
      </ul>
    </div>
  );
}
