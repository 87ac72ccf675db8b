// Everything that waits for a person, over all executions.

import { Inbox as Tray, KeyRound, UserRound, Wrench } from "lucide-react";
import { type ReactElement, useState } from "react";

import type { PendingTask } from "../backend";
import { select } from "../document";
import { VirtualList } from "../ui";
import { AnswerForm } from "./AnswerForm";
import { deadlineOf } from "./deadlines";
import { openExecution } from "./open";
import { useNow } from "./now";
import { usePendingTasks } from "./shown";
import { duration, moment } from "./words";

const keyOf = (task: PendingTask): string => `${task.execution} ${task.task}`;
const ICONS = { task: UserRound, callback: KeyRound, activity: Wrench } as const;

function showTask(task: PendingTask): void {
  const tab = openExecution({ execution: task.execution, title: `${task.workflow} · ${moment(task.since)}` });
  select(tab, { kind: "node", id: task.node }, "run");
}

export function Inbox(): ReactElement {
  const tasks = usePendingTasks();
  const [chosen, setChosen] = useState<string | null>(null);
  const now = useNow(tasks.length > 0);
  const at = Math.max(
    0,
    tasks.findIndex((candidate) => keyOf(candidate) === chosen),
  );
  const task = tasks[at];
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
      <VirtualList
        count={tasks.length}
        rowHeight={46}
        label="Waiting tasks"
        selected={at}
        onSelect={(index) => {
          const next = tasks[index];
          if (next) setChosen(keyOf(next));
        }}
        onOpen={(index) => {
          const next = tasks[index];
          if (next) showTask(next);
        }}
        row={(index) => {
          const row = tasks[index];
          return row ? <Row task={row} now={now} /> : null;
        }}
      />
      <div className="pane">
        <AnswerForm
          key={keyOf(task)}
          task={task}
          onShow={() => {
            showTask(task);
          }}
        />
      </div>
    </div>
  );
}

function Row({ task, now }: { task: PendingTask; now: number }): ReactElement {
  const Icon = ICONS[task.kind];
  const deadline = deadlineOf(task, now);
  return (
    <span className="inbox-row">
      <Icon size={15} aria-hidden="true" />
      <span className="inbox-words">
        <span className="list-title">
          {task.state}
          {task.iterations.length > 0 ? ` · item ${task.iterations.join(" › ")}` : ""}
        </span>
        <span className="list-note">
          {task.workflow} · {task.executionName}
        </span>
      </span>
      <span className="inbox-times">
        <span className="dim mono">
          {task.clock.type === "real"
            ? duration(Math.max(0, now - new Date(task.since).getTime()))
            : moment(task.since)}
        </span>
        {deadline ? (
          <span className={`mono ${deadline.near ? "bad-text" : "warn-text"}`}>
            {deadline.kind === "heartbeat" ? "♥ " : "◷ "}
            {duration(deadline.left)}
          </span>
        ) : null}
      </span>
    </span>
  );
}
