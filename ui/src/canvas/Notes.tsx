// Sticky notes on the canvas: beside a state, with a thread to it, or on their own.

import { useReactFlow, ViewportPortal } from "@xyflow/react";
import { Palette, Trash2 } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";

import type { Note, WorkflowGraph } from "../backend";
import { notesOf, useNotes } from "../document";
import type { Box, Layout, Point } from "./layout";
import { moveNote, NOTE_WIDTH, recolourNote, removeNote, useWriting, writeNote } from "./notes";

interface Placed {
  readonly note: Note;
  readonly at: Point;
  readonly anchor: Box | null;
  /** The name of a state that is there no more. */
  readonly lost: string | null;
}

const lastPart = (pointer: string): string => (pointer.split("/").at(-1) ?? "").replace(/~1/g, "/").replace(/~0/g, "~");

/** Where the notes lie. One on a state that is out of sight is out of sight too. */
export function placed(notes: readonly Note[], graph: WorkflowGraph | null, layout: Layout): Placed[] {
  const known = new Set(graph?.nodes.map((node) => node.id) ?? []);
  return notes.flatMap((note): Placed[] => {
    const state = note.state ?? null;
    if (state === null) return [{ note, at: { x: note.x, y: note.y }, anchor: null, lost: null }];
    const anchor = layout.nodes.get(state);
    if (anchor) return [{ note, at: { x: anchor.x + note.x, y: anchor.y + note.y }, anchor, lost: null }];
    return known.has(state) ? [] : [{ note, at: { x: note.x, y: note.y }, anchor: null, lost: lastPart(state) }];
  });
}

export function Notes({
  document,
  graph,
  layout,
}: {
  document: number;
  graph: WorkflowGraph | null;
  layout: Layout | null;
}): ReactElement | null {
  const notes = useNotes(notesOf(document));
  const shown = useMemo(() => (layout ? placed(notes, graph, layout) : []), [notes, graph, layout]);
  if (shown.length === 0) return null;
  return (
    <ViewportPortal>
      {shown.map((item) => (
        <Sticky key={item.note.id} document={document} {...item} />
      ))}
    </ViewportPortal>
  );
}

function Thread({ from, to }: { from: Point; to: Box }): ReactElement {
  const right = from.x >= to.x + to.width / 2;
  const end = { x: right ? to.x + to.width : to.x, y: to.y + Math.min(to.height, 52) / 2 };
  const start = { x: right ? from.x : from.x + NOTE_WIDTH, y: from.y + 16 };
  const left = Math.min(start.x, end.x) - 4,
    top = Math.min(start.y, end.y) - 4;
  const width = Math.abs(start.x - end.x) + 8,
    height = Math.abs(start.y - end.y) + 8;
  return (
    <svg
      className="note-thread"
      aria-hidden="true"
      width={width}
      height={height}
      style={{ transform: `translate(${String(left)}px, ${String(top)}px)` }}
    >
      <line x1={start.x - left} y1={start.y - top} x2={end.x - left} y2={end.y - top} />
    </svg>
  );
}

function Sticky({ document, note, at, anchor, lost }: Placed & { document: number }): ReactElement {
  const flow = useReactFlow();
  const writing = useWriting((state) => state.note === note.id);
  const [moved, setMoved] = useState<Point | null>(null);
  const here = moved ? { x: at.x + moved.x, y: at.y + moved.y } : at;
  const about = anchor ? ` on ${lastPart(note.state ?? "")}` : "";

  const drag = (event: React.PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || writing || (event.target as Element).closest("button")) return;
    event.stopPropagation();
    const start = { x: event.clientX, y: event.clientY };
    const zoom = flow.getZoom();
    let by: Point | null = null;
    const move = (next: PointerEvent): void => {
      const dx = next.clientX - start.x,
        dy = next.clientY - start.y;
      if (!by && Math.hypot(dx, dy) < 4) return;
      by = { x: dx / zoom, y: dy / zoom };
      setMoved(by);
    };
    const end = (): void => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      setMoved(null);
      if (by) moveNote(document, note.id, note.x + by.x, note.y + by.y);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  };

  return (
    <>
      {anchor ? <Thread from={here} to={anchor} /> : null}
      <div
        className={`note note-${note.color} nodrag nopan ${writing ? "nowheel" : ""}`}
        role="note"
        aria-label={`Note${about}: ${note.text}`}
        tabIndex={0}
        style={{ transform: `translate(${String(here.x)}px, ${String(here.y)}px)`, width: NOTE_WIDTH }}
        onPointerDown={drag}
        onDoubleClick={(event) => {
          event.stopPropagation();
          useWriting.setState({ note: note.id });
        }}
        onKeyDown={(event) => {
          if (writing) return;
          if (event.key === "Enter" || event.key === "F2") useWriting.setState({ note: note.id });
          else if (event.key === "Delete" || event.key === "Backspace") removeNote(document, note.id);
          else if (event.key.startsWith("Arrow")) {
            const step = event.shiftKey ? 40 : 10;
            const dx = event.key === "ArrowLeft" ? -step : event.key === "ArrowRight" ? step : 0;
            const dy = event.key === "ArrowUp" ? -step : event.key === "ArrowDown" ? step : 0;
            moveNote(document, note.id, note.x + dx, note.y + dy);
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {lost === null ? null : <small className="note-lost">was on “{lost}”</small>}
        {writing ? (
          <textarea
            autoFocus
            aria-label={`Text of the note${about}`}
            defaultValue={note.text}
            rows={Math.max(3, note.text.split("\n").length + 1)}
            onFocus={(event) => {
              event.currentTarget.select();
            }}
            onBlur={(event) => {
              writeNote(document, note.id, event.currentTarget.value);
            }}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key === "Escape" || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) {
                event.preventDefault();
                event.currentTarget.blur();
              }
            }}
          />
        ) : (
          <p>{note.text}</p>
        )}
        <span className="note-tools">
          <button
            type="button"
            aria-label="Another colour"
            title="Another colour"
            onClick={() => {
              recolourNote(document, note.id);
            }}
          >
            <Palette size={13} />
          </button>
          <button
            type="button"
            aria-label="Delete the note"
            title="Delete the note"
            onClick={() => {
              removeNote(document, note.id);
            }}
          >
            <Trash2 size={13} />
          </button>
        </span>
      </div>
    </>
  );
}
