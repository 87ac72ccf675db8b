// The open folder as a tree: every workflow by mouse and keyboard, with what is unsaved and what is wrong.

import {
  Braces,
  ChevronDown,
  ChevronRight,
  ChevronsDownUp,
  FilePlus2,
  Folder,
  FolderOpen,
  RotateCw,
  Workflow,
  X,
} from "lucide-react";
import { type KeyboardEvent, type ReactElement, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";

import { call, type FolderTree as Tree, useCommand } from "../backend";
import { ask, openPath, useDocuments } from "../document";
import { ContextMenu, type MenuEntry } from "../ui";
import {
  closeFolder,
  copyPath,
  duplicateFile,
  folderOf,
  newWorkflowIn,
  openFolder,
  renameFile,
  reveal,
  stopSearch,
  useActivePath,
  useFolder,
} from "../files";
import { openDeclared } from "../ship";
import { useSide } from "./side";
import { type Row, rowsOf, typeAhead } from "./rows";

const ROW = 26;
const OVERSCAN = 10;
const TYPE_AHEAD_MS = 700;

interface Live {
  readonly unsaved: boolean;
  readonly errors: number;
  readonly warnings: number;
}

/** What is known of open documents, by path. */
function useLive(): ReadonlyMap<string, Live> {
  const documents = useDocuments((state) => state.documents);
  return useMemo(() => {
    const live = new Map<string, Live>();
    for (const { path, unsaved, analysis } of Object.values(documents)) {
      if (path === null) continue;
      const count = (severity: string): number =>
        analysis.diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
      live.set(path, { unsaved, errors: count("error"), warnings: count("warning") });
    }
    return live;
  }, [documents]);
}

function open(row: Row): void {
  if (row.kind === "folder") {
    fold(row, row.open);
    return;
  }
  // Whoever works in the tree stays there.
  useSide.setState({ side: "files" });
  if (row.kind === "workflow") void openDeclared(row.file.path, row.id);
  else void openPath(row.file.path);
}

function fold(row: Row, shut: boolean): void {
  useFolder.setState((state) => ({ closed: { ...state.closed, [row.key]: shut } }));
}

function menuOf(row: Row | undefined, root: string): MenuEntry[] {
  const folder = row === undefined ? root : row.kind === "folder" ? row.key : folderOf(row.file.path);
  const create: MenuEntry = { label: "New workflow here", run: () => void newWorkflowIn(folder) };
  if (!row || row.kind === "folder")
    return [
      create,
      "separator",
      {
        label: "Show in the file manager",
        run: () => {
          reveal(folder);
        },
      },
      {
        label: "Copy path",
        run: () => {
          copyPath(folder);
        },
      },
    ];
  const { path } = row.file;
  const opening: MenuEntry[] =
    row.kind === "workflow"
      ? [{ label: "Open the workflow", keys: "Enter", run: () => void openDeclared(path, row.id) }]
      : [{ label: "Open", keys: "Enter", run: () => void openPath(path) }];
  if (row.file.kind === "project")
    opening.push(
      { label: "Open the file as text", run: () => void openPath(path, { asText: true }) },
      {
        label: "Look through the file…",
        run: () => {
          ask({ kind: "import", path });
        },
      },
    );
  const own: MenuEntry[] = [
    {
      label: "Rename…",
      keys: "F2",
      run: () => {
        // The menu gives the focus back first.
        window.setTimeout(() => {
          useFolder.setState({ renaming: path });
        }, 30);
      },
    },
    { label: "Duplicate", run: () => void duplicateFile(path) },
    {
      label: "Delete…",
      keys: "Delete",
      run: () => {
        ask({ kind: "deleteFile", path, forever: false });
      },
    },
  ];
  return [
    ...opening,
    "separator",
    create,
    // A workflow inside of a file is no file of its own.
    ...(row.kind === "file" ? own : []),
    "separator",
    {
      label: "Show in the file manager",
      run: () => {
        reveal(path);
      },
    },
    {
      label: "Copy path",
      run: () => {
        copyPath(path);
      },
    },
  ];
}

function NameInput({ row, onDone }: { row: Row & { kind: "file" }; onDone: () => void }): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const over = useRef(false);
  useLayoutEffect(() => {
    const element = input.current;
    if (!element) return;
    element.focus();
    const dot = row.name.indexOf(".");
    element.setSelectionRange(0, dot > 0 ? dot : row.name.length);
  }, [row.name]);
  const end = (name: string | null): void => {
    if (over.current) return;
    over.current = true;
    if (name !== null && name.trim() !== "" && name !== row.name) void renameFile(row.file.path, name.trim());
    useFolder.setState({ renaming: null });
    onDone();
  };
  return (
    <input
      ref={input}
      className="tree-rename"
      aria-label={`New name of ${row.name}`}
      defaultValue={row.name}
      spellCheck={false}
      onClick={(event) => {
        event.stopPropagation();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") end(event.currentTarget.value);
        else if (event.key === "Escape") end(null);
      }}
      onBlur={(event) => {
        end(event.currentTarget.value);
      }}
    />
  );
}

