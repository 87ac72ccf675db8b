// The parts of one expression, for colours: JSONata between its marks, a path, an intrinsic call. Pure.

export type ExpressionLanguage = "JSONPath" | "JSONata" | "text";
export type TokenKind =
  "mark" | "string" | "number" | "word" | "variable" | "function" | "path" | "plain" | "substitution";
export interface ExpressionToken {
  readonly from: number;
  readonly to: number;
  readonly kind: TokenKind;
}

type Pattern = readonly [TokenKind, RegExp];

const SUBSTITUTION: Pattern = ["substitution", /\$\{[^}]*\}/y];
const JSONATA: readonly Pattern[] = [
  ["plain", /\/\*[\s\S]*?\*\//y],
  ["string", /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/y],
  ["path", /`[^`]*`?/y],
  ["number", /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  SUBSTITUTION,
  ["function", /\$[A-Za-z_]\w*(?=\s*\()/y],
  ["variable", /\$[\w$]*/y],
  ["word", /(?:and|or|in|true|false|null|function)\b/y],
  ["path", /[A-Za-z_][\w]*/y],
  ["mark", /[^\s\w"'`$]/y],
];
const PATH: readonly Pattern[] = [
  ["string", /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/y],
  SUBSTITUTION,
  ["function", /States\.[A-Za-z]\w*(?=\s*\()/y],
  ["variable", /\$\$?[A-Za-z_]\w*|\$\$?/y],
  ["number", /-?\d+(?:\.\d+)?/y],
  ["word", /(?:true|false|null)\b/y],
  ["path", /[\p{L}_][\p{L}\p{N}_-]*/uy],
  ["mark", /[^\s\p{L}\p{N}"'$]/uy],
];
const TEXT: readonly Pattern[] = [SUBSTITUTION];

/** Whether a string is one JSONata expression. */
export const isJsonata = (text: string): boolean => /^\s*\{%[\s\S]*%\}\s*$/.test(text);

function scan(text: string, from: number, to: number, patterns: readonly Pattern[], found: ExpressionToken[]): void {
  let at = from;
  scanning: while (at < to) {
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const length = pattern.exec(text)?.[0].length ?? 0;
      if (length === 0) continue;
      const end = Math.min(at + length, to);
      found.push({ from: at, to: end, kind });
      at = end;
      continue scanning;
    }
    at++;
  }
}

/** In order and apart; what has no meaning of its own is left out. */
export function expressionTokens(text: string, language: ExpressionLanguage): ExpressionToken[] {
  const found: ExpressionToken[] = [];
  if (language === "JSONata" && isJsonata(text)) {
    const open = text.indexOf("{%"),
      close = text.lastIndexOf("%}");
    found.push({ from: open, to: open + 2, kind: "mark" });
    scan(text, open + 2, close, JSONATA, found);
    found.push({ from: close, to: close + 2, kind: "mark" });
  } else if (language === "JSONPath" && /^\s*(\$|States\.)/.test(text)) scan(text, 0, text.length, PATH, found);
  else scan(text, 0, text.length, TEXT, found);
  return found;
}

/** The whole text in pieces, for drawing. */
export function pieces(text: string, language: ExpressionLanguage): { text: string; kind: TokenKind | null }[] {
  const all: { text: string; kind: TokenKind | null }[] = [];
  let at = 0;
  for (const { from, to, kind } of expressionTokens(text, language)) {
    if (from > at) all.push({ text: text.slice(at, from), kind: null });
    all.push({ text: text.slice(from, to), kind });
    at = to;
  }
  if (at < text.length) all.push({ text: text.slice(at), kind: null });
  return all;
}
