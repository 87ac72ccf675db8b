import "./shell.css";

import { QueryClientProvider } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Info, LoaderCircle, PanelBottomClose, PanelBottomOpen, X } from "lucide-react";
import { Component, type ReactElement, type ReactNode, useEffect, useMemo, useState } from "react";

import {
  type Diagnostic,
  explain,
  keepQueriesFresh,
  keepSettings,
  queryClient,
  startListening,
  useCommand,
  useConnection,
} from "../backend";
import { warmUp } from "../canvas";
import { goTo, offerDataOf, RenameDialog } from "../code";
import {
  BreakpointDialog,
  ChangeDialog,
  Console,
  DebugPanel,
  Events,
  followPauses,
  SessionOffer,
  SearchPage,
  States,
  Timeline,
  useDebug,
  useSearch,
} from "../debugger";
import {
  activeDocument,
  activeTab,
  applyFix,
  bufferOf,
  dismiss,
  groupIn,
  select,
  setMode,
  tabKey,
  useDesk,
  useDocuments,
  useSelection,
  watchFiles,
} from "../document";
import { Ghost, GroupPanel } from "../design";
import { Explorer, useSide } from "../explorer";
import { catchUpFolder, followFolder, takeDrops, useFolder } from "../files";
import { askToCompare, ForkQuestions } from "../forks";
import { followPins, PinsDialog } from "../pins";
import { Inspector } from "../inspector";
import {
  catchUp,
  Executions,
  followExecutions,
  Inbox,
  lastInputOf,
  RunDialog,
  usePendingTasks,
  useSession,
  useRunSettings,
  useShownExecution,
  FromDialog,
} from "../run";
import { followPreferences, Splitter, TipProvider, usePreferences } from "../ui";
import { followAutosave } from "./autosave";
import { listenToKeys, perform, useOverlay } from "./actions";
import { Palette, Shortcuts } from "./Palette";
import { type BottomPage, showPage, usePanels } from "./panels";
import { Problems } from "./Problems";
import { Questions } from "./Questions";
import { startSession } from "./session";
import { Start } from "./Start";
import { StatusBar } from "./StatusBar";
import { Tabs } from "./Tabs";
import { useTheme } from "./theme";
import { Toolbar } from "./Toolbar";
import { type Front, Workbench } from "./Workbench";

const NO_STATE = new Set(["start", "end", "branch", "processor"]);
const NO_DIAGNOSTICS: readonly Diagnostic[] = [];

/** The tab in front and everything that follows from it. */
function useFront(): Front | null {
  const tab = useDocuments(activeTab);
  const document = useDocuments(activeDocument);
  const execution = useShownExecution();
  const own = tab?.kind === "execution" ? tab.execution : null;
  const { data: detail } = useCommand("get_execution", { execution: own ?? "" }, { enabled: own !== null });
  return useMemo(() => {
    if (!tab) return null;
    return {
      tab: tabKey(tab),
      document,
      detail: own === null ? undefined : detail,
      graph: own === null ? (document?.graph ?? null) : (detail?.graph ?? null),
      old: document?.graphIsOld ?? false,
      diagnostics: document?.analysis.diagnostics ?? NO_DIAGNOSTICS,
      execution,
      text: document?.text ?? detail?.definition ?? "",
    };
  }, [tab, document, detail, own, execution]);
}

const PAGES: readonly [BottomPage, string][] = [
  ["problems", "Problems"],
  ["executions", "Executions"],
  ["timeline", "Timeline"],
  ["events", "Events"],
  ["states", "States"],
  ["search", "Search"],
  ["console", "Console"],
  ["inbox", "Inbox"],
  ["debug", "Debugger"],
];

