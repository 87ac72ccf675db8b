// What an imported history cannot tell, said where it is missed.

import type { ReactElement } from "react";

import { useCommand } from "../backend";
import { useOverview } from "./overview";

export function AsRecorded({ execution }: { execution: string }): ReactElement | null {
  const { data } = useCommand("get_execution", { execution }, { keep: true });
  const { overview } = useOverview(execution);
  const origin = data?.summary.origin;
  if (origin?.type !== "imported" || origin.repeats) return null;
  return (
    <p className="field-note as-recorded">
      {origin.inferred
        ? "From the history alone. Import it with its definition to see every stage of the data."
        : "As recorded: a history has inputs and outputs, and not the stages between them."}
      {overview?.kinds.includes("MapRunStarted")
        ? " The items of a distributed Map have histories of their own, which are not part of this one."
        : ""}
    </p>
  );
}
