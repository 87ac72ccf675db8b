// The variables a state assigns and reads, and where else they are assigned and read.

import { ArrowLeft, ArrowRight } from "lucide-react";
import type { ReactElement } from "react";

import { useCommand, type VariableUse } from "../backend";
import { select, tabKey, useDocuments } from "../document";
import { Section } from "./form/Section";
import { useForm } from "./place";

function Places({
  word,
  uses,
  own,
  onGo,
}: {
  word: string;
  uses: readonly VariableUse[];
  own: string;
  onGo: (use: VariableUse) => void;
}): ReactElement | null {
  const others = uses.filter(
    (use, index) => use.state !== own && uses.findIndex((one) => one.state === use.state) === index,
  );
  if (others.length === 0) return null;
  return (
    <span className="variable-places">
      <span className="dim">{word}</span>
      {others.map((use) => (
        <button
          key={use.state}
          type="button"
          className="link"
          onClick={() => {
            onGo(use);
          }}
        >
          {use.name}
        </button>
      ))}
    </span>
  );
}

export function Variables({ onPlace }: { onPlace: (offset: number) => void }): ReactElement | null {
  const { document, node, preview } = useForm();
  const version = useDocuments((state) => state.documents[document]?.analysis.version ?? 0);
  const { data } = useCommand(
    "get_state_variables",
    { document, version, state: node.id },
    { enabled: version > 0, keep: true, fresh: true },
  );
  if (!data || data.variables.length === 0) return null;
  const tab = tabKey({ kind: "document", document });
  const go = (use: VariableUse): void => {
    select(tab, { kind: "node", id: use.state }, "outline");
    onPlace(use.range.from);
  };
  const always = new Map(data.readable.map((variable) => [variable.name, variable.always]));
  return (
    <Section id="variables" title="Variables">
      <ul className="variables">
        {data.variables.map((variable) => {
          const here = variable.assigned.some((use) => use.state === node.id);
          const read = variable.read.some((use) => use.state === node.id);
          const known = always.get(variable.name);
          const value = preview?.assigned.find((assigned) => assigned.name === variable.name)?.value;
          return (
            <li key={variable.name}>
              <div className="variable-head">
                <code>${variable.name}</code>
                {here ? (
                  <span className="tag set">
                    <ArrowRight size={10} aria-hidden="true" /> assigned here
                  </span>
                ) : null}
                {read ? (
                  <span className="tag get">
                    <ArrowLeft size={10} aria-hidden="true" /> read here
                  </span>
                ) : null}
                {known === false ? (
                  <span className="tag maybe" title="Some ways to this state do not assign it">
                    on some paths
                  </span>
                ) : read && known === undefined && !here ? (
                  <span className="tag missing" title="No way to this state assigns it">
                    not assigned before
                  </span>
                ) : null}
                {value === undefined ? null : (
                  <code className="evaluated" title={value.slice(0, 2_000)}>
                    → {value.length > 60 ? `${value.slice(0, 60)}…` : value}
                  </code>
                )}
              </div>
              <Places word={here ? "also set in" : "set in"} uses={variable.assigned} own={node.id} onGo={go} />
              <Places word={read ? "also read in" : "read in"} uses={variable.read} own={node.id} onGo={go} />
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
