export { BreakpointDot } from "./BreakpointDot";
export { DebugButtons } from "./DebugButtons";
export { DebugPanel } from "./DebugPanel";
export { Events } from "./Events";
export { Gauges } from "./Gauges";
export { PauseChip } from "./PauseChip";
export { States } from "./States";
export {
  advance,
  back,
  followPauses,
  goTo,
  now,
  pause,
  pausedExecution,
  runTo,
  shownExecution,
  toggleBreakpoint,
  toggleSelected,
  useDebug,
} from "./store";
export { Timeline } from "./Timeline";
