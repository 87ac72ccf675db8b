import { Copy } from "lucide-react";
import { type ReactElement, useMemo, useState } from "react";

import { jsonLines, prettyJson, readJson } from "./json";

/** More lines than this are folded away until asked for. */
const FIRST_LINES = 400;

/** JSON text, coloured and aligned; with `before`, what changed against it is marked. */
export function JsonText({ text, before }: { text: string; before?: string | undefined }): ReactElement {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => {
    const node = readJson(text);
    return node ? jsonLines(node, before === undefined ? undefined : readJson(before)) : null;
  }, [text, before]);
  if (!lines) return <pre className="json">{text}</pre>;
  const shown = all ? lines : lines.slice(0, FIRST_LINES);
  return (
    <>
      <pre className="json">
        {shown.map((line, index) => (
          <span
            key={index}
            className={`json-line ${line.change === null ? "" : `json-${line.change}`}`}
            title={line.change === null ? undefined : `${line.change} here`}
          >
            {"  ".repeat(line.indent)}
            {line.tokens.map((token, at) => (
              <span key={at} className={`json-${token.kind}`}>
                {token.text}
              </span>
            ))}
            {"\n"}
          </span>
        ))}
      </pre>
      {shown.length < lines.length ? (
        <button
          type="button"
          className="link"
          onClick={() => {
            setAll(true);
          }}
        >
          Show all {lines.length} lines
        </button>
      ) : null}
    </>
  );
}

export function CopyButton({ text, label }: { text: string; label: string }): ReactElement {
  const [done, setDone] = useState(false);
  return (
    <button
      type="button"
      className="icon-button small"
      aria-label={`Copy ${label}`}
      title={done ? "Copied" : `Copy ${label}`}
      onClick={() => {
        void navigator.clipboard.writeText(prettyJson(text)).then(() => {
          setDone(true);
          window.setTimeout(() => {
            setDone(false);
          }, 1_500);
        });
      }}
    >
      <Copy size={13} />
    </button>
  );
}
