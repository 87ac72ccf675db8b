import { FileInput, FileJson2, FilePlus2, Folder, FolderOpen, History, LayoutTemplate, X } from "lucide-react";
import type { ReactElement } from "react";

import { type AppInfo, call, explain, refresh, useCommand } from "../backend";
import { PausedSessions, usePausedSessions } from "../debugger";
import { adopt, openPath, say } from "../document";
import { openFolder, useFolder } from "../files";
import { moment } from "../run";
import { perform } from "./actions";
import { showPage } from "./panels";

/** Text of an earlier session that was never saved and is not open. */
function Unsaved(): ReactElement | null {
  const { data } = useCommand("list_recoverable", {}, { fresh: true });
  if (!data || data.documents.length === 0) return null;
  const discard = (recovery: string): void => {
    call("discard_recovery", { recovery }).then(
      () => {
        refresh("list_recoverable");
      },
      (error: unknown) => {
        say("bad", explain(error));
      },
    );
  };
  return (
    <section className="start-unsaved" aria-labelledby="start-unsaved">
      <h2 id="start-unsaved">Unsaved work</h2>
      <p className="dim">The application ended before this was saved. It is kept until you decide.</p>
      <ul className="cards">
        {data.documents.slice(0, 12).map((document) => (
          <li key={document.recovery} className="card-row">
            <button type="button" className="card slim" onClick={() => void recover(document.recovery)}>
              <History size={16} aria-hidden="true" />
              <span>
                <strong>{document.name}</strong>
                <small className="path">{document.path ?? "never saved"}</small>
              </span>
              <time className="dim">{moment(document.changedAt)}</time>
            </button>
            <button
              type="button"
              className="icon-button small"
              aria-label={`Discard the unsaved text of ${document.name}`}
              title="Discard"
              onClick={() => {
                discard(document.recovery);
              }}
            >
              <X size={13} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

async function recover(recovery: string): Promise<void> {
  try {
    adopt(await call("recover_document", { recovery }));
  } catch (error) {
    say("bad", explain(error));
  }
}

/** Where nothing is open yet. */
export function Start({ info }: { info: AppInfo | undefined }): ReactElement {
  const recent = useCommand("recent_files", {});
  const examples = useCommand("list_examples", {});
  const cutOff = (info?.interruptedExecutions ?? 0) - usePausedSessions().length;
  const recentFolders = useCommand("recent_folders", {});
  const current = useFolder((state) => state.tree?.path);
  const folders = (recentFolders.data?.folders ?? []).filter((folder) => folder.path !== current);
  const forget = (path: string): void => {
    call("forget_recent_file", { path }).then(
      () => {
        refresh("recent_files");
      },
      (error: unknown) => {
        say("bad", explain(error));
      },
    );
  };
  return (
    <main className="start">
      <div className="start-inner">
        <header className="start-head">
          <svg viewBox="0 0 18 18" width="40" height="40" aria-hidden="true">
            <path
              d="M2 15h4v-4h4V7h4V3h2"
              fill="none"
              stroke="var(--accent)"
              strokeWidth="2"
              strokeLinecap="round"
              strokeLinejoin="round"
            />
          </svg>
          <div>
            <h1>Stepwright</h1>
            <p className="dim">Design, run and debug AWS Step Functions workflows on this machine.</p>
          </div>
        </header>
        <div className="start-actions">
          <button
            type="button"
            className="button primary large"
            onClick={() => {
              perform("open");
            }}
          >
            <FileInput size={16} /> Open a workflow… <kbd>Ctrl+O</kbd>
          </button>
          <button
            type="button"
            className="button large"
            onClick={() => {
              perform("openFolder");
            }}
          >
            <FolderOpen size={16} /> Open a folder…
          </button>
          <button
            type="button"
            className="button large"
            onClick={() => {
              perform("new");
            }}
          >
            <FilePlus2 size={16} /> New workflow <kbd>Ctrl+N</kbd>
          </button>
          <button
            type="button"
            className="button large"
            onClick={() => {
              perform("blueprint");
            }}
          >
            <LayoutTemplate size={16} /> New from a blueprint…
          </button>
        </div>
        <PausedSessions />
        {cutOff > 0 ? (
          <p className="notice-line">
            {cutOff === 1
              ? "One execution was cut off when the application ended."
              : `${String(cutOff)} executions were cut off when the application ended.`}{" "}
            <button
              type="button"
              className="link"
              onClick={() => {
                showPage("executions");
              }}
            >
              Show and resume
            </button>
          </p>
        ) : null}
        <Unsaved />
        <div className="start-columns">
          <section aria-labelledby="start-recent">
            <h2 id="start-recent">Recent</h2>
            {recent.error ? <p className="bad-text">{explain(recent.error)}</p> : null}
            {recent.data?.files.length === 0 && folders.length === 0 ? (
              <p className="dim">Files and folders you open appear here.</p>
            ) : null}
            <ul className="cards">
              {folders.slice(0, 4).map((folder) => (
                <li key={folder.path} className="card-row">
                  <button
                    type="button"
                    className="card slim"
                    disabled={!folder.exists}
                    onClick={() => void openFolder(folder.path)}
                  >
                    <Folder size={16} aria-hidden="true" />
                    <span>
                      <strong>{folder.name}</strong>
                      <small className="path">{folder.exists ? folder.path : `${folder.path} – gone`}</small>
                    </span>
                  </button>
                  <button
                    type="button"
                    className="icon-button small"
                    aria-label={`Forget the folder ${folder.name}`}
                    title="Forget this folder"
                    onClick={() => {
                      call("forget_recent_folder", { path: folder.path }).then(
                        () => {
                          refresh("recent_folders");
                        },
                        (error: unknown) => {
                          say("bad", explain(error));
                        },
                      );
                    }}
                  >
                    <X size={13} />
                  </button>
                </li>
              ))}
              {recent.data?.files.slice(0, 8).map((file) => (
                <li key={file.path} className="card-row">
                  <button
                    type="button"
                    className="card slim"
                    disabled={!file.exists}
                    onClick={() => {
                      void openPath(file.path);
                    }}
                  >
                    <FileJson2 size={16} aria-hidden="true" />
                    <span>
                      <strong>{file.name}</strong>
                      <small className="path">{file.exists ? file.path : `${file.path} – gone`}</small>
                    </span>
                    <time className="dim">{moment(file.openedAt)}</time>
                  </button>
                  <button
                    type="button"
                    className="icon-button small"
                    aria-label={`Forget ${file.name}`}
                    title="Forget this file"
                    onClick={() => {
                      forget(file.path);
                    }}
                  >
                    <X size={13} />
                  </button>
                </li>
              ))}
            </ul>
          </section>
          <section aria-labelledby="start-examples">
            <h2 id="start-examples">Examples</h2>
            {examples.error ? <p className="bad-text">{explain(examples.error)}</p> : null}
            {examples.data?.examples.length === 0 ? <p className="dim">No examples are installed.</p> : null}
            <ul className="cards">
              {examples.data?.examples.map((example) => (
                <li key={example.path}>
                  <button
                    type="button"
                    className="card"
                    onClick={() => {
                      void openPath(example.path);
                    }}
                  >
                    <span>
                      <strong>{example.name}</strong>
                      <small>{example.summary}</small>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        </div>
      </div>
    </main>
  );
}
