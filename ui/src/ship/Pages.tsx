// The pages of an export's preview: files, placeholders, permissions, notes.

import { CircleAlert, Info } from "lucide-react";
import { type ReactElement, useMemo, useRef, useState } from "react";
import { EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { defaultKeymap } from "@codemirror/commands";

import type { ExportFile, ExportStatement, ShippingNote } from "../backend";
import { Difference, looks, ShadowEditor } from "../code";
import { highlighting, languageOf } from "./highlight";
import { type Agreements, isAgreed, notesByText, reasonsByWhy, type StateRef, textBefore } from "./plan";

export function TabRow<K extends string>({
  label,
  id,
  tabs,
  chosen,
  onChoose,
  className,
}: {
  label: string;
  id: string;
  tabs: readonly { readonly key: K; readonly word: string; readonly badge?: ReactElement | string | null }[];
  chosen: K;
  onChoose: (key: K) => void;
  className?: string;
}): ReactElement {
  const row = useRef<HTMLDivElement>(null);
  return (
    <div
      ref={row}
      className={`tab-list ${className ?? ""}`}
      role="tablist"
      aria-label={label}
      onKeyDown={(event) => {
        const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        const at = tabs.findIndex((tab) => tab.key === chosen);
        const next = tabs[(at + step + tabs.length) % tabs.length];
        if (step === 0 || !next) return;
        event.preventDefault();
        onChoose(next.key);
        row.current?.querySelectorAll<HTMLElement>("[role=tab]")[tabs.indexOf(next)]?.focus();
      }}
    >
      {tabs.map((tab) => (
        <button
          key={tab.key}
          type="button"
          role="tab"
          aria-selected={tab.key === chosen}
          aria-controls={id}
          tabIndex={tab.key === chosen ? 0 : -1}
          className={tab.key === chosen ? "on" : ""}
          onClick={() => {
            onChoose(tab.key);
          }}
        >
          {tab.word}
          {tab.badge ?? null}
        </button>
      ))}
    </div>
  );
}

function TextView({ path, text }: { path: string; text: string }): ReactElement {
  return (
    <ShadowEditor
      id={`${path}\n${text}`}
      label={`Text of ${path}`}
      className="ship-text"
      create={(parent) =>
        new EditorView({
          parent,
          root: parent,
          state: EditorState.create({
            doc: text,
            extensions: [
              highlighting(languageOf(path)),
              lineNumbers(),
              EditorState.readOnly.of(true),
              looks,
              keymap.of(defaultKeymap),
            ],
          }),
        })
      }
    />
  );
}

const STANDS: Readonly<Record<ExportFile["onDisk"], readonly [string, string]>> = {
  absent: ["new", "Not on disk yet."],
  same: ["same", "The file on disk is the same; it is left alone."],
  differs: ["differs", "The file on disk differs."],
};

export function FilesPage({
  files,
  chosen,
  onChoose,
  asText,
  onAsText,
  agreements,
  onAgree,
}: {
  files: readonly ExportFile[];
  chosen: string;
  onChoose: (path: string) => void;
  asText: boolean;
  onAsText: (asText: boolean) => void;
  agreements: Agreements;
  onAgree: (file: ExportFile, agreed: boolean) => void;
}): ReactElement | null {
  const file = files.find((candidate) => candidate.path === chosen) ?? files[0];
  const before = useMemo(() => (file?.onDisk === "differs" ? textBefore(file.text, file.difference) : null), [file]);
  if (!file) return null;
  const showsDifference = before !== null && !asText;
  return (
    <div className="ship-files">
      <TabRow
        label="Files"
        id="ship-file"
        className="ship-file-tabs"
        chosen={file.path}
        onChoose={onChoose}
        tabs={files.map((one) => ({
          key: one.path,
          word: one.path,
          badge: (
            <span className={`ship-stand ${one.onDisk}`}>
              {isAgreed(one, agreements) && one.onDisk === "differs" ? "overwrite" : STANDS[one.onDisk][0]}
            </span>
          ),
        }))}
      />
      <div className="ship-file" id="ship-file" role="tabpanel" aria-label={file.path}>
        <div className="ship-file-head">
          <span className={file.onDisk === "differs" ? "warn-text" : "dim"}>{STANDS[file.onDisk][1]}</span>
          <span className="grow" />
          {before === null ? null : (
            <>
              {showsDifference ? (
                <label className="check">
                  <input
                    type="checkbox"
                    checked={isAgreed(file, agreements)}
                    onChange={(event) => {
                      onAgree(file, event.currentTarget.checked);
                    }}
                  />{" "}
                  Overwrite this file
                </label>
              ) : null}
              <span className="segments" role="radiogroup" aria-label="Show">
                {(
                  [
                    [false, "Difference"],
                    [true, "Text"],
                  ] as const
                ).map(([value, word]) => (
                  <label key={word} className={asText === value ? "on" : ""}>
                    <input
                      type="radio"
                      name="ship-show"
                      checked={asText === value}
                      onChange={() => {
                        onAsText(value);
                      }}
                    />
                    {word}
                  </label>
                ))}
              </span>
            </>
          )}
        </div>
        {showsDifference ? (
          before === file.text ? (
            <p className="pad">Only line ends or the end of the last line differ.</p>
          ) : (
            <>
              <p className="legend ship-legend">
                <span className="legend-bad">on disk</span>
                <span className="legend-ok">in this export</span>
              </p>
              <Difference
                id={`${file.path}\n${file.difference}\n${file.text}`}
                before={before}
                after={file.text}
                label={`Difference of ${file.path}`}
                language={highlighting(languageOf(file.path))}
              />
            </>
          )
        ) : (
          <TextView path={file.path} text={file.text} />
        )}
      </div>
    </div>
  );
}

/** Names of states that lead to where they stand. */
function States({ states, onShow }: { states: readonly StateRef[]; onShow: ShowState }): ReactElement {
  const [all, setAll] = useState(false);
  const shown = all ? states : states.slice(0, MANY);
  return (
    <>
      {shown.map((state, index) => (
        <span key={state.name}>
          {index > 0 ? ", " : ""}
          {state.pointer === null ? (
            <strong>{state.name}</strong>
          ) : (
            <button
              type="button"
              className="ship-state-link"
              title="Show this state"
              onClick={() => {
                onShow(state.pointer ?? "");
              }}
            >
              {state.name}
            </button>
          )}
        </span>
      ))}
      {states.length > shown.length ? (
        <button
          type="button"
          className="ship-state-link more"
          onClick={() => {
            setAll(true);
          }}
        >
          {" "}
          and {states.length - shown.length} more
        </button>
      ) : null}
    </>
  );
}

const MANY = 12;

export type ShowState = (pointer: string) => void;

function Reasons({ statement, onShow }: { statement: ExportStatement; onShow: ShowState }): ReactElement {
  return (
    <>
      {reasonsByWhy(statement.reasons).map(({ why, states }) => (
        <p key={why}>
          {states.length === 0 ? null : (
            <>
              <States states={states} onShow={onShow} />:{" "}
            </>
          )}
          {why}
        </p>
      ))}
      {statement.review.map((review, index) => (
        <p key={index} className="warn-text">
          To be looked at: {review}
        </p>
      ))}
    </>
  );
}

export function PermissionsPage({
  statements,
  onShow,
}: {
  statements: readonly ExportStatement[];
  onShow: ShowState;
}): ReactElement {
  if (statements.length === 0)
    return <p className="empty">The workflow calls nothing, so its role needs no permission.</p>;
  return (
    <div className="table-frame">
      <table className="table ship-table ship-permissions">
        <thead>
          <tr>
            <th scope="col">Statement</th>
            <th scope="col">May do</th>
            <th scope="col">With</th>
            <th scope="col">Because</th>
          </tr>
        </thead>
        <tbody>
          {statements.map((statement) => (
            <tr key={statement.sid}>
              <td className="mono wraps">{statement.sid}</td>
              <td>
                {statement.actions.map((one) => (
                  <code key={one}>{one}</code>
                ))}
              </td>
              <td className="wraps">
                {statement.resources.map((one) => (
                  <code key={one}>{one}</code>
                ))}
                {statement.conditions.map((one) => (
                  <small key={one} className="dim">
                    if <code>{one}</code>
                  </small>
                ))}
              </td>
              <td className="wraps words">
                <Reasons statement={statement} onShow={onShow} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function NoteList({
  notes,
  onShow,
}: {
  notes: readonly ShippingNote[];
  /** Leads to a state; absent where none is open. */
  onShow?: ShowState;
}): ReactElement {
  return (
    <ul className="ship-notes">
      {notesByText(notes).map(({ warning, text, states }) => (
        <li key={text} className={warning ? "warn" : ""}>
          {warning ? <CircleAlert size={15} aria-label="Warning" /> : <Info size={15} aria-label="Note" />}
          <span>
            {text}
            {states.length === 0 ? null : (
              <small className="dim">
                {onShow ? <States states={states} onShow={onShow} /> : states.map((state) => state.name).join(", ")}
              </small>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
