// Histories from elsewhere, and histories for elsewhere.

import { FileInput } from "lucide-react";
import { type DragEvent, type ReactElement, useRef, useState } from "react";

import { call, explain, refresh } from "../backend";
import { activeDocument, say, useDocuments } from "../document";
import { openExecution } from "../run";
import { Dialog } from "../ui";
import { stopAsking } from "./store";

interface Chosen {
  readonly name: string;
  readonly text: string;
}

const EXAMPLE = "aws stepfunctions get-execution-history --execution-arn ARN --include-execution-data > history.json";

export function ImportHistoryDialog(): ReactElement {
  const documents = useDocuments((state) => state.documents);
  const [document, setDocument] = useState<number | null>(() => activeDocument(useDocuments.getState())?.id ?? null);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [express, setExpress] = useState(false);
  const [working, setWorking] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (file: File | undefined): void => {
    if (!file) return;
    setRefusal(null);
    file.text().then(
      (text) => {
        setChosen({ name: file.name, text });
      },
      (error: unknown) => {
        setRefusal(explain(error));
      },
    );
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const submit = (): void => {
    if (!chosen || working) return;
    setWorking(true);
    setRefusal(null);
    call("import_history", {
      source: { type: "text", name: chosen.name, text: chosen.text },
      document,
      express,
    }).then(
      (imported) => {
        refresh("list_executions");
        stopAsking();
        openExecution({ execution: imported.execution, title: `Imported · ${chosen.name}` });
        if (imported.inferred)
          say(
            "info",
            "The graph is what the events show. Import it with its definition to see every stage of the data.",
          );
        else if (!imported.repeats)
          say("info", "The history is shown as it was recorded: running its definition here comes to other details.");
      },
      (error: unknown) => {
        setWorking(false);
        setRefusal(explain(error));
      },
    );
  };
  return (
    <Dialog
      title="Import a history"
      className="history-dialog"
      onClose={stopAsking}
      onSubmit={submit}
      footer={
        <>
          {refusal === null ? null : (
            <p className="refusal" role="alert">
              {refusal}
            </p>
          )}
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            Cancel
          </button>
          <button type="button" className="button primary" disabled={chosen === null || working} onClick={submit}>
            {working ? "Reading…" : "Import"}
          </button>
        </>
      }
    >
      <div className="form">
        <div
          className={`drop-zone ${over ? "over" : ""}`}
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => {
            setOver(false);
          }}
          onDrop={onDrop}
        >
          <FileInput size={22} aria-hidden="true" />
          {chosen === null ? (
            <p>Drop the JSON of an execution&apos;s history here, or</p>
          ) : (
            <p>
              <strong>{chosen.name}</strong> <span className="dim">{(chosen.text.length / 1024).toFixed(1)} KB</span>
            </p>
          )}
          <button
            type="button"
            className="button"
            data-autofocus
            onClick={() => {
              input.current?.click();
            }}
          >
            Choose a file…
          </button>
          <input
            ref={input}
            type="file"
            accept=".json,application/json"
            aria-label="History file"
            className="visually-hidden"
            tabIndex={-1}
            onChange={(event) => {
              take(event.currentTarget.files?.[0]);
            }}
          />
        </div>
        <details className="field">
          <summary className="dim">Where do I get it? Or paste it</summary>
          <pre className="json">{EXAMPLE}</pre>
          <textarea
            className="mono"
            rows={5}
            aria-label="History as text"
            placeholder='{"events": [ … ]}'
            onChange={(event) => {
              const text = event.currentTarget.value;
              setChosen(text.trim() === "" ? null : { name: "pasted", text });
            }}
          />
        </details>
        <label className="field">
          <span className="field-name">Definition it ran</span>
          <select
            value={document ?? ""}
            onChange={(event) => {
              setDocument(event.currentTarget.value === "" ? null : Number(event.currentTarget.value));
            }}
          >
            {Object.values(documents).map((open) => (
              <option key={open.id} value={open.id}>
                {open.name}
              </option>
            ))}
            <option value="">None: show what the events show</option>
          </select>
          <span className="field-note">
            {document === null
              ? "States that were never entered will be missing."
              : "It has to be the version that ran; otherwise the first event that does not fit is named."}
          </span>
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={express}
            onChange={(event) => {
              setExpress(event.currentTarget.checked);
            }}
          />
          Express workflow
        </label>
      </div>
    </Dialog>
  );
}

/** What the file does not tell. */
const leftOut = (changes: number): string =>
  changes === 0
    ? ""
    : ` ${changes === 1 ? "1 change" : `${String(changes)} changes`} made by hand ${changes === 1 ? "is" : "are"} not in the file: the service’s format has no place for ${changes === 1 ? "it" : "them"}.`;

/** Writes the history of an execution where the person says, or lets the browser keep it. */
export async function exportHistory(execution: string, native: boolean): Promise<void> {
  try {
    const name = `execution-${execution}.history.json`;
    if (native) {
      const { path } = await call("pick_save_path", { suggestedName: name });
      if (path === null) return;
      const written = await call("export_history", { execution, path, overwrite: true });
      say("info", `${String(written.events)} events were written to ${path}.${leftOut(written.changes)}`);
      return;
    }
    const { text, name: called, changes } = await call("export_history", { execution, path: null, overwrite: false });
    const url = URL.createObjectURL(new Blob([text ?? ""], { type: "application/json" }));
    const link = window.document.createElement("a");
    link.href = url;
    link.download = called;
    link.click();
    if (changes > 0) say("info", leftOut(changes).trim());
    window.setTimeout(() => {
      URL.revokeObjectURL(url);
    }, 10_000);
  } catch (error) {
    say("bad", explain(error));
  }
}
