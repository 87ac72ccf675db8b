// Text on the canvas: short enough to read at a glance, the whole of it in a tooltip.

const LONGEST = 30;

/** At most thirty characters. Conditions keep their end, where the value is; anything else keeps its beginning. */
export function shorten(label: string, longest = LONGEST): string {
  const text = label
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^\{%\s*([\s\S]*?)\s*%\}$/, "$1");
  const characters = [...text];
  if (characters.length <= longest) return text;
  const condition = /^(.+?)\s(=|==|!=|<|>|<=|>=|≠|≤|≥|in|is|matches)\s(.+)$/.exec(text);
  if (condition) {
    const [, left = "", operator = "", right = ""] = condition;
    const tail = ` ${operator} ${right}`;
    const room = longest - [...tail].length - 1;
    // A path is known by its last steps.
    if (room >= 6) {
      const end = [...left].slice(-room).join("");
      const step = end.search(/[.[]/);
      return `…${step > 0 && step < end.length - 3 ? end.slice(step) : end}${tail}`;
    }
  }
  return `${characters.slice(0, longest - 1).join("")}…`;
}