function RowIcon({ row }: { row: Row }): ReactElement {
  if (row.kind === "folder") return row.open ? <FolderOpen size={15} /> : <Folder size={15} />;
  if (row.kind === "file" && row.file.kind === "project") return <Braces size={15} />;
  return <Workflow size={15} />;
}

function words(row: Row, live: Live | undefined): string {
  const kind = row.kind === "folder" ? "folder" : row.kind === "workflow" ? "workflow" : "";
  const parts = [
    row.name,
    kind,
    live?.unsaved ? "unsaved changes" : "",
    row.kind === "file" ? (row.file.trouble ?? "") : "",
    row.errors > 0 && !(row.kind === "file" && row.file.trouble !== null)
      ? `${String(row.errors)} ${row.errors === 1 ? "error" : "errors"}`
      : "",
    row.warnings > 0 ? `${String(row.warnings)} ${row.warnings === 1 ? "warning" : "warnings"}` : "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function Rows({ tree, filter }: { tree: Tree; filter: string }): ReactElement {
  const { closed, active, renaming } = useFolder();
  const live = useLive();
  const front = useActivePath();
  const rows = useMemo(
    () => rowsOf(tree.path, tree.files, closed, filter, (path) => live.get(path) ?? null),
    [tree, closed, filter, live],
  );
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const typed = useRef({ text: "", at: 0 });
  const at = rows.findIndex((row) => row.key === active);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setView({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  // The document in front is the active row, unless the person is somewhere else in the tree.
  useEffect(() => {
    if (front !== null && !frame.current?.contains(document.activeElement)) useFolder.setState({ active: front });
  }, [front]);

  const show = (index: number): void => {
    const element = frame.current;
    if (!element || index < 0) return;
    if (index * ROW < element.scrollTop) element.scrollTop = index * ROW;
    else if ((index + 1) * ROW > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * ROW - element.clientHeight;
  };
  useEffect(() => {
    show(at);
  }, [at]);

  const choose = (index: number): void => {
    const row = rows[index];
    if (row) useFolder.setState({ active: row.key });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const row = rows[at];
    const page = Math.max(1, Math.floor(view.height / ROW) - 1);
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "ArrowDown") choose(Math.min(rows.length - 1, at + 1));
    else if (event.key === "ArrowUp") choose(Math.max(0, at - 1));
    else if (event.key === "PageDown") choose(Math.min(rows.length - 1, at + page));
    else if (event.key === "PageUp") choose(Math.max(0, at - page));
    else if (event.key === "Home") choose(0);
    else if (event.key === "End") choose(rows.length - 1);
    else if ((event.key === "Enter" || event.key === " ") && row) open(row);
    else if (event.key === "ArrowRight" && row && row.kind !== "workflow" && row.open !== null) {
      if (row.open) choose(at + 1);
      else fold(row, false);
    } else if (event.key === "ArrowLeft" && row) {
      if (row.kind !== "workflow" && row.open === true && filter === "") fold(row, true);
      else choose(rows.findIndex((other) => other.key === row.parent));
    } else if (event.key === "F2" && row?.kind === "file") useFolder.setState({ renaming: row.key });
    else if (event.key === "Delete" && row?.kind === "file")
      ask({ kind: "deleteFile", path: row.file.path, forever: false });
    else if (plain && event.key.length === 1 && event.key !== "?") {
      const now = performance.now();
      const text = now - typed.current.at < TYPE_AHEAD_MS ? typed.current.text + event.key : event.key;
      typed.current = { text, at: now };
      choose(typeAhead(rows, at, text));
    } else return;
    event.preventDefault();
  };

  if (rows.length === 0)
    return (
      <p className="dim pad">
        {filter !== ""
          ? "No file or workflow matches."
          : tree.scanning
            ? "Looking for workflows…"
            : "No workflows in this folder yet."}
      </p>
    );
  const first = Math.max(0, Math.floor(view.top / ROW) - OVERSCAN);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / ROW) + OVERSCAN);
  return (
    <ContextMenu entries={() => menuOf(rows[at], tree.path)}>
      <div
        ref={frame}
        className="tree file-tree"
        role="tree"
        aria-label="Files"
        tabIndex={0}
        aria-activedescendant={at < 0 ? undefined : `file-row-${String(at)}`}
        onKeyDown={onKeyDown}
        onFocus={() => {
          if (at < 0) choose(0);
        }}
        onScroll={(event) => {
          setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight });
        }}
      >
        <div className="virtual-space" role="presentation" style={{ height: rows.length * ROW }}>
          {rows.slice(first, last).map((row, offset) => {
            const index = first + offset;
            const known = row.kind === "file" ? live.get(row.key) : undefined;
            const foldable = row.kind !== "workflow" && row.open !== null;
            const shown = row.kind === "file" && row.key === front;
            return (
              <div
                key={row.key}
                id={`file-row-${String(index)}`}
                role="treeitem"
                aria-level={row.level}
                aria-selected={index === at}
                aria-expanded={foldable ? (row.open ?? false) : undefined}
                aria-setsize={rows.length}
                aria-posinset={index + 1}
                aria-label={words(row, known)}
                className={`tree-item file-row ${index === at ? "on" : ""} ${shown ? "shown" : ""}`}
                style={{ top: index * ROW, height: ROW, paddingLeft: 6 + (row.level - 1) * 14 }}
                title={
                  row.kind === "file" && row.file.trouble !== null
                    ? `${row.key}\n${row.file.trouble}`
                    : row.kind === "workflow"
                      ? `${row.name}, ${String(row.states)} ${row.states === 1 ? "state" : "states"}`
                      : row.key
                }
                onPointerDown={(event) => {
                  if (event.button !== 1) choose(index);
                }}
                onClick={() => {
                  if (renaming !== row.key) open(row);
                }}
              >
                <span
                  className="twist"
                  aria-hidden="true"
                  onClick={(event) => {
                    if (!foldable) return;
                    event.stopPropagation();
                    fold(row, row.open === true);
                  }}
                >
                  {foldable ? row.open ? <ChevronDown size={13} /> : <ChevronRight size={13} /> : null}
                </span>
                <span className={`file-icon file-icon-${row.kind}`} aria-hidden="true">
                  <RowIcon row={row} />
                </span>
                {row.kind === "file" && renaming === row.key ? (
                  <NameInput
                    row={row}
                    onDone={() => {
                      frame.current?.focus();
                    }}
                  />
                ) : (
                  <span className="tree-name">
                    {row.name}
                    {row.kind === "file" && row.file.trouble !== null ? (
                      <span className="file-why">{row.file.trouble}</span>
                    ) : null}
                  </span>
                )}
                {known?.unsaved ? <span className="unsaved" aria-hidden="true" /> : null}
                {row.errors > 0 ? (
                  <span className="file-count bad-text" aria-hidden="true">
                    {row.kind === "folder" ? "●" : row.errors}
                  </span>
                ) : row.warnings > 0 && row.kind !== "folder" ? (
                  <span className="file-count warn-text" aria-hidden="true">
                    {row.warnings}
                  </span>
                ) : null}
              </div>
            );
          })}
        </div>
      </div>
    </ContextMenu>
  );
}

