// What is done with sticky notes. Each change is a step of the document's history.

import { create } from "zustand";

import type { Note, NoteColor } from "../backend";
import { bufferOf, notesOf, useNotes } from "../document";
import type { Box, Layout, Point } from "./layout";

/** The note whose text is being written. */
export const useWriting = create<{ note: string | null }>(() => ({ note: null }));

export const COLOURS: readonly NoteColor[] = ["yellow", "blue", "green", "pink"];
export const NOTE_WIDTH = 190;
const NOTE_HEIGHT = 76;
const GAP = 22;

/** The first of some places where a note would hide nothing; where all do, the first. */
export function freePlace(layout: Layout, taken: readonly Point[], places: readonly [Point, ...Point[]]): Point {
  const hides = ({ x, y }: Point): boolean => {
    const touches = (left: number, top: number, right: number, bottom: number): boolean =>
      left < x + NOTE_WIDTH && right > x && top < y + NOTE_HEIGHT && bottom > y;
    for (const [, box] of layout.nodes)
      // A container may lie under a note; what it holds may not.
      if (box.height <= 52 && touches(box.x, box.y, box.x + box.width, box.y + box.height)) return true;
    for (const [, { points }] of layout.edges)
      for (const [at, to] of points.entries()) {
        const from = points[at - 1];
        if (
          from &&
          touches(Math.min(from.x, to.x), Math.min(from.y, to.y), Math.max(from.x, to.x), Math.max(from.y, to.y))
        )
          return true;
      }
    return taken.some((note) => touches(note.x, note.y, note.x + NOTE_WIDTH, note.y + NOTE_HEIGHT));
  };
  return places.find((place) => !hides(place)) ?? places[0];
}

/** Where a new note goes: beside its state, or as near to the middle of the view as there is room in it. */
export function placeFor(layout: Layout, taken: readonly Point[], state: Box | null, view: Box): Point {
  if (state) {
    const right = { x: state.x + state.width + GAP, y: state.y };
    return freePlace(layout, taken, [
      right,
      { x: state.x - NOTE_WIDTH - GAP, y: state.y },
      { x: state.x - NOTE_WIDTH - GAP, y: state.y - 28 },
      { x: right.x, y: state.y - NOTE_HEIGHT },
      { x: right.x + 60, y: state.y },
    ]);
  }
  const middle = { x: view.x + (view.width - NOTE_WIDTH) / 2, y: view.y + (view.height - NOTE_HEIGHT) / 2 };
  const places: Point[] = [];
  for (let x = view.x + GAP; x + NOTE_WIDTH + GAP <= view.x + view.width; x += 30)
    for (let y = view.y + 2 * GAP; y + NOTE_HEIGHT + 2 * GAP <= view.y + view.height; y += 30) places.push({ x, y });
  const far = ({ x, y }: Point): number => Math.hypot(x - middle.x, y - middle.y);
  return freePlace(layout, taken, [middle, ...places.sort((one, other) => far(one) - far(other)).slice(0, 400)]);
}

function change(document: number, name: string, work: (notes: readonly Note[]) => readonly Note[]): void {
  const before = notesOf(document)(useNotes.getState());
  const after = work(before);
  if (after !== before) bufferOf(document)?.applyNotes(before, after, name);
}

/** Adds a note and lets its text be written. */
export function addNote(document: number, state: string | null, at: Point): void {
  const note: Note = {
    id: crypto.randomUUID(),
    text: "",
    ...(state === null ? {} : { state }),
    x: Math.round(at.x),
    y: Math.round(at.y),
    color: "yellow",
  };
  change(document, "Add a note", (notes) => [...notes, note]);
  useWriting.setState({ note: note.id });
}

/** One that is left without a text goes again. */
export function writeNote(document: number, id: string, text: string): void {
  useWriting.setState((state) => (state.note === id ? { note: null } : state));
  if (text.trim() === "") {
    removeNote(document, id);
    return;
  }
  change(document, "Write a note", (notes) =>
    notes.some((note) => note.id === id && note.text !== text)
      ? notes.map((note) => (note.id === id ? { ...note, text } : note))
      : notes,
  );
}

export function moveNote(document: number, id: string, x: number, y: number): void {
  change(document, "Move a note", (notes) =>
    notes.map((note) => (note.id === id ? { ...note, x: Math.round(x), y: Math.round(y) } : note)),
  );
}

export function recolourNote(document: number, id: string): void {
  change(document, "Colour a note", (notes) =>
    notes.map((note) =>
      note.id === id
        ? { ...note, color: COLOURS[(COLOURS.indexOf(note.color) + 1) % COLOURS.length] ?? "yellow" }
        : note,
    ),
  );
}

export function removeNote(document: number, id: string): void {
  change(document, "Delete a note", (notes) => notes.filter((note) => note.id !== id));
}
