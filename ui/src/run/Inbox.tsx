import { Inbox as Tray } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { PendingTask } from "../backend";
import { select } from "../document";
import { AnswerForm } from "./AnswerForm";
import { openExecution } from "./open";
import { usePendingTasks } from "./shown";
import { moment } from "./words";

const keyOf = (task: PendingTask): string => `${task.execution} ${task.task}`;

/** Everything that waits for a person, over all executions. */
export function Inbox(): ReactElement {
  const tasks = usePendingTasks();
  const [chosen, setChosen] = useState<string | null>(null);
  const task = tasks.find((candidate) => keyOf(candidate) === chosen) ?? tasks[0];
  if (!task) {
    return (
      <div className="empty">
        <Tray size={22} aria-hidden="true" />
        <p>Nothing waits for you.</p>
        <p className="dim">A task that no mock answers pauses its run and appears here.</p>
      </div>
    );
  }
  return (
    <div className="two-columns">
      <ul className="plain-list" aria-label="Waiting tasks">
        {tasks.map((candidate) => (
          <li key={keyOf(candidate)}>
            <button
              type="button"
              className={`list-item ${candidate === task ? "on" : ""}`}
              aria-current={candidate === task}
              onClick={() => {
                setChosen(keyOf(candidate));
                const tab = openExecution({
                  execution: candidate.execution,
                  title: `${candidate.workflow} · ${moment(candidate.since)}`,
                });
                select(tab, { kind: "node", id: candidate.node }, "run");
              }}
            >
              <span className="list-title">
                {candidate.state}
                {candidate.iterations.length > 0 ? ` · item ${candidate.iterations.join(" › ")}` : ""}
              </span>
              <span className="list-note">
                {candidate.workflow} · {candidate.executionName} · {moment(candidate.since)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div className="pane">
        <AnswerForm key={keyOf(task)} task={task} />
      </div>
    </div>
  );
}