/** What was passed over although workflows may lie in it, each with the reason. */
function LeftOutList({ tree }: { tree: Tree }): ReactElement | null {
  const count = tree.leftOut.length;
  if (count === 0) return null;
  return (
    <details className="left-out">
      <summary>{count === 1 ? "1 place was left out" : `${String(count)} places were left out`}</summary>
      <ul className="plain-list">
        {tree.leftOut.map(({ relative, why }) => (
          <li key={relative} title={`${tree.path}/${relative}`}>
            <code>{relative}</code>
            <span>{why}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The whole of the explorer's page about files. */
export function FolderPage({ onOpenFolder }: { onOpenFolder: () => void }): ReactElement {
  const tree = useFolder((state) => state.tree);
  const [filter, setFilter] = useState("");
  if (!tree) return <NoFolder onOpenFolder={onOpenFolder} />;
  const foldAll = (): void => {
    const closed: Record<string, boolean> = {};
    for (const file of tree.files) {
      const parts = file.relative.split("/");
      for (let depth = 1; depth < parts.length; depth++)
        closed[`${tree.path}/${parts.slice(0, depth).join("/")}`] = true;
    }
    useFolder.setState({ closed });
  };
  return (
    <section className="section grows files-page" aria-label="Folder">
      <header className="folder-head">
        <h2 title={tree.path}>{tree.name}</h2>
        <button
          type="button"
          className="icon-button small"
          aria-label="New workflow in this folder"
          title="New workflow in this folder"
          onClick={() => void newWorkflowIn(tree.path)}
        >
          <FilePlus2 size={14} />
        </button>
        <button
          type="button"
          className="icon-button small"
          aria-label="Fold all folders"
          title="Fold all folders"
          onClick={foldAll}
        >
          <ChevronsDownUp size={14} />
        </button>
        <button
          type="button"
          className="icon-button small"
          aria-label="Close the folder"
          title="Close the folder"
          onClick={closeFolder}
        >
          <X size={14} />
        </button>
      </header>
      <input
        id="find-file"
        className="find"
        type="search"
        placeholder="Find file or workflow…"
        aria-label="Find file or workflow"
        value={filter}
        onChange={(event) => {
          setFilter(event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "Enter") return;
          event.preventDefault();
          document.querySelector<HTMLElement>(".file-tree")?.focus();
        }}
      />
      <Rows tree={tree} filter={filter} />
      <LeftOutList tree={tree} />
      {tree.scanning ? (
        <p className="folder-progress" role="status">
          <RotateCw size={13} aria-hidden="true" />
          <span>
            {tree.candidates === 0
              ? "Looking through the folder…"
              : `Looking: ${String(tree.lookedAt)} of ${String(tree.candidates)} files…`}
          </span>
          <button type="button" className="link" onClick={stopSearch}>
            Stop
          </button>
        </p>
      ) : tree.incomplete ? (
        <p className="folder-progress">
          Not every file was looked at.{" "}
          <button
            type="button"
            className="link"
            onClick={() => {
              void call("close_folder", { path: tree.path }).then(() => openFolder(tree.path));
            }}
          >
            Look again
          </button>
        </p>
      ) : null}
    </section>
  );
}

function NoFolder({ onOpenFolder }: { onOpenFolder: () => void }): ReactElement {
  const recent = useCommand("recent_folders", {});
  const folders = recent.data?.folders.filter((folder) => folder.exists) ?? [];
  return (
    <section className="section grows files-page" aria-label="Folder">
      <div className="no-folder">
        <p className="dim">Open a folder to see all of its workflows, those inside of templates too.</p>
        <button type="button" className="button" onClick={onOpenFolder}>
          <FolderOpen size={15} /> Open a folder…
        </button>
        {folders.length > 0 ? (
          <>
            <h3>Recent folders</h3>
            <ul className="plain-list">
              {folders.map((folder) => (
                <li key={folder.path}>
                  <button
                    type="button"
                    className="list-item slim"
                    title={folder.path}
                    onClick={() => void openFolder(folder.path)}
                  >
                    <Folder size={14} aria-hidden="true" />
                    <span className="list-title">{folder.name}</span>
                  </button>
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </div>
    </section>
  );
}
