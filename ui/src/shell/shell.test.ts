import { describe, expect, it } from "vitest";

import { actions, chord } from "./actions";
import { rank } from "./Palette";

const press = (key: string, held: string[] = []) => ({
  key,
  ctrlKey: held.includes("ctrl"),
  metaKey: held.includes("meta"),
  altKey: held.includes("alt"),
  shiftKey: held.includes("shift"),
});

describe("keys", () => {
  it.each([
    [press("s", ["ctrl"]), "Ctrl+S"],
    [press("S", ["meta", "shift"]), "Ctrl+Shift+S"],
    [press("F5"), "F5"],
    [press("F5", ["shift"]), "Shift+F5"],
    [press("?", ["shift"]), "?"],
    [press("1", ["alt"]), "Alt+1"],
  ])("are written as in the table", (event, written) => {
    expect(chord(event)).toBe(written);
  });

  it("belong to one action each", () => {
    const keys = actions.flatMap((action) => (action.keys === undefined ? [] : [action.keys]));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("no action is named twice", () => {
    expect(new Set(actions.map((action) => action.id)).size).toBe(actions.length);
  });
});

describe("the palette", () => {
  const best = (query: string, titles: string[]): string | undefined =>
    titles
      .map((title) => ({ title, cost: rank(query, title) }))
      .filter((match) => match.cost !== null)
      .sort((a, b) => (a.cost ?? 0) - (b.cost ?? 0))[0]?.title;

  it("prefers what begins with the words", () => {
    expect(best("save", ["Autosave", "Save as…", "Store a value elsewhere"])).toBe("Save as…");
  });
  it("finds initials", () => {
    expect(best("po", ["Stop the run", "Process Order"])).toBeDefined();
    expect(rank("prord", "Process Order")).not.toBeNull();
  });
  it("finds nothing where a letter is missing", () => {
    expect(rank("xyz", "Process Order")).toBeNull();
  });
});
