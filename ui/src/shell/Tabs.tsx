import { History, X } from "lucide-react";
import type { KeyboardEvent, ReactElement } from "react";

import { activateTab, closeTab, setMode, type Tab, tabKey, useDocuments, type ViewMode } from "../document";

const MODES: readonly [ViewMode, string][] = [
  ["canvas", "Canvas"],
  ["split", "Split"],
  ["code", "Code"],
];

function TabButton({
  tab,
  on,
  onKeyDown,
}: {
  tab: Tab;
  on: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
}): ReactElement {
  const key = tabKey(tab);
  const document = useDocuments((state) => (tab.kind === "document" ? state.documents[tab.document] : undefined));
  const name = tab.kind === "execution" ? tab.title : (document?.name ?? "");
  return (
    <div
      className={`tab ${on ? "on" : ""}`}
      title={tab.kind === "execution" ? `Execution ${tab.title}` : (document?.path ?? "not saved yet")}
      onAuxClick={(event) => {
        if (event.button === 1) closeTab(key);
      }}
    >
      <button
        type="button"
        id={`tab-${key}`}
        aria-current={on ? "page" : undefined}
        className="tab-name"
        onClick={() => {
          activateTab(key);
        }}
        onKeyDown={onKeyDown}
      >
        {tab.kind === "execution" ? <History size={13} aria-hidden="true" /> : null}
        <span>{name}</span>
        {document?.unsaved ? <span className="unsaved" role="img" aria-label="unsaved changes" /> : null}
      </button>
      <button
        type="button"
        className="tab-close"
        aria-label={`Close ${name}`}
        onClick={() => {
          closeTab(key);
        }}
      >
        <X size={13} />
      </button>
    </div>
  );
}

export function Tabs(): ReactElement {
  const tabs = useDocuments((state) => state.tabs);
  const active = useDocuments((state) => state.active);
  const mode = useDocuments((state) => state.mode);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = tabs.findIndex((tab) => tabKey(tab) === active);
    if (event.key === "Delete" && active !== null) closeTab(active);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (step === 0 || !next) return;
    activateTab(tabKey(next));
    document.getElementById(`tab-${tabKey(next)}`)?.focus();
  };
  return (
    <div className="tabs">
      <nav className="tab-strip" aria-label="Open files">
        {tabs.map((tab) => (
          <TabButton key={tabKey(tab)} tab={tab} on={tabKey(tab) === active} onKeyDown={onKeyDown} />
        ))}
      </nav>
      <span className="grow" />
      <div className="segments" role="radiogroup" aria-label="View">
        {MODES.map(([key, word]) => (
          <label key={key} className={mode === key ? "on" : ""}>
            <input
              type="radio"
              name="view-mode"
              checked={mode === key}
              onChange={() => {
                setMode(key);
              }}
            />
            {word}
          </label>
        ))}
      </div>
    </div>
  );
}
