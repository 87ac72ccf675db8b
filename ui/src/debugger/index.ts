export { BreakpointDot } from "./BreakpointDot";
export { DebugButtons } from "./DebugButtons";
export { DebugPanel } from "./DebugPanel";
export { PauseChip } from "./PauseChip";
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
