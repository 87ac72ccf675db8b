import type { ReactElement } from "react";

import type { Breakpoint } from "../backend";
import { activeDocument, useDocuments } from "../document";
import { detailsOfAll, isPlain, useBreakpoints } from "./breakpoints";

const classOf = (here: readonly Breakpoint[]): string =>
  [
    here.some((breakpoint) => breakpoint.enabled) ? "" : "off",
    here.every((breakpoint) => breakpoint.log !== null) ? "log" : here.every(isPlain) ? "" : "conditional",
  ].join(" ");

function useHere(place: string): readonly Breakpoint[] {
  const document = useDocuments((state) => activeDocument(state)?.id ?? null);
  return useBreakpoints(document).filter((breakpoint) => breakpoint.place === place);
}

/** The mark of a state's breakpoints, on its node. */
export function BreakpointDot({ node }: { node: string }): ReactElement | null {
  const here = useHere(node);
  if (here.length === 0) return null;
  const words = detailsOfAll(here);
  return <span className={`breakpoint-dot ${classOf(here)}`} role="img" aria-label={words} title={words} />;
}

/** The same on a transition, at the middle of its line. */
export function EdgeBreakpointDot({ edge, x, y }: { edge: string; x: number; y: number }): ReactElement | null {
  const here = useHere(edge);
  if (here.length === 0) return null;
  const words = detailsOfAll(here);
  return (
    <g className={`edge-breakpoint ${classOf(here)}`} role="img" aria-label={words}>
      <title>{words}</title>
      <circle cx={x} cy={y} r={6} />
    </g>
  );
}
