// JSON that opens and shuts, with what changed, large values cut, a search, and a menu on every value.

import { ChevronDown, ChevronRight } from "lucide-react";
import { type KeyboardEvent, type ReactElement, useMemo, useState } from "react";

import { readJson, writeJson } from "./json";
import { treeLines, type TreeLine } from "./json-tree";
import { ContextMenu, type MenuEntry } from "./Menu";

/** More lines than this are drawn when they are asked for. */
const LINES = 500;

export interface JsonPlace {
  /** `$.order.total` */
  readonly path: string;
  /** JSON text. */
  readonly value: string;
}

interface Props {
  readonly text: string;
  /** The JSON text to compare with. */
  readonly before?: string | undefined;
  readonly label: string;
  readonly search?: string;
  /** What else can be done with a value, from its menu. */
  readonly actions?: ((place: JsonPlace) => readonly MenuEntry[]) | undefined;
}

export function JsonTree({ text, before, label, search = "", actions }: Props): ReactElement {
  const [turned, setTurned] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [more, setMore] = useState<ReadonlyMap<string, number>>(new Map());
  const [limit, setLimit] = useState(LINES);
  const [active, setActive] = useState(0);
  const [menu, setMenu] = useState<TreeLine | null>(null);
  const sought = search.trim().toLowerCase();
  const node = useMemo(() => readJson(text), [text]);
  const old = useMemo(() => (before === undefined ? undefined : readJson(before)), [before]);
  const lines = useMemo(
    () => (node ? treeLines(node, old, { turned, more, sought }) : null),
    [node, old, turned, more, sought],
  );
  if (!lines) return <pre className="json">{text}</pre>;
  const turn = (line: TreeLine): void => {
    if (line.open === null) return;
    setTurned((known) => new Map(known).set(line.path, !line.open));
  };
  const widen = (line: TreeLine): void => {
    setMore((known) => new Map(known).set(line.path, (known.get(line.path) ?? 12) + 500));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const line = lines[active];
    const acts: Record<string, (() => void) | undefined> = {
      ArrowDown: () => {
        setActive(Math.min(lines.length - 1, active + 1));
      },
      ArrowUp: () => {
        setActive(Math.max(0, active - 1));
      },
      ArrowRight: () => {
        if (line?.open === false) turn(line);
      },
      ArrowLeft: () => {
        if (line?.open === true) turn(line);
      },
      Enter: () => {
        if (line) turn(line);
      },
    };
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const place = (line: TreeLine): JsonPlace => ({
    path: line.path.replace(" (before)", ""),
    value: writeJson(line.node),
  });
  const entries: MenuEntry[] = menu
    ? [
        {
          label: "Copy value",
          run: () => {
            void navigator.clipboard.writeText(place(menu).value);
          },
        },
        {
          label: "Copy path",
          run: () => {
            void navigator.clipboard.writeText(place(menu).path);
          },
        },
        ...(menu.open === null && menu.rest === null
          ? []
          : [
              {
                label: menu.open === true ? "Shut" : "Open",
                run: () => {
                  if (menu.rest === null) turn(menu);
                  else widen(menu);
                },
              },
            ]),
        ...(actions && menu.change !== "removed" ? (["separator", ...actions(place(menu))] as MenuEntry[]) : []),
      ]
    : [];
  return (
    <ContextMenu entries={entries}>
      <div
        className="json json-tree"
        role="tree"
        aria-label={label}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onContextMenu={(event) => {
          const row = (event.target as Element).closest("[data-line]");
          setMenu(lines[Number(row?.getAttribute("data-line") ?? active)] ?? null);
        }}
      >
        {lines.slice(0, limit).map((line, index) => (
          <Line
            key={index}
            line={line}
            index={index}
            active={index === active}
            sought={sought}
            onTurn={() => {
              setActive(index);
              turn(line);
            }}
            onMore={() => {
              widen(line);
            }}
          />
        ))}
        {lines.length > limit ? (
          <button
            type="button"
            className="link"
            onClick={() => {
              setLimit(limit + 4 * LINES);
            }}
          >
            {(lines.length - limit).toLocaleString("en")} more lines
          </button>
        ) : null}
      </div>
    </ContextMenu>
  );
}

function Line({
  line,
  index,
  active,
  sought,
  onTurn,
  onMore,
}: {
  line: TreeLine;
  index: number;
  active: boolean;
  sought: string;
  onTurn: () => void;
  onMore: () => void;
}): ReactElement {
  return (
    <div
      className={`json-line ${line.change === null ? "" : `json-${line.change}`}`}
      role="treeitem"
      aria-level={line.depth + 1}
      aria-expanded={line.open ?? undefined}
      aria-selected={active}
      data-line={index}
      title={line.old === null ? (line.change === null ? undefined : `${line.change} here`) : `was ${line.old}`}
      style={{ paddingLeft: 20 + line.depth * 14 }}
      onClick={line.open === null ? undefined : onTurn}
    >
      <span className="json-turn" aria-hidden="true">
        {line.open === null ? null : line.open ? <ChevronDown size={11} /> : <ChevronRight size={11} />}
      </span>
      {line.tokens.map((token, at) => (
        <span key={at} className={`json-${token.kind}`}>
          {token.kind === "mark" ? token.text : marked(token.text, sought)}
        </span>
      ))}
      {line.old === null ? null : <span className="json-old"> was {line.old}</span>}
      {line.rest === null ? null : (
        <button
          type="button"
          className="link json-rest"
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            onMore();
          }}
        >
          {line.rest}
        </button>
      )}
      {"\n"}
    </div>
  );
}

function marked(text: string, sought: string): ReactElement | string {
  const at = sought === "" ? -1 : text.toLowerCase().indexOf(sought);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + sought.length)}</mark>
      {text.slice(at + sought.length)}
    </>
  );
}
