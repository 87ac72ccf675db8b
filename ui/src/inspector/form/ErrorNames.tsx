// The errors an entry is for: names as chips, suggestions from what the call is known to raise.

import { Plus, X } from "lucide-react";
import { type ReactElement, useState } from "react";

import { useCommand } from "../../backend";
import { type JsonNode, Menu, type MenuEntry } from "../../ui";
import { clearField, items, setField, textOf, useForm } from "../place";
import { STATES_ERRORS } from "./retries";

export function ErrorNames({ path, value }: { path: string; value: JsonNode | undefined }): ReactElement {
  const form = useForm();
  const [typing, setTyping] = useState(false);
  const { resource } = form.node;
  const described = useCommand(
    "describe_integration",
    { resource: resource ?? "", language: form.language },
    { enabled: resource !== null },
  );
  const names = items(value).map(textOf);
  const free = (name: string): boolean => !names.includes(name);
  const add = (name: string): void => {
    setTyping(false);
    const wanted = name.trim();
    if (wanted === "" || !free(wanted)) return;
    // The service wants States.ALL to stand alone.
    if (value === undefined || wanted === "States.ALL" || names.includes("States.ALL"))
      void setField(form, path, JSON.stringify([wanted]));
    else void setField(form, `${path}/${String(names.length)}`, JSON.stringify(wanted));
  };
  const known = (described.data?.integration?.errors ?? []).filter(free);
  const suggestions: MenuEntry[] = [
    {
      label: "Another name…",
      run: () => {
        setTyping(true);
      },
    },
    ...(known.length > 0 ? (["separator", { heading: described.data?.integration?.service ?? "" }] as const) : []),
    ...known.slice(0, 24).map((name) => ({
      label: name,
      run: () => {
        add(name);
      },
    })),
    "separator",
    { heading: "Step Functions" },
    ...STATES_ERRORS.filter(({ name }) => free(name)).map(({ name, help }) => ({
      label: name,
      hint: help,
      run: () => {
        add(name);
      },
    })),
  ];
  return (
    <ul className="error-names" aria-label="Errors">
      {names.map((name, at) => (
        <li key={`${String(at)} ${name}`} className={name === "States.ALL" ? "all" : ""}>
          <code>{name}</code>
          <button
            type="button"
            aria-label={`Remove ${name}`}
            title={`Remove ${name}`}
            onClick={() => void clearField(form, `${path}/${String(at)}`)}
          >
            <X size={11} />
          </button>
        </li>
      ))}
      <li className="adding">
        {typing ? (
          <input
            className="mono"
            aria-label="Name of the error"
            placeholder="MyError"
            spellCheck={false}
            ref={(element) => element?.focus()}
            onBlur={(event) => {
              add(event.currentTarget.value);
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter") add(event.currentTarget.value);
              if (event.key === "Escape") {
                event.stopPropagation();
                setTyping(false);
              }
            }}
          />
        ) : (
          <Menu
            trigger={
              <button type="button" className="chip-button" aria-label="Add an error">
                <Plus size={11} /> {names.length === 0 ? "Error" : ""}
              </button>
            }
            entries={suggestions}
          />
        )}
      </li>
    </ul>
  );
}
