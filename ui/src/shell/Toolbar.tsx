import {
  ChevronDown,
  Command,
  Keyboard,
  Moon,
  Pause,
  Play,
  Redo2,
  Square,
  Sun,
  SunMoon,
  Timer,
  Undo2,
} from "lucide-react";
import type { ReactElement } from "react";

import { DebugButtons, useDebug } from "../debugger";
import type { ClockMode } from "../backend";
import { activeDocument, useDocuments } from "../document";
import {
  CLOCKS,
  clockWord,
  paceOf,
  sameClock,
  setClock,
  SpeedSlider,
  useRunSettings,
  useSession,
  useShownExecution,
} from "../run";
import { askToExport, TARGETS } from "../ship";
import { Menu, type MenuEntry, Tip } from "../ui";
import { action, actions, perform, titleOf } from "./actions";
import { type Theme, useTheme } from "./theme";

function entriesOf(group: "File" | "Edit" | "View"): MenuEntry[] {
  return actions
    .filter((candidate) => candidate.group === group)
    .map((candidate) => ({
      label: titleOf(candidate),
      keys: candidate.keys,
      disabled: !(candidate.enabled?.() ?? true),
      run: () => {
        perform(candidate.id);
      },
    }));
}

function GroupMenu({ group }: { group: "File" | "Edit" | "View" }): ReactElement {
  return (
    <Menu
      trigger={
        <button type="button" className="menu-button">
          {group}
        </button>
      }
      // What is possible changes with what is open.
      entries={() => entriesOf(group)}
    />
  );
}

const THEMES: readonly [Theme, string, typeof Sun][] = [
  ["system", "Like the system", SunMoon],
  ["dark", "Dark", Moon],
  ["light", "Light", Sun],
];

export function Toolbar(): ReactElement {
  const document = useDocuments(activeDocument);
  const execution = useShownExecution();
  const session = useSession(execution);
  const settings = useRunSettings();
  const { theme } = useTheme();
  const running = session?.status === "running";
  const paused = useDebug(
    (state) => execution !== null && (state.pauses[execution] !== undefined || state.past[execution] !== undefined),
  );
  const change = (clock: ClockMode, pace: number): void => {
    useRunSettings.setState({ clock, pace });
    if (running && execution !== null) void setClock(execution, clock, paceOf(pace));
  };
  const ThemeIcon = THEMES.find(([key]) => key === theme)?.[2] ?? SunMoon;
  return (
    <header className="toolbar">
      <span className="brand">
        <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true">
          <path
            d="M2 15h4v-4h4V7h4V3h2"
            fill="none"
            stroke="var(--accent)"
            strokeWidth="2.4"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <span className="brand-word">Stepwright</span>
      </span>
      <nav className="menus" aria-label="Menus">
        <GroupMenu group="File" />
        <GroupMenu group="Edit" />
        <GroupMenu group="View" />
      </nav>
      <span className="bar" />
      <Tip text={document?.undo.undo ? `Undo ${document.undo.undo}` : "Undo"} keys="Ctrl+Z">
        <button
          type="button"
          className="icon-button"
          aria-label={document?.undo.undo ? `Undo ${document.undo.undo}` : "Undo"}
          disabled={!document?.undo.undo}
          onClick={() => {
            perform("undo");
          }}
        >
          <Undo2 size={16} />
        </button>
      </Tip>
      <Tip text={document?.undo.redo ? `Redo ${document.undo.redo}` : "Redo"} keys="Ctrl+Shift+Z">
        <button
          type="button"
          className="icon-button"
          aria-label={document?.undo.redo ? `Redo ${document.undo.redo}` : "Redo"}
          disabled={!document?.undo.redo}
          onClick={() => {
            perform("redo");
          }}
        >
          <Redo2 size={16} />
        </button>
      </Tip>
      <span className="grow" />
      {paused && execution !== null ? (
        <DebugButtons execution={execution} />
      ) : (
        <>
          <Tip
            text={document?.analysis.runnable === false ? "The definition has errors" : "Run the workflow"}
            keys="F5"
          >
            <button
              type="button"
              className="button primary"
              disabled={!document}
              onClick={() => {
                perform("run");
              }}
            >
              <Play size={14} /> Run <kbd>F5</kbd>
            </button>
          </Tip>
          <Tip text="Stop the run" keys="Shift+F5">
            <button
              type="button"
              className="button"
              disabled={!running}
              onClick={() => {
                perform("stop");
              }}
            >
              <Square size={13} /> Stop
            </button>
          </Tip>
          {running && execution !== null ? (
            <Tip text="Pause the run at its next change" keys="F6">
              <button
                type="button"
                className="icon-button"
                aria-label="Pause the run"
                onClick={() => {
                  perform("pause");
                }}
              >
                <Pause size={15} />
              </button>
            </Tip>
          ) : null}
        </>
      )}
      <span className="bar" />
      <Menu
        trigger={
          <button type="button" className="button" title="How time passes in a run">
            <Timer size={14} /> <span className="clock-word">{clockWord(settings.clock)}</span>
          </button>
        }
        entries={[
          { heading: "Clock" },
          ...CLOCKS.map((choice) => ({
            label: choice.word,
            hint: choice.hint,
            checked: sameClock(choice.mode, settings.clock),
            run: () => {
              change(choice.mode, settings.pace);
            },
          })),
        ]}
      />
      <SpeedSlider
        id="toolbar-speed"
        value={settings.pace}
        onChange={(pace) => {
          change(settings.clock, pace);
        }}
      />
      <span className="grow" />
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            className="button"
            disabled={!document}
            title="Write the workflow as infrastructure-as-code"
          >
            <span>Export</span> <ChevronDown size={13} aria-hidden="true" />
          </button>
        }
        entries={TARGETS.map((target) => ({
          label: target.word,
          hint: target.hint,
          run: () => {
            if (document) askToExport(document.id, target.key);
          },
        }))}
      />
      <Menu
        align="end"
        trigger={
          <button type="button" className="icon-button in-menus" aria-label="Theme" title="Theme">
            <ThemeIcon size={16} />
          </button>
        }
        entries={THEMES.map(([key, word]) => ({
          label: word,
          checked: key === theme,
          run: () => {
            useTheme.setState({ theme: key });
          },
        }))}
      />
      <Tip text="Keyboard shortcuts" keys="?">
        <button
          type="button"
          className="icon-button in-menus"
          aria-label="Keyboard shortcuts"
          onClick={() => {
            perform("shortcuts");
          }}
        >
          <Keyboard size={16} />
        </button>
      </Tip>
      <Tip text={action("palette").title} keys="Ctrl+K">
        <button
          type="button"
          className="button"
          aria-label="Ctrl K, command palette"
          onClick={() => {
            perform("palette");
          }}
        >
          <Command size={13} /> <span className="mono">Ctrl K</span>
        </button>
      </Tip>
    </header>
  );
}
