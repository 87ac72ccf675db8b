// A workflow as infrastructure-as-code: what would be written, against what is on disk, before anything is.

import "./ship.css";

import { FolderOpen } from "lucide-react";
import { type ReactElement, useEffect, useMemo, useState } from "react";

import { BackendError, call, type ExportFile, type ExportPreview, explain, refresh, useCommand } from "../backend";
import { bufferOf, say, select, stopAsking, tabKey, useDocuments } from "../document";
import { Browser } from "../files";
import { Dialog } from "../ui";
import { draftFor, keepDraft } from "./drafts";
import { FilesPage, NoteList, PermissionsPage, TabRow } from "./Pages";
import { PlaceholdersPage } from "./PlaceholdersPage";
import {
  type Agreements,
  changeShown,
  type Draft,
  notAgreed,
  overwrites,
  requestOf,
  resultWords,
  standOf,
} from "./plan";
import { changeSettings, loadSettings, NO_SETTINGS, settleSettings, useWorkflowSettings } from "./settings";
import { SettingsForm } from "./SettingsForm";
import { TARGETS, targetOf } from "./targets";

type Page = "files" | "settings" | "placeholders" | "permissions" | "notes";

/** The value as it was a moment ago, so that typing does not ask for every letter. */
function useCalm<T>(value: T, milliseconds: number): T {
  const [calm, setCalm] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setCalm(value);
    }, milliseconds);
    return () => {
      window.clearTimeout(timer);
    };
  }, [value, milliseconds]);
  return calm;
}

/** Whether the backend holds the text that is on show. */
function useSettled(document: number): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    let here = true;
    void bufferOf(document)
      ?.settled()
      .then(() => {
        if (here) setSettled(true);
      });
    return () => {
      here = false;
    };
  }, [document]);
  return settled;
}

function FolderDialog({
  start,
  onChoose,
  onClose,
}: {
  start: string;
  onChoose: (folder: string) => void;
  onClose: () => void;
}): ReactElement {
  const [folder, setFolder] = useState(start);
  return (
    <Dialog
      title="Folder for the export"
      className="file-dialog"
      onClose={onClose}
      footer={
        <>
          <code className="ship-chosen" title={folder}>
            {folder}
          </code>
          <span className="grow" />
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="button"
            className="button primary"
            onClick={() => {
              onChoose(folder);
            }}
          >
            Use this folder
          </button>
        </>
      }
    >
      <Browser start={folder} foldersOnly onFolder={setFolder} onChoose={() => undefined} />
    </Dialog>
  );
}

function Options({
  draft,
  change,
  name,
}: {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  name: string;
}): ReactElement {
  const text = (word: string, key: "name" | "region" | "account", placeholder: string): ReactElement => (
    <label className="field">
      <span className="field-name">{word}</span>
      <input
        value={draft[key]}
        placeholder={placeholder}
        onChange={(event) => {
          change({ [key]: event.currentTarget.value });
        }}
      />
    </label>
  );
  return (
    <div className="ship-options">
      {targetOf(draft.target).both ? (
        <div className="field">
          <span className="field-name">Template</span>
          <span className="segments" role="radiogroup" aria-label="Template format">
            {(
              [
                [false, "YAML"],
                [true, "JSON"],
              ] as const
            ).map(([value, word]) => (
              <label key={word} className={draft.json === value ? "on" : ""}>
                <input
                  type="radio"
                  name="ship-format"
                  checked={draft.json === value}
                  onChange={() => {
                    change({ json: value });
                  }}
                />
                {word}
              </label>
            ))}
          </span>
        </div>
      ) : null}
      {text("Resources are named after", "name", name)}
      {draft.target === "iam" ? (
        <>
          {text("Region", "region", "any")}
          {text("Account", "account", "any")}
        </>
      ) : (
        <label className="check" title="Integrations get a placeholder for the partition, for China and GovCloud">
          <input
            type="checkbox"
            checked={draft.anyPartition}
            onChange={(event) => {
              change({ anyPartition: event.currentTarget.checked });
            }}
          />{" "}
          Any AWS partition
        </label>
      )}
    </div>
  );
}

