// How a state was set up in a past run: to read, not to change.

import type { ReactElement } from "react";

import type { GraphNode } from "../backend";
import { JsonText } from "../ui";
import { factsOf } from "./facts";

export function Facts({ node, text }: { node: GraphNode; text: string }): ReactElement {
  const facts = factsOf(text);
  return (
    <>
      {node.comment === null ? null : <p className="comment">{node.comment}</p>}
      <dl className="facts">
        {node.resource === null ? null : (
          <>
            <dt>Resource</dt>
            <dd>
              <code>{node.resource}</code>
            </dd>
          </>
        )}
        {facts?.plain.map(({ name, value }) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
        <div className="fact">
          <dt>Language</dt>
          <dd>{node.queryLanguage}</dd>
        </div>
      </dl>
      {facts?.nested.map(({ name, value }) => (
        <section key={name} className="stage">
          <header>
            <span>{name}</span>
          </header>
          <JsonText text={value} />
        </section>
      ))}
    </>
  );
}
