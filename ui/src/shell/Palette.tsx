import { type ReactElement, useMemo, useState } from "react";

import { useCommand, type WorkflowGraph } from "../backend";
import { kindWord } from "../asl";
import { activeTab, openPath, select, tabKey, useDocuments, useSelection } from "../document";
import { Dialog } from "../ui";
import { actions, titleOf, useOverlay } from "./actions";

interface Entry {
  readonly key: string;
  readonly title: string;
  readonly group: string;
  readonly keys?: string | undefined;
  run(): void;
}

/** How well the letters of `query` are found in `text`, in order; smaller is better, nothing if they are not. */
export function rank(query: string, text: string): number | null {
  const wanted = query.toLowerCase().replace(/\s+/g, ""),
    hay = text.toLowerCase();
  if (wanted === "") return 0;
  const whole = hay.indexOf(query.toLowerCase().trim());
  if (whole >= 0) return whole === 0 || hay.charAt(whole - 1) === " " ? whole : 20 + whole;
  let cost = 100,
    at = -1;
  for (const letter of wanted) {
    const next = hay.indexOf(letter, at + 1);
    if (next < 0) return null;
    // Beginnings of words cost nothing.
    cost += next === 0 || /[\s.:_/-]/.test(hay.charAt(next - 1)) ? 0 : next - at;
    at = next;
  }
  return cost;
}

const MOST = 60;

export function Palette({ graph }: { graph: WorkflowGraph | null }): ReactElement {
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const recent = useCommand("recent_files", {});
  const examples = useCommand("list_examples", {});
  const close = (): void => {
    useOverlay.setState({ overlay: "none" });
  };
  // What can be done changes with these while the palette is open: an edit made just before is still being taken in.
  const open = useDocuments();
  const selection = useSelection();
  const entries = useMemo((): Entry[] => {
    const tab = activeTab(open);
    return [
      ...actions
        .filter((action) => action.id !== "palette" && (action.enabled?.() ?? true))
        .map((action) => ({
          key: action.id,
          title: titleOf(action),
          group: action.group,
          keys: action.keys,
          run: () => {
            action.run();
          },
        })),
      ...(tab
        ? (graph?.nodes ?? [])
            .filter((node) => node.name !== "")
            .map((node) => ({
              key: node.id,
              title: node.name,
              group: `State · ${kindWord(node.kind)}`,
              run: () => {
                select(tabKey(tab), { kind: "node", id: node.id }, "outline");
              },
            }))
        : []),
      ...(recent.data?.files ?? [])
        .filter((file) => file.exists)
        .map((file) => ({
          key: `recent ${file.path}`,
          title: file.name,
          group: "Recent file",
          run: () => {
            void openPath(file.path);
          },
        })),
      ...(examples.data?.examples ?? []).map((example) => ({
        key: `example ${example.path}`,
        title: example.name,
        group: "Example",
        run: () => {
          void openPath(example.path);
        },
      })),
    ];
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [graph, recent.data, examples.data, open, selection]);
  const found = useMemo(
    () =>
      entries
        .map((entry, index) => ({
          entry,
          index,
          cost: rank(query, entry.title) ?? rank(query, `${entry.group} ${entry.title}`),
        }))
        .filter((match): match is typeof match & { cost: number } => match.cost !== null)
        .sort((a, b) => a.cost - b.cost || a.index - b.index)
        .slice(0, MOST)
        .map((match) => match.entry),
    [entries, query],
  );
  const chosen = Math.min(at, Math.max(0, found.length - 1));
  const run = (entry: Entry | undefined): void => {
    if (!entry) return;
    close();
    // The dialog gives focus back first, so that an action may take it.
    window.setTimeout(() => {
      entry.run();
    }, 0);
  };
  return (
    <Dialog title="Command palette" className="palette" onClose={close}>
      <input
        data-autofocus
        className="palette-input"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={found.length > 0 ? `palette-${String(chosen)}` : undefined}
        aria-label="Command, state or file"
        placeholder="Command, state or file…"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, found.length));
          else if (event.key === "ArrowUp") setAt((chosen - 1 + found.length) % Math.max(1, found.length));
          else if (event.key === "Enter") run(found[chosen]);
          else return;
          event.preventDefault();
        }}
      />
      <ul id="palette-list" role="listbox" aria-label="Matches" className="palette-list">
        {found.map((entry, index) => (
          <li
            key={entry.key}
            id={`palette-${String(index)}`}
            role="option"
            aria-selected={index === chosen}
            className={index === chosen ? "on" : ""}
            ref={
              index === chosen
                ? (element) => {
                    element?.scrollIntoView({ block: "nearest" });
                  }
                : undefined
            }
            onPointerMove={() => {
              if (index !== chosen) setAt(index);
            }}
            onClick={() => {
              run(entry);
            }}
          >
            <span className="palette-title">{entry.title}</span>
            <span className="palette-group">{entry.group}</span>
            {entry.keys === undefined ? null : <kbd>{entry.keys}</kbd>}
          </li>
        ))}
        {found.length === 0 ? (
          <li className="dim pad" role="presentation">
            Nothing matches “{query}”.
          </li>
        ) : null}
      </ul>
    </Dialog>
  );
}

