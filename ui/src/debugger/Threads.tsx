// Executions, branches and items, like threads.

import type { ReactElement } from "react";

import type { DebugScope } from "../backend";
import { activeTab, select, tabKey, useDocuments } from "../document";
import { focusThread } from "./store";

export function Threads({ execution, scope }: { execution: string; scope: DebugScope }): ReactElement {
  return (
    <>
      <h3>Where it stands</h3>
      <ul className="threads" aria-label="Branches and items">
        {scope.threads.map((thread) => (
          <li key={thread.thread} style={{ paddingLeft: 4 + thread.depth * 14 }}>
            <button
              type="button"
              className={`link ${thread.thread === scope.thread ? "on" : ""}`}
              aria-current={thread.thread === scope.thread}
              onClick={() => {
                focusThread(execution, thread.thread);
                const tab = activeTab(useDocuments.getState());
                if (tab) select(tabKey(tab), { kind: "node", id: thread.node }, "run");
              }}
            >
              {thread.name} › {thread.state}
            </button>{" "}
            <span className="dim">{thread.held ? "is held" : thread.stand}</span>
          </li>
        ))}
      </ul>
      {scope.more ? <p className="dim">There are more than 1,000.</p> : null}
    </>
  );
}