function Trouble({ error, onRetry }: { error: unknown; onRetry: () => void }): ReactElement {
  const invalid = error instanceof BackendError && error.code === "invalidDefinition";
  return (
    <div className="empty" role="alert">
      <p className="bad-text">
        {invalid
          ? "The definition has an error, so it cannot be exported yet."
          : "This cannot be exported as it stands."}
      </p>
      <p>{explain(error)}</p>
      <p>
        {invalid ? (
          <button type="button" className="button" onClick={stopAsking}>
            Back to the workflow
          </button>
        ) : (
          <button type="button" className="button" onClick={onRetry}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}

export function ExportDialog({ document, home }: { document: number; home: string }): ReactElement | null {
  const open = useDocuments((state) => state.documents[document]);
  const [draft, setDraft] = useState(() => draftFor(document, home));
  const [page, setPage] = useState<Page>("files");
  const [file, setFile] = useState("");
  const [asText, setAsText] = useState(false);
  const [agreements, setAgreements] = useState<Agreements>({});
  const [picking, setPicking] = useState(false);
  const [writing, setWriting] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const settled = useSettled(document);
  const { settings: known, problem } = useWorkflowSettings(document);
  useEffect(() => void loadSettings(document), [document]);
  const settings = known ?? NO_SETTINGS;
  const wanted = useMemo(() => requestOf(document, draft, settings), [document, draft, settings]);
  const request = useCalm(wanted, 150);
  const { data, error, isFetching, isPlaceholderData, refetch } = useCommand("export_preview", request, {
    keep: true,
    fresh: true,
    enabled: settled && open !== undefined && (known !== undefined || problem !== undefined),
  });
  if (!open) return null;

  const change = (part: Partial<Draft>): void => {
    const next = { ...draft, ...part };
    setDraft(next);
    setRefusal(null);
    keepDraft(document, next);
  };
  const waiting = !data || isFetching || isPlaceholderData || request !== wanted;
  const pending = data && !waiting ? notAgreed(data.files, agreements) : [];
  const lookAt = (one: ExportFile): void => {
    setPage("files");
    setFile(one.path);
    setAsText(false);
  };
  const showState = (pointer: string): void => {
    stopAsking();
    select(tabKey({ kind: "document", document }), { kind: "node", id: pointer }, "problems");
  };
  const write = async (shown: ExportPreview): Promise<void> => {
    setWriting(true);
    setRefusal(null);
    try {
      // What was agreed to is what was on show: if a file has changed since, it is shown again.
      const now = await call("export_preview", request);
      const unseen = notAgreed(now.files, agreements)[0];
      if (unseen) {
        await refetch();
        lookAt(unseen);
        setRefusal(`${unseen.path} was changed on disk meanwhile.`);
        return;
      }
      await settleSettings(document);
      const result = await call("export_write", { export: request, overwrite: overwrites(now.files, agreements) });
      refresh("list_folder");
      stopAsking();
      say("ok", resultWords(result, request.folder ?? ""));
    } catch (failure) {
      await refetch();
      setRefusal(explain(failure));
      const differs = shown.files.find((one) => one.onDisk === "differs");
      if (failure instanceof BackendError && failure.code === "fileChanged" && differs) lookAt(differs);
    } finally {
      setWriting(false);
    }
  };
  const submit = (): void => {
    if (!data || waiting || writing) return;
    const first = pending[0];
    if (first) lookAt(first);
    else void write(data);
  };
  const toWrite = data?.files.filter((one) => one.onDisk !== "same").length ?? 0;
  const warnings = data?.notes.filter((note) => note.warning).length ?? 0;
  const badge = (many: number): ReactElement | null => (many === 0 ? null : <b>{many}</b>);

  return (
    <div
      className="ship-keys"
      onKeyDown={(event) => {
        if (picking || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        submit();
      }}
    >
      <Dialog
        title={`Export ${open.name}`}
        className="ship"
        onClose={stopAsking}
        footer={
          <>
            <label className="ship-folder">
              <span className="field-name">Folder</span>
              <input
                className="mono"
                value={draft.folder}
                aria-label="Folder"
                onChange={(event) => {
                  change({ folder: event.currentTarget.value });
                }}
              />
            </label>
            <button
              type="button"
              className="button"
              onClick={() => {
                setPicking(true);
              }}
            >
              <FolderOpen size={14} /> Choose…
            </button>
            <span className="ship-state" role="status">
              {refusal !== null ? (
                <span className="bad-text">{refusal}</span>
              ) : error ? null : waiting ? (
                <span className="dim">Working it out…</span>
              ) : (
                <span className={pending.length > 0 ? "warn-text" : "dim"}>
                  {standOf(data.files)}
                  {pending.length > 0 ? " – nothing is overwritten before you agree" : ""}
                </span>
              )}
            </span>
            <button type="button" className="button" onClick={stopAsking}>
              Cancel
            </button>
            <button
              type="button"
              className="button primary"
              disabled={!data || Boolean(error) || waiting || writing}
              onClick={submit}
            >
              {writing
                ? "Writing…"
                : pending.length > 0
                  ? `Look at ${pending.length === 1 ? "the difference" : `${String(pending.length)} differences`}`
                  : toWrite === 0 && !waiting
                    ? "All is on disk"
                    : "Export"}{" "}
              <kbd>Ctrl ↵</kbd>
            </button>
          </>
        }
      >
        <div className="ship-body">
          <div className="ship-side">
            <div className="ship-targets" role="radiogroup" aria-label="Target">
              {TARGETS.map((target) => (
                <label key={target.key} className={draft.target === target.key ? "on" : ""}>
                  <input
                    type="radio"
                    name="ship-target"
                    checked={draft.target === target.key}
                    {...(draft.target === target.key ? { "data-autofocus": true } : {})}
                    onChange={() => {
                      setFile("");
                      change({ target: target.key });
                    }}
                  />
                  <span>{target.word}</span>
                  <small>{target.hint}</small>
                </label>
              ))}
            </div>
            <Options
              draft={draft}
              change={change}
              name={open.name.replace(/\.asl\.(json|ya?ml)$|\.(json|ya?ml|asl)$/, "")}
            />
          </div>
          <div className="ship-main" aria-busy={waiting && !error}>
            <TabRow<Page>
              label="Preview"
              id="ship-page"
              chosen={page}
              onChoose={setPage}
              tabs={[
                { key: "files", word: "Files", badge: badge(data?.files.length ?? 0) },
                { key: "settings", word: "Settings" },
                { key: "placeholders", word: "Placeholders", badge: badge(data?.placeholders.length ?? 0) },
                { key: "permissions", word: "Permissions", badge: badge(data?.statements.length ?? 0) },
                {
                  key: "notes",
                  word: "Notes",
                  badge: warnings > 0 ? <b className="bad">{data?.notes.length}</b> : badge(data?.notes.length ?? 0),
                },
              ]}
            />
            <div className="ship-page" id="ship-page" role="tabpanel" aria-label={page}>
              {problem !== undefined && page === "settings" ? (
                <p className="refusal pad" role="alert">
                  {problem}
                </p>
              ) : null}
              {page === "settings" && (known !== undefined || problem === undefined) ? (
                <>
                  {error ? (
                    <p className="refusal pad" role="alert">
                      {explain(error)}
                    </p>
                  ) : null}
                  <SettingsForm
                    settings={settings}
                    onChange={(change) => {
                      setRefusal(null);
                      changeSettings(document, change);
                    }}
                  />
                </>
              ) : null}
              {error && page !== "placeholders" && page !== "settings" ? (
                <Trouble error={error} onRetry={() => void refetch()} />
              ) : null}
              {error && page === "placeholders" ? (
                <p className="refusal pad" role="alert">
                  {explain(error)}
                </p>
              ) : null}
              {!data && !error && page !== "settings" ? <p className="empty">Working out the export…</p> : null}
              {data && !error && page === "files" ? (
                <FilesPage
                  files={data.files}
                  chosen={file}
                  onChoose={setFile}
                  asText={asText}
                  onAsText={setAsText}
                  agreements={agreements}
                  onAgree={(one, agreed) => {
                    setRefusal(null);
                    setAgreements((before) => ({ ...before, [one.path]: agreed ? changeShown(one) : "" }));
                  }}
                />
              ) : null}
              {page === "placeholders" && (data || error) ? (
                <PlaceholdersPage
                  shown={data?.placeholders ?? Object.values(draft.seen)}
                  seen={draft.seen}
                  choices={settings.placeholders}
                  target={targetOf(draft.target)}
                  onDecide={(placeholder, choice) => {
                    change({ seen: { ...draft.seen, [placeholder.proposed]: placeholder } });
                    changeSettings(document, {
                      placeholders: { ...settings.placeholders, [placeholder.proposed]: choice },
                    });
                  }}
                />
              ) : null}
              {data && !error && page === "permissions" ? (
                <PermissionsPage statements={data.statements} onShow={showState} />
              ) : null}
              {data && !error && page === "notes" ? (
                data.notes.length === 0 ? (
                  <p className="empty">Nothing to note.</p>
                ) : (
                  <NoteList notes={data.notes} onShow={showState} />
                )
              ) : null}
            </div>
          </div>
        </div>
        {picking ? (
          <FolderDialog
            start={draft.folder || home}
            onClose={() => {
              setPicking(false);
            }}
            onChoose={(folder) => {
              setPicking(false);
              change({ folder });
            }}
          />
        ) : null}
      </Dialog>
    </div>
  );
}
