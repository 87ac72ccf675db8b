import "./forks.css";

import type { ReactElement } from "react";

import { CompareDialog } from "./CompareDialog";
import { ForkDialog } from "./ForkDialog";
import { ImportHistoryDialog } from "./Histories";
import { useForks } from "./store";
import { WhichDefinition } from "./WhichDefinition";

export { Changes } from "./Changes";
export { differences, nextOf } from "./ComparedEvents";
export { FailureNote } from "./Failure";
export { exportHistory } from "./Histories";
export { askToCompare, askToFork, askToImport, compareWithOrigin, documentToGoOn, fork, makeFork } from "./store";

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
    case "compare":
      return <CompareDialog key={`${asked.a} ${asked.b}`} a={asked.a} b={asked.b} />;
    case "definition":
      return <WhichDefinition asking={asked.asking} />;
    case "import":
      return <ImportHistoryDialog />;
  }
}
