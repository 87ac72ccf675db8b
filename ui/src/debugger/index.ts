export { BreakpointDialog } from "./BreakpointDialog";
export { BreakpointDot, EdgeBreakpointDot } from "./BreakpointDot";
export {
  breakpointsOf,
  editBreakpoint,
  enableAll,
  newBreakpoint,
  putBreakpoints,
  toggleBreakpoint,
  toggleSelected,
} from "./breakpoints";
export { ByHand } from "./ByHand";
export { ChangeDialog } from "./Changes";
export { Console } from "./Console";
export { DebugButtons } from "./DebugButtons";
export { DebugPanel } from "./DebugPanel";
export { Events } from "./Events";
export { Gauges } from "./Gauges";
export { States } from "./States";
export { breakpointGutter, followDots } from "./gutter";
export { changesByEvent, changeWords } from "./interventions";
export { edgeMenu, nodeMenu } from "./menus";
export { PauseChip } from "./PauseChip";
export { PausedSessions, SessionOffer, usePausedSessions } from "./Sessions";
export {
  advance,
  back,
  detach,
  followPauses,
  goTo,
  now,
  pause,
  pausedExecution,
  runTo,
  shownExecution,
  useDebug,
} from "./store";
export { Timeline } from "./Timeline";
export { useLooked, useShownLine } from "./looked";
export { laneWords, type Overview } from "./model";
export { useOverview } from "./overview";
export { openSearch, useSearch } from "./search";
export { SearchPage } from "./SearchPage";
export { StayData } from "./StayData";
export { changesBetween } from "./Stages";
