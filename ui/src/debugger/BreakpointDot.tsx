import type { ReactElement } from "react";

import { activeDocument, useDocuments } from "../document";
import { useBreakpoints } from "./store";
import { ON_WORDS } from "./words";

/** The mark of a state's breakpoint, on its node. */
export function BreakpointDot({ node, name }: { node: string; name: string }): ReactElement | null {
  const document = useDocuments((state) => activeDocument(state)?.id ?? null);
  const here = useBreakpoints(document).filter((breakpoint) => breakpoint.place === node);
  const [first] = here;
  if (!first) return null;
  const words = here
    .map(
      (breakpoint) =>
        `Breakpoint ${ON_WORDS[breakpoint.on]} ${name}${breakpoint.condition ? `, if ${breakpoint.condition}` : ""}${breakpoint.enabled ? "" : " (off)"}`,
    )
    .join("\n");
  return (
    <span
      className={`breakpoint-dot ${here.some((breakpoint) => breakpoint.enabled) ? "" : "off"} ${first.condition ? "conditional" : ""}`}
      role="img"
      aria-label={words}
      title={words}
    />
  );
}
