import { History, Lock, X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, type ReactElement, useEffect, useRef, useState } from "react";

import { activateTab, moveTab, setMode, type Tab, tabKey, useDocuments, type ViewMode } from "../document";
import { copyPath, reveal } from "../files";
import { ContextMenu, type MenuEntry } from "../ui";
import { perform } from "./actions";
import { closeOthers, closeRemembering } from "./session";

const MODES: readonly [ViewMode, string][] = [
  ["canvas", "Canvas"],
  ["split", "Split"],
  ["code", "Code"],
];

const THRESHOLD = 5;

/** Where a tab that is dragged to `x` would stand: before which other, and where the mark for it is. */
function gapAt(strip: HTMLElement, x: number): { before: string | null; left: number } {
  const frame = strip.getBoundingClientRect();
  let end = 0;
  for (const element of strip.querySelectorAll<HTMLElement>("[data-tab]")) {
    const box = element.getBoundingClientRect();
    if (x < box.left + box.width / 2)
      return { before: element.dataset["tab"] ?? null, left: box.left - frame.left + strip.scrollLeft };
    end = box.right - frame.left + strip.scrollLeft;
  }
  return { before: null, left: end };
}

function entriesFor(key: string, path: string | null): MenuEntry[] {
  const { tabs } = useDocuments.getState();
  return [
    {
      label: "Close",
      keys: "Ctrl+W",
      run: () => {
        closeRemembering(key);
      },
    },
    {
      label: "Close the others",
      disabled: tabs.length < 2,
      run: () => {
        closeOthers(key);
      },
    },
    {
      label: "Reopen the last closed tab",
      keys: "Ctrl+Shift+T",
      run: () => {
        perform("reopen");
      },
    },
    ...(path === null
      ? []
      : ([
          "separator",
          {
            label: "Copy path",
            run: () => {
              copyPath(path);
            },
          },
          {
            label: "Show in the file manager",
            run: () => {
              reveal(path);
            },
          },
        ] satisfies MenuEntry[])),
  ];
}

function TabButton({
  tab,
  on,
  onKeyDown,
  onDrag,
  onDrop,
}: {
  tab: Tab;
  on: boolean;
  onKeyDown: (event: KeyboardEvent) => void;
  /** The pointer is at `x` with this tab in hand; nothing once it is given up. */
  onDrag: (x: number | null) => void;
  onDrop: (x: number) => void;
}): ReactElement {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (on) element.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [on]);
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const start = event.clientX;
    const { pointerId } = event;
    let dragging = false;
    const stop = (): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", escape, { capture: true });
      onDrag(null);
    };
    const move = (next: globalThis.PointerEvent): void => {
      if (next.pointerId !== pointerId || (!dragging && Math.abs(next.clientX - start) < THRESHOLD)) return;
      dragging = true;
      onDrag(next.clientX);
    };
    const up = (next: globalThis.PointerEvent): void => {
      if (next.pointerId !== pointerId) return;
      stop();
      if (dragging) onDrop(next.clientX);
    };
    const cancel = (): void => {
      stop();
    };
    const escape = (pressed: globalThis.KeyboardEvent): void => {
      if (pressed.key === "Escape" && dragging) {
        pressed.stopPropagation();
        stop();
      }
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", escape, { capture: true });
  };
  const key = tabKey(tab);
  const document = useDocuments((state) => (tab.kind === "document" ? state.documents[tab.document] : undefined));
  const name = tab.kind === "execution" ? tab.title : (document?.name ?? "");
  return (
    <ContextMenu entries={() => entriesFor(key, document?.path ?? null)}>
      <div
        ref={element}
        data-tab={key}
        className={`tab ${on ? "on" : ""}`}
        onPointerDown={onPointerDown}
        onMouseDown={(event) => {
          // The middle button would scroll.
          if (event.button === 1) event.preventDefault();
        }}
        title={tab.kind === "execution" ? `Execution ${tab.title}` : (document?.path ?? "not saved yet")}
        onAuxClick={(event) => {
          if (event.button === 1) closeRemembering(key);
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
          {document?.readOnly ? <Lock size={12} aria-label="read-only" /> : null}
          {document?.unsaved ? <span className="unsaved" role="img" aria-label="unsaved changes" /> : null}
        </button>
        <button
          type="button"
          className="tab-close"
          aria-label={`Close ${name}`}
          onClick={() => {
            closeRemembering(key);
          }}
        >
          <X size={13} />
        </button>
      </div>
    </ContextMenu>
  );
}

export function Tabs(): ReactElement {
  const tabs = useDocuments((state) => state.tabs);
  const active = useDocuments((state) => state.active);
  const mode = useDocuments((state) => state.mode);
  const strip = useRef<HTMLElement>(null);
  const [gap, setGap] = useState<number | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = tabs.findIndex((tab) => tabKey(tab) === active);
    if (event.key === "Delete" && active !== null) closeRemembering(active);
    if (step !== 0 && active !== null && event.ctrlKey && event.shiftKey) {
      // The tab itself moves, past its neighbour.
      const other = tabs[at + (step > 0 ? 2 : -1)];
      if (step > 0 || at > 0) moveTab(active, other ? tabKey(other) : null);
      event.preventDefault();
      return;
    }
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (step === 0 || !next) return;
    activateTab(tabKey(next));
    document.getElementById(`tab-${tabKey(next)}`)?.focus();
  };
  return (
    <div className="tabs">
      <nav ref={strip} className="tab-strip" aria-label="Open files">
        {tabs.map((tab) => (
          <TabButton
            key={tabKey(tab)}
            tab={tab}
            on={tabKey(tab) === active}
            onKeyDown={onKeyDown}
            onDrag={(x) => {
              setGap(x === null || !strip.current ? null : gapAt(strip.current, x).left);
            }}
            onDrop={(x) => {
              if (strip.current) moveTab(tabKey(tab), gapAt(strip.current, x).before);
            }}
          />
        ))}
        {gap === null ? null : <span className="tab-gap" style={{ left: gap }} aria-hidden="true" />}
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
