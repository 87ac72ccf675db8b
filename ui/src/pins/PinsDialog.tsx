// All pinned answers of a workflow: edited, switched off, taken away.

import { Pin as PinIcon, Trash2 } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { Pin } from "../backend";
import { JsonField, jsonTrouble } from "../code";
import { useDocuments } from "../document";
import { Dialog, prettyJson } from "../ui";
import { putPins, usePinned, usePins } from "./store";

const nameOf = (node: string): string => (node.split("/").at(-1) ?? node).replaceAll("~1", "/").replaceAll("~0", "~");

function close(): void {
  usePinned.setState({ listed: null });
}

function List({ document, node }: { document: number; node: string | null }): ReactElement {
  const pins = usePins(document);
  const name = useDocuments((state) => state.documents[document]?.name ?? "");
  const [chosen, setChosen] = useState<string | null>(node ?? pins[0]?.node ?? null);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const current = pins.find((pin) => pin.node === chosen) ?? pins[0];
  const text = current ? (texts[current.node] ?? prettyJson(current.value)) : "";
  const trouble = current ? jsonTrouble(text) : null;
  const put = (changed: Pin): void => {
    void putPins(
      document,
      pins.map((pin) => (pin.node === changed.node ? changed : pin)),
    );
  };
  const edited = current !== undefined && text !== prettyJson(current.value);
  const save = (): void => {
    if (!current || trouble !== null || !edited) return;
    put({ ...current, value: text });
    setTexts(({ [current.node]: _, ...rest }) => rest);
  };
  return (
    <Dialog
      title={`Pinned answers of ${name}`}
      className="pins-dialog"
      onClose={close}
      onSubmit={save}
      footer={
        <>
          <span className="dim">They come before mocks, in every run that uses them.</span>
          <span className="grow" />
          <button type="button" className="button" disabled={!edited || trouble !== null} onClick={save}>
            Keep the edit
          </button>
          <button type="button" className="button primary" data-autofocus onClick={close}>
            Done
          </button>
        </>
      }
    >
      {pins.length === 0 ? (
        <div className="empty">
          <PinIcon size={22} aria-hidden="true" />
          <p>Nothing is pinned.</p>
          <p className="dim">
            Pin the result of a Task, or the output of a Map or a Parallel, from its data or its menu: later runs take
            it instead of doing the work.
          </p>
        </div>
      ) : (
        <div className="pins">
          <ul className="pin-list" aria-label="Pinned answers">
            {pins.map((pin) => (
              <li key={pin.node} className={pin.node === current?.node ? "on" : ""}>
                <input
                  type="checkbox"
                  aria-label={`Use what is pinned to ${nameOf(pin.node)}`}
                  checked={pin.enabled}
                  onChange={(event) => {
                    put({ ...pin, enabled: event.currentTarget.checked });
                  }}
                />
                <button
                  type="button"
                  className="link"
                  title={pin.node}
                  onClick={() => {
                    setChosen(pin.node);
                  }}
                >
                  {nameOf(pin.node)}
                </button>
                <button
                  type="button"
                  className="icon-button small"
                  aria-label={`Unpin ${nameOf(pin.node)}`}
                  onClick={() => {
                    void putPins(
                      document,
                      pins.filter((other) => other !== pin),
                    );
                  }}
                >
                  <Trash2 size={13} />
                </button>
              </li>
            ))}
          </ul>
          {current ? (
            <div className="field">
              <span className="field-name">
                {nameOf(current.node)}
                {current.from === null ? null : <small className="dim"> from {current.from}</small>}
              </span>
              <JsonField
                key={current.node}
                id={`pin-${current.node}`}
                label={`Pinned to ${nameOf(current.node)}`}
                value={text}
                onChange={(next) => {
                  setTexts((before) => ({ ...before, [current.node]: next }));
                }}
                onSubmit={save}
                className="tall"
              />
              <p className={`field-note ${trouble === null ? "" : "bad"}`} role="status">
                {trouble ?? (edited ? "Edited; Ctrl+Enter keeps it." : "What the state answers.")}
              </p>
            </div>
          ) : null}
        </div>
      )}
    </Dialog>
  );
}

export function PinsDialog(): ReactElement | null {
  const { listed } = usePinned();
  return listed ? <List key={listed.document} document={listed.document} node={listed.node} /> : null;
}