const CANVAS_KEYS: readonly [string, string][] = [
  ["Arrow keys", "To the next state that way"],
  ["Shift+Arrow", "Select that state too"],
  ["Ctrl+A", "Select everything beside it"],
  ["T", "To the transitions of the selected state, one by one"],
  ["C", "Connect the selected state to another"],
  ["M", "Move the selected state into a container, or out of it"],
  ["Enter", "Into the container; on a transition, lead it elsewhere"],
  ["Escape, Alt+Up", "Select nothing, then out of the container"],
  ["Ctrl+C, X, V, D", "Copy, cut, paste, duplicate"],
  ["Delete", "Delete what is selected"],
  ["N", "Add a note"],
  ["Space", "Fold or unfold the selected container"],
  ["[ and ]", "Collapse and expand all containers"],
  ["Ctrl+F", "Find states"],
  ["1, 2, 0", "Fit all, fit the selection, 100 %"],
  ["+ and −", "Zoom; so does the wheel"],
  ["H and V", "Dragging moves the view, or selects"],
  ["Shift+Drag", "Lasso, with either tool"],
  ["Space+Drag, middle button", "Move the view, with either tool"],
];

export function Shortcuts(): ReactElement {
  const [query, setQuery] = useState("");
  const words = query.toLowerCase().split(/\s+/);
  const wanted = (...texts: string[]): boolean => {
    const hay = texts.join(" ").toLowerCase();
    return words.every((word) => hay.includes(word));
  };
  const onCanvas = CANVAS_KEYS.filter(([keys, text]) => wanted("On the canvas", keys, text));
  const groups = [...new Set(actions.map((action) => action.group))];
  return (
    <Dialog
      title="Keyboard shortcuts"
      className="shortcuts"
      onClose={() => {
        useOverlay.setState({ overlay: "none" });
      }}
    >
      <input
        data-autofocus
        type="search"
        aria-label="Find a shortcut"
        placeholder="Find by what it does or by its keys…"
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
        }}
      />
      <div className="shortcut-columns">
        {groups.map((group) => {
          const listed = actions.filter(
            (action) => action.group === group && action.keys !== undefined && wanted(group, action.title, action.keys),
          );
          return listed.length === 0 ? null : (
            <section key={group}>
              <h3>{group}</h3>
              <dl>
                {listed.map((action) => (
                  <div key={action.id}>
                    <dt>{action.title}</dt>
                    <dd>
                      <kbd>{action.keys}</kbd>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
        {onCanvas.length === 0 ? null : (
          <section>
            <h3>On the canvas</h3>
            <dl>
              {onCanvas.map(([keys, text]) => (
                <div key={keys}>
                  <dt>{text}</dt>
                  <dd>
                    <kbd>{keys}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </Dialog>
  );
}
