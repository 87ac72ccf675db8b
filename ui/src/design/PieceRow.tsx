// One piece of the palette: dragged, double-clicked, or added with Enter; what it is stands beside it.

import * as Tooltip from "@radix-ui/react-tooltip";
import type { ReactElement } from "react";

import { StateIcon } from "../asl";
import { explain, type QueryLanguage } from "../backend";
import { say } from "../document";
import { addPiece } from "./actions";
import { beginDrag } from "./drag";
import { PieceDetail } from "./PieceDetail";
import type { Item } from "./pieces";

export function addItem(item: Item): void {
  Promise.resolve(item.piece()).then(
    (piece) => addPiece(piece),
    (error: unknown) => {
      say("bad", explain(error));
    },
  );
}

interface Props {
  readonly item: Item;
  readonly language: QueryLanguage;
  /** Under the head of a service, which has the icon. */
  readonly nested?: boolean;
  /** Where the row is called after something else than the item. */
  readonly title?: string;
  readonly note?: string;
}

export function PieceRow({
  item,
  language,
  nested = false,
  title = item.title,
  note = item.note,
}: Props): ReactElement {
  return (
    <li>
      <Tooltip.Root delayDuration={450}>
        <Tooltip.Trigger asChild>
          <button
            type="button"
            className={nested ? "piece nested" : "piece"}
            tabIndex={-1}
            data-row={item.key}
            data-title={title}
            onPointerDown={(event) => {
              if (event.button === 0) beginDrag(event, { kind: "piece", piece: item.draft }, item.title);
            }}
            onDoubleClick={() => {
              addItem(item);
            }}
            onKeyDown={(event) => {
              if (event.key !== "Enter") return;
              event.preventDefault();
              addItem(item);
            }}
          >
            {nested ? null : <StateIcon node={{ kind: item.kind, resource: item.resource }} size={18} />}
            <span className="piece-title">{title}</span>
            {note === "" ? null : <small>{note}</small>}
          </button>
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            className="piece-card"
            side="right"
            align="start"
            sideOffset={6}
            collisionPadding={10}
            aria-label={item.hint}
          >
            <PieceDetail title={item.title} summary={item.hint} subject={item.subject} language={language} />
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </li>
  );
}
