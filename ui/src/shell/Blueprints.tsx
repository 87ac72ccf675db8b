// Whole workflows to begin with, each with its picture; and empty ones.

import { FilePlus2 } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useMemo, useRef, useState } from "react";

import { type Blueprint, call, explain, useCommand } from "../backend";
import { newDocument, openPath, say, stopAsking } from "../document";
import { useFolder } from "../files";
import { Dialog } from "../ui";

interface Beginning {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly note: string;
  /** Nothing for an empty one. */
  readonly blueprint: Blueprint | null;
  readonly text: string;
}

const EMPTY: readonly Beginning[] = [
  {
    id: "workflow",
    title: "Empty, JSONPath",
    summary: "Begin with an empty canvas. Data is chosen by paths such as $.order.id.",
    note: "JSONPath",
    blueprint: null,
    text: '{\n  "StartAt": "",\n  "States": {}\n}\n',
  },
  {
    id: "workflow",
    title: "Empty, JSONata",
    summary: "Begin with an empty canvas. Data is worked out by expressions such as {% $states.input.total * 2 %}.",
    note: "JSONata",
    blueprint: null,
    text: '{\n  "QueryLanguage": "JSONata",\n  "StartAt": "",\n  "States": {}\n}\n',
  },
];

function begin(chosen: Beginning): void {
  stopAsking();
  void newDocument(`${chosen.id}.asl.json`, chosen.text);
}

/** Into the open folder: the definition with its sample input and mocks beside it. */
async function createIn(folder: string, blueprint: Blueprint): Promise<void> {
  for (let number = 1; number < 50; number++) {
    const name = number === 1 ? blueprint.id : `${blueprint.id}-${String(number)}`;
    try {
      const { path } = await call("create_from_blueprint", { blueprint: blueprint.id, folder, name });
      stopAsking();
      await openPath(path, { asText: true });
      return;
    } catch (error) {
      if (number < 49 && / exists$/.test(explain(error).replace(/\.$/, ""))) continue;
      say("bad", explain(error));
      return;
    }
  }
}

export function BlueprintDialog(): ReactElement {
  const { data, error } = useCommand("list_blueprints", {});
  const folder = useFolder((state) => state.tree);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const all = useMemo((): readonly Beginning[] => {
    const ready = (data?.blueprints ?? []).map((blueprint) => ({
      id: blueprint.id,
      title: blueprint.title,
      summary: blueprint.summary,
      note: `${String(blueprint.states)} states · ${blueprint.services.join(", ")}`,
      blueprint,
      text: blueprint.definition,
    }));
    return [...ready, ...EMPTY];
  }, [data]);
  const words = query.toLowerCase().split(/\s+/);
  const shown = all.filter((one) => {
    const hay = `${one.title} ${one.summary} ${one.note}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  const index = Math.min(at, Math.max(0, shown.length - 1));
  const chosen = shown[index];
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown") setAt(Math.min(shown.length - 1, index + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, index - 1));
    else if (event.key === "Enter" && chosen) begin(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog
      title="New from a blueprint"
      className="blueprints"
      onClose={stopAsking}
      footer={
        <>
          <span className="dim">
            {chosen?.blueprint && folder ? "In the folder it comes with its sample input and mocks." : ""}
          </span>
          <span className="grow" />
          <button type="button" className="button" onClick={stopAsking}>
            Cancel
          </button>
          {chosen?.blueprint && folder ? (
            <button
              type="button"
              className="button"
              onClick={() => {
                if (chosen.blueprint) void createIn(folder.path, chosen.blueprint);
              }}
            >
              Create in {folder.name}
            </button>
          ) : null}
          <button
            type="button"
            className="button primary"
            disabled={!chosen}
            onClick={() => {
              if (chosen) begin(chosen);
            }}
          >
            Open as new
          </button>
        </>
      }
    >
      {error ? <p className="refusal">{explain(error)}</p> : null}
      <div className="blueprint-panes">
        <div className="blueprint-list">
          <input
            data-autofocus
            type="search"
            role="combobox"
            aria-expanded="true"
            aria-controls="blueprint-choices"
            aria-activedescendant={chosen ? `blueprint-${String(index)}` : undefined}
            aria-label="Find a blueprint"
            placeholder="Find by name, service, purpose…"
            value={query}
            onChange={(event) => {
              setQuery(event.currentTarget.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <ul ref={list} id="blueprint-choices" role="listbox" aria-label="Blueprints">
            {shown.map((one, position) => (
              <li
                key={one.title}
                id={`blueprint-${String(position)}`}
                role="option"
                aria-selected={position === index}
                className={`card blueprint-card ${position === index ? "on" : ""}`}
                ref={
                  position === index
                    ? (element) => {
                        element?.scrollIntoView({ block: "nearest" });
                      }
                    : undefined
                }
                onClick={() => {
                  setAt(position);
                }}
                onDoubleClick={() => {
                  begin(one);
                }}
              >
                <span>
                  <strong>{one.title}</strong>
                  <small>{one.note}</small>
                </span>
              </li>
            ))}
            {data && shown.length === 0 ? (
              <li className="dim pad" role="presentation">
                Nothing matches “{query}”.
              </li>
            ) : null}
          </ul>
        </div>
        {chosen ? (
          <section className="blueprint-preview" aria-label="Preview" tabIndex={0}>
            <div className="blueprint-picture">
              {chosen.blueprint ? (
                <img
                  src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(chosen.blueprint.picture)}`}
                  alt={`The graph of ${chosen.title}`}
                />
              ) : (
                <FilePlus2 size={44} aria-hidden="true" />
              )}
            </div>
            <h3>{chosen.title}</h3>
            <p>{chosen.summary}</p>
          </section>
        ) : null}
      </div>
    </Dialog>
  );
}
