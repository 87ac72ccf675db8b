// Settings. Everything applies at once and is kept.

import { type ReactElement, type ReactNode, useState } from "react";

import { stopAsking } from "../document";
import { CLOCKS, PACES, paceWords, sameClock, useRunSettings } from "../run";
import { type Autosave, Dialog, type Motion, PREFERENCES, usePreferences } from "../ui";
import { type Theme, useTheme } from "./theme";

interface Item {
  readonly title: string;
  readonly help: string;
  readonly control: (id: string) => ReactNode;
}

function Choice<T extends string>({
  id,
  value,
  choices,
  onChange,
}: {
  id: string;
  value: T;
  choices: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
}): ReactElement {
  return (
    <select
      id={id}
      value={value}
      onChange={(event) => {
        const found = choices.find(([key]) => key === event.currentTarget.value);
        if (found) onChange(found[0]);
      }}
    >
      {choices.map(([key, word]) => (
        <option key={key} value={key}>
          {word}
        </option>
      ))}
    </select>
  );
}

function Amount({
  id,
  value,
  min,
  max,
  step,
  onChange,
}: {
  id: string;
  value: number;
  min: number;
  max: number;
  step: number;
  onChange: (value: number) => void;
}): ReactElement {
  const [draft, setDraft] = useState<string | null>(null);
  return (
    <input
      id={id}
      type="number"
      min={min}
      max={max}
      step={step}
      value={draft ?? value}
      onChange={(event) => {
        setDraft(event.currentTarget.value);
        const number = event.currentTarget.valueAsNumber;
        if (number >= min && number <= max) onChange(number);
      }}
      onBlur={() => {
        setDraft(null);
      }}
    />
  );
}

function Check({ id, value, onChange }: { id: string; value: boolean; onChange: (on: boolean) => void }): ReactElement {
  return (
    <input
      id={id}
      type="checkbox"
      checked={value}
      onChange={(event) => {
        onChange(event.currentTarget.checked);
      }}
    />
  );
}

function useGroups(): readonly (readonly [string, readonly Item[]])[] {
  const { theme } = useTheme();
  const likes = usePreferences();
  const run = useRunSettings();
  const like = usePreferences.setState;
  return [
    [
      "Appearance",
      [
        {
          title: "Theme",
          help: "Dark, light, or whatever the system uses.",
          control: (id) => (
            <Choice<Theme>
              id={id}
              value={theme}
              choices={[
                ["system", "Like the system"],
                ["dark", "Dark"],
                ["light", "Light"],
              ]}
              onChange={(next) => {
                useTheme.setState({ theme: next });
              }}
            />
          ),
        },
        {
          title: "Motion",
          help: "Tokens on transitions, moving nodes and fades.",
          control: (id) => (
            <Choice<Motion>
              id={id}
              value={likes.motion}
              choices={[
                ["system", "Like the system"],
                ["reduced", "Reduced"],
                ["full", "Full"],
              ]}
              onChange={(motion) => {
                like({ motion });
              }}
            />
          ),
        },
      ],
    ],
    [
      "Code",
      [
        {
          title: "Font size of code",
          help: "In pixels, from 10 to 24.",
          control: (id) => (
            <Amount
              id={id}
              value={likes.codeSize}
              min={10}
              max={24}
              step={0.5}
              onChange={(codeSize) => {
                like({ codeSize });
              }}
            />
          ),
        },
        {
          title: "Tab size",
          help: "How wide a tab is shown, and how far a new line is indented where the file shows no step of its own.",
          control: (id) => (
            <Amount
              id={id}
              value={likes.tabSize}
              min={1}
              max={8}
              step={1}
              onChange={(tabSize) => {
                like({ tabSize });
              }}
            />
          ),
        },
      ],
    ],
    [
      "Runs",
      [
        {
          title: "Clock",
          help: "How time passes in a new run.",
          control: (id) => (
            <Choice
              id={id}
              value={String(CLOCKS.findIndex((choice) => sameClock(choice.mode, run.clock)))}
              choices={CLOCKS.map((choice, at) => [String(at), `${choice.word} – ${choice.hint}`])}
              onChange={(at) => {
                const choice = CLOCKS[Number(at)];
                if (choice) useRunSettings.setState({ clock: choice.mode });
              }}
            />
          ),
        },
        {
          title: "Pace",
          help: "How long a new run rests between two steps, so that it can be watched.",
          control: (id) => (
            <Choice
              id={id}
              value={String(run.pace)}
              choices={PACES.map((_, at) => [String(at), paceWords(at)])}
              onChange={(pace) => {
                useRunSettings.setState({ pace: Number(pace) });
              }}
            />
          ),
        },
      ],
    ],
    [
      "Files",
      [
        {
          title: "Save by itself",
          help: "Unsaved text survives a crash in any case.",
          control: (id) => (
            <Choice<Autosave>
              id={id}
              value={likes.autosave}
              choices={[
                ["off", "Off"],
                ["delay", "A second after the last change"],
                ["focus", "When another window comes to the front"],
              ]}
              onChange={(autosave) => {
                like({ autosave });
              }}
            />
          ),
        },
        {
          title: "Open again what was open",
          help: "The folder and tabs of the last session, with their unsaved text.",
          control: (id) => (
            <Check
              id={id}
              value={likes.restore}
              onChange={(restore) => {
                like({ restore });
              }}
            />
          ),
        },
        {
          title: "Ask before closing unsaved work",
          help: "Off: closing a tab gives its unsaved changes up.",
          control: (id) => (
            <Check
              id={id}
              value={likes.confirmClose}
              onChange={(confirmClose) => {
                like({ confirmClose });
              }}
            />
          ),
        },
        {
          title: "Ask before a file goes to the trash",
          help: "Deleting for good always asks.",
          control: (id) => (
            <Check
              id={id}
              value={likes.confirmDelete}
              onChange={(confirmDelete) => {
                like({ confirmDelete });
              }}
            />
          ),
        },
      ],
    ],
  ];
}

export function SettingsDialog(): ReactElement {
  const groups = useGroups();
  const [query, setQuery] = useState("");
  const wanted = query.toLowerCase().split(/\s+/);
  const shown = groups
    .map(([group, items]) => {
      const found = items.filter((item) => {
        const hay = `${group} ${item.title} ${item.help}`.toLowerCase();
        return wanted.every((word) => hay.includes(word));
      });
      return [group, found] as const;
    })
    .filter(([, items]) => items.length > 0);
  return (
    <Dialog
      title="Settings"
      className="settings-dialog"
      onClose={stopAsking}
      footer={
        <>
          <button
            type="button"
            className="button"
            onClick={() => {
              usePreferences.setState(PREFERENCES);
              useTheme.setState({ theme: "system" });
            }}
          >
            Back to the defaults
          </button>
          <span className="grow" />
          <span className="dim">Changes apply at once.</span>
          <button type="button" className="button primary" onClick={stopAsking}>
            Done
          </button>
        </>
      }
    >
      <input
        data-autofocus
        type="search"
        aria-label="Find a setting"
        placeholder="Find a setting…"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
        }}
      />
      {shown.map(([group, items]) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          {items.map((item) => {
            const id = `setting-${item.title.toLowerCase().replace(/\W+/g, "-")}`;
            return (
              <div key={item.title} className="setting">
                <label htmlFor={id}>
                  <span>{item.title}</span>
                  <small>{item.help}</small>
                </label>
                {item.control(id)}
              </div>
            );
          })}
        </section>
      ))}
      {shown.length === 0 ? <p className="dim pad">No setting matches “{query}”.</p> : null}
    </Dialog>
  );
}
