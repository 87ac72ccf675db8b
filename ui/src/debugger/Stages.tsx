// The data of the state that is looked at, stage by stage.

import type { ReactElement } from "react";

import type { DebugScope } from "../backend";
import { JsonText } from "../ui";

export function Stages({ scope }: { scope: DebugScope }): ReactElement {
  return (
    <>
      {scope.stages.map((stage, index) => (
        <section key={stage.name} className="stage">
          <header>
            <span>{stage.name}</span>
            <span className="stage-note">{stage.bytes} B</span>
          </header>
          <JsonText text={stage.value} before={scope.stages[index - 1]?.value} />
        </section>
      ))}
    </>
  );
}
