import "./forks.css";

import type { ReactElement } from "react";

import { ForkDialog } from "./ForkDialog";
import { ImportHistoryDialog } from "./Histories";
import { useForks } from "./store";

export { Changes } from "./Changes";
export { FailureNote } from "./Failure";
export { exportHistory } from "./Histories";
export { askToFork, askToImport, makeFork } from "./store";

/** Whatever is asked about the past. */
export function ForkQuestions(): ReactElement | null {
  const { asked } = useForks();
  switch (asked.kind) {
    case "none":
      return null;
    case "fork":
      return (
        <ForkDialog key={`${asked.execution} ${String(asked.event)}`} execution={asked.execution} event={asked.event} />
      );
    case "import":
      return <ImportHistoryDialog />;
  }
}
