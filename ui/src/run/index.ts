export { AnswerForm } from "./AnswerForm";
export { RunBanner } from "./Banner";
export { Executions } from "./Executions";
export { askToRunFrom, FromDialog, runFromMenu } from "./FromDialog";
export { Inbox } from "./Inbox";
export { lastInputOf } from "./last";
export { openExecution } from "./open";
export { askToRun, RunDialog, SpeedSlider, useRunDialog } from "./RunDialog";
export {
  catchUp,
  followExecutions,
  isOver,
  resume,
  type Session,
  setClock,
  show,
  skipWait,
  stop,
  useSessions,
  waitsForTime,
  watch,
  watchAgain,
} from "./session";
export { CLOCKS, clockWord, paceOf, PACES, paceWords, sameClock, useRunSettings } from "./settings";
export {
  ShownExecution,
  useEdgeTaken,
  useNodeProgress,
  usePendingAt,
  usePendingTasks,
  useRunIsLive,
  useSession,
  useShownExecution,
} from "./shown";
export {
  bytes,
  cornerWords,
  countOfItems,
  duration,
  figure,
  hasBegun,
  moment,
  NODE_WORDS,
  STATUS_WORDS,
} from "./words";
