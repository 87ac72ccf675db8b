// Colours for the languages of exports. Reading aids, not parsers: comments, strings, keys, numbers and words of the language.

import { json } from "@codemirror/lang-json";
import { HighlightStyle, StreamLanguage, type StreamParser, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";

export type Language = "json" | "yaml" | "terraform" | "typescript" | "python" | "text";

const ENDINGS: readonly [RegExp, Language][] = [
  [/\.(ya?ml|template)$/i, "yaml"],
  [/\.(tf|tfvars|hcl)$/i, "terraform"],
  [/\.[cm]?[jt]s$/i, "typescript"],
  [/\.(py|toml)$/i, "python"],
  [/\.json(\.tftpl|\.tpl)?$|\.(asl|tftpl)$/i, "json"],
];

export function languageOf(path: string): Language {
  return ENDINGS.find(([ending]) => ending.test(path))?.[1] ?? "text";
}

interface Words {
  readonly comment: RegExp;
  readonly key: RegExp;
  readonly keywords: ReadonlySet<string>;
}

const WORDS: Readonly<Record<"yaml" | "terraform" | "typescript" | "python", Words>> = {
  yaml: { comment: /^#.*/, key: /^[\w.:/$*-]*[\w.$*-](?=\s*:(?:\s|$))/, keywords: new Set(["true", "false", "null"]) },
  terraform: {
    comment: /^(?:#|\/\/).*/,
    key: /^[\w-]+(?=\s*=(?!=))/,
    keywords: new Set([
      "resource",
      "data",
      "variable",
      "output",
      "locals",
      "terraform",
      "provider",
      "module",
      "true",
      "false",
      "null",
      "for",
      "in",
      "if",
    ]),
  },
  typescript: {
    comment: /^\/\/.*/,
    key: /^[\w$]+(?=\??:\s)/,
    keywords: new Set([
      "import",
      "export",
      "from",
      "const",
      "let",
      "new",
      "class",
      "extends",
      "interface",
      "type",
      "readonly",
      "constructor",
      "super",
      "this",
      "return",
      "if",
      "else",
      "for",
      "of",
      "in",
      "as",
      "function",
      "async",
      "await",
      "true",
      "false",
      "null",
      "undefined",
      "default",
      "public",
      "private",
    ]),
  },
  python: {
    comment: /^#.*/,
    key: /^\w+(?=\s*=(?!=))/,
    keywords: new Set([
      "import",
      "from",
      "as",
      "class",
      "def",
      "return",
      "self",
      "super",
      "if",
      "else",
      "elif",
      "for",
      "in",
      "not",
      "and",
      "or",
      "is",
      "None",
      "True",
      "False",
      "with",
      "lambda",
    ]),
  },
};

interface Within {
  /** What ends the comment or string that goes over lines. */
  until: string | null;
  as: "comment" | "string";
}

function parser({ comment, key, keywords }: Words): StreamParser<Within> {
  return {
    startState: () => ({ until: null, as: "string" }),
    token(stream, state) {
      if (state.until !== null) {
        while (!stream.eol()) {
          if (stream.match(state.until)) {
            state.until = null;
            break;
          }
          stream.next();
        }
        return state.as;
      }
      if (stream.eatSpace()) return null;
      const alone = stream.pos === 0 || /[\s,;({[]/.test(stream.string.charAt(stream.pos - 1));
      if (alone && stream.match(comment)) return "comment";
      if (comment.test("//") && stream.match("/*")) {
        Object.assign(state, { until: "*/", as: "comment" });
        return "comment";
      }
      const fence = comment.test("#") && stream.match(/^("""|''')/);
      if (fence) {
        Object.assign(state, { until: fence === true ? '"""' : fence[0], as: "string" });
        return "string";
      }
      if (stream.match("`")) {
        Object.assign(state, { until: "`", as: "string" });
        return "string";
      }
      if (stream.match(/^"(?:[^"\\]|\\.)*"(?=\s*:(?:\s|$))/)) return "propertyName";
      if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^'\\]|\\.|'')*'?/)) return "string";
      if (alone && stream.match(/^-?\d[\d_.]*(?=$|[\s,;)}\]])/)) return "number";
      if (stream.match(/^!\w+/)) return "keyword";
      if (alone && stream.match(key)) return "propertyName";
      const word = stream.match(/^[A-Za-z_$][\w$-]*/);
      if (word && word !== true) return keywords.has(word[0]) ? "keyword" : null;
      if (stream.match(/^[{}()[\],:;=]/)) return "separator";
      stream.next();
      return null;
    },
  };
}

const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
    { tag: tags.keyword, color: "var(--flow)" },
  ]),
);

export function highlighting(language: Language): Extension {
  if (language === "text") return [];
  if (language === "json") return json();
  return [StreamLanguage.define(parser(WORDS[language])), colours];
}