function Bottom({
  front,
  open,
  onProblem,
}: {
  front: Front | null;
  open: boolean;
  onProblem: (diagnostic: Diagnostic) => void;
}): ReactElement {
  const page = usePanels((state) => state.page);
  const pending = usePendingTasks().length;
  const serious = front?.diagnostics.filter((diagnostic) => diagnostic.severity !== "info").length ?? 0;
  const broken = front?.diagnostics.some((diagnostic) => diagnostic.severity === "error") ?? false;
  const fixable = front?.document?.id ?? null;
  const counts: Partial<Record<BottomPage, number>> = { problems: serious, inbox: pending };
  return (
    <section className="bottom" aria-label="Panel">
      <div className="bottom-head">
        <div className="tab-list" role="tablist" aria-label="Panels">
          {PAGES.map(([key, word], index) => (
            <button
              key={key}
              type="button"
              role="tab"
              id={`bottom-${key}`}
              aria-controls={open ? "bottom-page" : undefined}
              aria-selected={open && page === key}
              tabIndex={page === key ? 0 : -1}
              className={open && page === key ? "on" : ""}
              onClick={() => {
                usePanels.setState({ page: key, bottomOpen: !(open && page === key) });
              }}
              onKeyDown={(event) => {
                const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
                const next = PAGES[(index + step + PAGES.length) % PAGES.length];
                if (step === 0 || !next) return;
                usePanels.setState({ page: next[0] });
                document.getElementById(`bottom-${next[0]}`)?.focus();
              }}
            >
              {word}
              {counts[key] ? <b className={key === "problems" && broken ? "bad" : ""}>{counts[key]}</b> : null}
            </button>
          ))}
        </div>
        <span className="grow" />
        <button
          type="button"
          className="icon-button small"
          aria-label={open ? "Hide the panel" : "Show the panel"}
          title={`${open ? "Hide" : "Show"} the panel (Ctrl+J)`}
          onClick={() => {
            usePanels.setState({ bottomOpen: !open, ...(front || open ? {} : { page: "executions" as const }) });
          }}
        >
          {open ? <PanelBottomClose size={15} /> : <PanelBottomOpen size={15} />}
        </button>
      </div>
      {open ? (
        <div className="bottom-page" id="bottom-page" role="tabpanel" aria-labelledby={`bottom-${page}`}>
          {page === "problems" ? (
            <Problems
              diagnostics={front?.diagnostics ?? NO_DIAGNOSTICS}
              onOpen={onProblem}
              onFix={
                fixable === null
                  ? null
                  : (problem) => {
                      applyFix(fixable, problem);
                    }
              }
              none={front?.document ? "No problems." : "No workflow is open."}
            />
          ) : null}
          {page === "executions" ? <Executions onCompare={askToCompare} /> : null}
          {page === "timeline" ? <Timeline /> : null}
          {page === "events" ? <Events /> : null}
          {page === "states" ? <States /> : null}
          {page === "search" ? <SearchPage /> : null}
          {page === "console" ? <Console /> : null}
          {page === "inbox" ? <Inbox /> : null}
          {page === "debug" ? <DebugPanel /> : null}
        </div>
      ) : null}
    </section>
  );
}

function Messages(): ReactElement {
  const { messages, opening } = useDesk();
  return (
    <div className="messages" role="status" aria-live="polite">
      {opening === null ? null : (
        <p className="message">
          <LoaderCircle size={15} aria-hidden="true" />
          Opening {opening.split("/").at(-1)}…
        </p>
      )}
      {messages.map((message) => (
        <p key={message.id} className={`message message-${message.tone}`}>
          {message.tone === "bad" ? (
            <CircleAlert size={15} aria-label="Error" />
          ) : message.tone === "ok" ? (
            <CircleCheck size={15} aria-hidden="true" />
          ) : (
            <Info size={15} aria-hidden="true" />
          )}
          <span>{message.text}</span>
          {message.action ? (
            <button
              type="button"
              className="button small"
              onClick={() => {
                message.action?.run();
                dismiss(message.id);
              }}
            >
              {message.action.label}
            </button>
          ) : null}
          <button
            type="button"
            className="icon-button small"
            aria-label="Dismiss"
            onClick={() => {
              dismiss(message.id);
            }}
          >
            <X size={13} />
          </button>
        </p>
      ))}
    </div>
  );
}

