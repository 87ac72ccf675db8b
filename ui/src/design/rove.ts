// Moving through a list with the keyboard: arrows, Home and End, and the first letter of what is looked for. Pure.

/** A letter or a digit that begins a word; with a modifier it means something else. */
export const isTypeAhead = (key: string): boolean => key.length === 1 && key !== " ";

/** Where a key leads from row `at`; nothing where it leads nowhere. */
export function moveIn(titles: readonly string[], at: number, key: string): number | null {
  const last = titles.length - 1;
  if (last < 0) return null;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, at + 1);
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "PageDown":
      return Math.min(last, at + 10);
    case "PageUp":
      return Math.max(0, at - 10);
    case "Home":
      return 0;
    case "End":
      return last;
    default: {
      if (!isTypeAhead(key)) return null;
      const begins = (title: string | undefined): boolean =>
        title?.toLowerCase().startsWith(key.toLowerCase()) ?? false;
      for (let step = 1; step <= titles.length; step++) {
        const to = (at + step) % titles.length;
        if (begins(titles[to])) return to;
      }
      return null;
    }
  }
}