function Window(): ReactElement {
  const info = useCommand("app_info", {});
  const front = useFront();
  const group = useSelection(groupIn(front?.tab ?? null));
  const panels = usePanels();
  const { overlay } = useOverlay();
  const execution = useShownExecution();
  const session = useSession(execution);
  const paused = useDebug((state) => execution !== null && state.pauses[execution] !== undefined);
  const reconnects = useConnection((state) => state.reconnects);
  const [greeted, setGreeted] = useState(false);
  const folder = useFolder((state) => state.tree !== null);

  useEffect(() => {
    if (reconnects === 0) return;
    void queryClient.invalidateQueries();
    catchUp();
    catchUpFolder();
  }, [reconnects]);

  const { data } = info;
  useEffect(() => {
    if (!data || greeted) return;
    setGreeted(true);
    const kept = {
      theme: useTheme,
      run: useRunSettings,
      preferences: usePreferences,
      panels: usePanels,
      side: useSide,
    };
    void keepSettings(kept).then(() => startSession(data));
  }, [data, greeted]);

  const onProblem = (problem: Diagnostic): void => {
    if (!front?.document) return;
    if (problem.state !== null) select(front.tab, { kind: "node", id: problem.state }, "problems");
    if (useDocuments.getState().mode === "canvas") setMode("split");
    goTo(front.document.id, problem.range.from);
  };

  if (info.error) {
    return (
      <div className="trouble" role="alert">
        <CircleAlert size={28} aria-hidden="true" />
        <h1>The backend does not answer</h1>
        <p>{explain(info.error)}</p>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            void info.refetch();
          }}
        >
          Try again
        </button>
      </div>
    );
  }
  const open = front !== null;
  const showLeft = panels.leftOpen && (open || folder);
  const showRight = open && panels.rightOpen;
  // Without a workflow only what is not about one is worth the room.
  const showBottom = panels.bottomOpen && (open || panels.page === "executions" || panels.page === "inbox");
  const states = front?.graph?.nodes.filter((node) => !NO_STATE.has(node.kind)).length ?? 0;
  return (
    <div
      className="window"
      style={
        {
          "--left": showLeft ? `${String(panels.left)}px` : "0px",
          "--right": showRight ? `${String(panels.right)}px` : "0px",
          "--bottom": showBottom ? `${String(panels.bottom)}px` : "33px",
        } as React.CSSProperties
      }
    >
      <Toolbar />
      {showLeft ? (
        <aside className="left">
          <Explorer
            tab={front?.tab ?? null}
            graph={front?.graph ?? null}
            execution={front?.execution ?? null}
            adding={
              front?.document && !front.old
                ? front.document.analysis.queryLanguage === "JSONata"
                  ? "JSONata"
                  : "JSONPath"
                : null
            }
            onOpen={() => {
              perform("open");
            }}
            onOpenFolder={() => {
              perform("openFolder");
            }}
          />
          <Splitter
            label="Explorer width"
            orientation="vertical"
            size={panels.left}
            min={160}
            max={420}
            grows="forward"
            onResize={(left) => {
              usePanels.setState({ left });
            }}
          />
        </aside>
      ) : null}
      {open ? <Tabs /> : null}
      {open ? <Workbench front={front} onProblem={onProblem} /> : <Start info={info.data} />}
      {showRight ? (
        <aside className="right" aria-label="Inspector">
          <Splitter
            label="Inspector width"
            orientation="vertical"
            size={panels.right}
            min={240}
            max={640}
            grows="backward"
            onResize={(right) => {
              usePanels.setState({ right });
            }}
          />
          <div className="inspector">
            {group.length > 1 ? (
              <GroupPanel
                tab={front.tab}
                graph={front.graph}
                ids={group}
                editable={front.document !== undefined && !front.old}
              />
            ) : (
              <Inspector
                tab={front.tab}
                graph={front.graph}
                text={front.text}
                diagnostics={front.diagnostics}
                execution={front.execution}
                document={front.document && !front.old ? front.document.id : null}
                comment={front.document?.analysis.comment ?? null}
                queryLanguage={front.document?.analysis.queryLanguage ?? null}
                onProblem={onProblem}
                onPlace={(offset) => {
                  const buffer = front.document ? bufferOf(front.document.id) : undefined;
                  if (front.document && buffer) goTo(front.document.id, buffer.toEditor(offset));
                }}
              />
            )}
          </div>
        </aside>
      ) : null}
      <div className="bottom-frame">
        {showBottom ? (
          <Splitter
            label="Panel height"
            orientation="horizontal"
            size={panels.bottom}
            min={100}
            max={560}
            grows="backward"
            onResize={(bottom) => {
              usePanels.setState({ bottom });
            }}
          />
        ) : null}
        <Bottom front={front} open={showBottom} onProblem={onProblem} />
      </div>
      <StatusBar document={front?.document} session={session} paused={paused} states={states} />
      <Messages />
      <Ghost />
      {overlay === "palette" ? <Palette graph={front?.graph ?? null} /> : null}
      {overlay === "shortcuts" ? <Shortcuts /> : null}
      <RunDialog />
      <ForkQuestions />
      <FromDialog />
      <PinsDialog />
      <BreakpointDialog />
      <ChangeDialog />
      <SessionOffer />
      <RenameDialog />
      <Questions home={info.data?.home ?? "/"} native={info.data?.nativeDialogs ?? false} />
    </div>
  );
}

/** A mistake of ours must not take unsaved text with it: the window says so and can be drawn again. */
class Net extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };
  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }
  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="trouble" role="alert">
        <CircleAlert size={28} aria-hidden="true" />
        <h1>The window ran into a mistake of ours</h1>
        <p className="mono">{error.message}</p>
        <p className="dim">Your text is still in memory.</p>
        <button
          type="button"
          className="button primary"
          onClick={() => {
            this.setState({ error: null });
          }}
        >
          Draw the window again
        </button>
      </div>
    );
  }
}

export function App(): ReactElement {
  useEffect(() => {
    offerDataOf(lastInputOf);
    const stops = [
      startListening(),
      keepQueriesFresh(),
      followExecutions(),
      followPauses(),
      // A search that was asked for from a value's menu comes to the front.
      useSearch.subscribe((state, before) => {
        if (state.asked !== before.asked) showPage("search");
      }),
      followPins(),
      watchFiles(),
      followFolder(),
      // A folder that was just opened is what one wants to see.
      useFolder.subscribe((now, before) => {
        if (now.asked === before.asked) return;
        usePanels.setState({ leftOpen: true });
        useSide.setState({ side: "files" });
      }),
      takeDrops(),
      followAutosave(),
      followPreferences(),
      listenToKeys(),
    ];
    const timer = window.setTimeout(() => void warmUp(), 250);
    return () => {
      window.clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, []);
  return (
    <QueryClientProvider client={queryClient}>
      <TipProvider>
        <Net>
          <Window />
        </Net>
      </TipProvider>
    </QueryClientProvider>
  );
}
