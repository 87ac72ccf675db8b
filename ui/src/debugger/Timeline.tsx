// The run over time: states, branches, items, tries and waits; the moment that is shown can be dragged.

import { ChartGantt, ChevronDown, ChevronRight } from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";

import { NODE_WORDS, duration, useShownExecution } from "../run";
import { remembered } from "../ui";
import { compressedAxis, ticksOf, trueAxis } from "./axis";
import { axisAt, coloursOf, draw, hit, placeOf, ROW, type Scene } from "./draw";
import { HoverCard } from "./HoverCard";
import { changedStays } from "./interventions";
import {
  canLookBack,
  chooseLane,
  chooseStay,
  showEvent,
  step,
  useCanLookBack,
  useLooked,
  useShownLine,
} from "./looked";
import { eventAt, type Lane, type Overview, type Stay } from "./model";
import { useOverview } from "./overview";
import { type Row, rowsOf } from "./rows";
import { useDebug } from "./store";

export const useTimeline = remembered<{ readonly trueTime: boolean }>("timeline", { trueTime: false });

const LEAST_VIEW = 1e-5;
const AXIS = 24;

interface View {
  readonly from: number;
  readonly to: number;
}
const ALL: View = { from: 0, to: 1 };

function clamped(from: number, to: number): View {
  const width = Math.min(1, Math.max(LEAST_VIEW, to - from));
  const begin = Math.min(1 - width, Math.max(0, from));
  return { from: begin, to: begin + width };
}

export function Timeline(): ReactElement {
  const execution = useShownExecution();
  const { overview, trouble } = useOverview(execution);
  if (execution === null || !overview || overview.stays.length === 0) {
    return (
      <div className="empty">
        <ChartGantt size={22} aria-hidden="true" />
        <p>{trouble ?? (execution === null ? "No run is on show." : overview ? "Nothing has run yet." : "Reading…")}</p>
        <p className="dim">Each state gets a row, each branch and item one inside of it, each time it runs a bar.</p>
      </div>
    );
  }
  return <Chart key={execution} execution={execution} overview={overview} />;
}

function Chart({ execution, overview }: { execution: string; overview: Overview }): ReactElement {
  const { trueTime } = useTimeline();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [scroll, setScroll] = useState(0);
  const [view, setView] = useState<View>(ALL);
  const [turned, setTurned] = useState<ReadonlySet<string>>(new Set());
  const [failedOnly, setFailedOnly] = useState<ReadonlySet<string>>(new Set());
  const [pointed, setPointed] = useState<{ x: number; y: number; stay: Stay | null; lane: Lane | null } | null>(null);
  const past = useDebug((state) => state.past[execution]);
  const line = useShownLine(execution, overview);
  const lookable = useCanLookBack(execution);
  const pickedStay = useLooked((state) => state.stay[execution] ?? null);
  const pickedLane = useLooked((state) => state.lane[execution] ?? null);
  const drag = useRef<"cursor" | { x: number; view: View } | null>(null);

  const axis = useMemo(() => (trueTime ? trueAxis(overview) : compressedAxis(overview)), [overview, trueTime]);
  const rows = useMemo(() => rowsOf(overview, { turned, failedOnly }), [overview, turned, failedOnly]);
  const ticks = useMemo(
    () => ticksOf(overview, axis, view.from, view.to, ((view.to - view.from) * 110) / Math.max(110, size.width)),
    [overview, axis, view, size.width],
  );
  const selected = useMemo(() => {
    const lane = rows.find((row) => row.kind === "lane" && row.lane === pickedLane);
    if (lane) return lane.key;
    const holds = (row: Row): boolean => row.kind !== "strip" && row.stays.some((stay) => stay.entered === pickedStay);
    return pickedStay === null ? null : (rows.find(holds)?.key ?? null);
  }, [rows, pickedLane, pickedStay]);
  const changed = useMemo(() => changedStays(overview), [overview]);
  const label = useCallback(
    (stay: Stay, row: Row): string => {
      const name = row.kind === "lane" ? `${overview.states[stay.state]?.state ?? ""} ` : "";
      const took = stay.exitedAt === null ? NODE_WORDS[stay.status] : stay.exitedAt - stay.enteredAt;
      return `${name}${typeof took === "string" ? took : took === 0 && name !== "" ? "" : duration(took)}`.trim();
    },
    [overview],
  );
  const scene: Scene = {
    overview,
    rows,
    axis,
    ticks,
    ...view,
    ...size,
    scroll,
    cursor: line,
    past: past !== undefined,
    selected,
    hovered: pointed?.lane ? null : (pointed?.stay?.stay ?? null),
    changed,
    label,
  };
  const latest = useRef(scene);
  latest.current = scene;

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const track = canvas.current?.parentElement;
      if (track) setSize({ width: track.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const element = canvas.current;
    const pen = element?.getContext("2d");
    if (!element || !pen || size.width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(size.width * ratio), Math.round(size.height * ratio)];
    if (element.width !== width || element.height !== height) {
      element.width = width;
      element.height = height;
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw(pen, latest.current, coloursOf(element));
  });

  // Colours are read when it is drawn.
  const [, redraw] = useState(0);
  useEffect(() => {
    const observer = new MutationObserver(() => {
      redraw((count) => count + 1);
    });
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      observer.disconnect();
    };
  }, []);

  // The wheel must not scroll the page as well, which a passive listener could not prevent.
  useEffect(() => {
    const track = canvas.current?.parentElement;
    if (!track) return;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const { from, to, width, rows: shown, height } = latest.current;
      const across = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
      const fits = shown.length * ROW <= height;
      if (across !== 0) setView(clamped(from + (across / width) * (to - from), to + (across / width) * (to - from)));
      else if (event.ctrlKey || event.metaKey || event.altKey || fits) {
        const at = axisAt(latest.current, event.clientX - track.getBoundingClientRect().left);
        const factor = Math.exp(event.deltaY / 400);
        setView(clamped(at - (at - from) * factor, at + (to - at) * factor));
      } else if (frame.current) frame.current.scrollTop += event.deltaY;
    };
    track.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      track.removeEventListener("wheel", onWheel);
    };
  }, []);

  const zoom = (factor: number): void => {
    setView(({ from, to }) => {
      const middle = Math.min(to, Math.max(from, axis.at(line)));
      return clamped(middle - (middle - from) * factor, middle + (to - middle) * factor);
    });
  };
  const turn = (key: string): void => {
    setTurned((before) => {
      const next = new Set(before);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  };
  const scrubTo = (clientX: number): void => {
    const left = canvas.current?.getBoundingClientRect().left ?? 0;
    const x = axisAt(latest.current, clientX - left);
    showEvent(execution, eventAt(overview, axis.lineAt(Math.min(1, Math.max(0, x)))));
  };
  const cursorX = placeOf(scene, axis.at(line));

  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (drag.current === "cursor") {
      scrubTo(event.clientX);
      return;
    }
    if (drag.current) {
      const moved = ((drag.current.x - event.clientX) / size.width) * (view.to - view.from);
      setView(clamped(drag.current.view.from + moved, drag.current.view.to + moved));
      setPointed(null);
      return;
    }
    const found = hit(scene, x, event.clientY - box.top);
    setPointed(
      found?.stay || found?.lane ? { x, y: event.clientY - box.top, stay: found.stay, lane: found.lane } : null,
    );
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    drag.current = lookable && Math.abs(x - cursorX) < 5 ? "cursor" : { x: event.clientX, view };
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    const was = drag.current;
    drag.current = null;
    if (was === null || was === "cursor" || Math.abs(was.x - event.clientX) > 4) return;
    const box = event.currentTarget.getBoundingClientRect();
    const found = hit(scene, event.clientX - box.left, event.clientY - box.top);
    if (found?.lane) chooseLane(execution, found.lane, line);
    else if (found?.stay) {
      const lane = overview.lanes[found.stay.lane];
      if (lane && found.row.kind === "lane") chooseLane(execution, lane, found.stay.entered);
      chooseStay(execution, found.stay);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = (view.to - view.from) / 8;
    const at = rows.findIndex((row) => row.key === selected);
    const acts: Record<string, (() => void) | undefined> = {
      "+": () => zoom(1 / 1.5),
      "=": () => zoom(1 / 1.5),
      "-": () => zoom(1.5),
      "0": () => setView(ALL),
      ArrowLeft: () =>
        event.shiftKey || !lookable ? setView(clamped(view.from - pan, view.to - pan)) : step(execution, -1),
      ArrowRight: () =>
        event.shiftKey || !lookable ? setView(clamped(view.from + pan, view.to + pan)) : step(execution, 1),
      Home: () => showEvent(execution, 1),
      End: () => showEvent(execution, overview.events.line.length),
      ArrowDown: () => chooseRow(rows[Math.min(rows.length - 1, at + 1)], at + 1),
      ArrowUp: () => chooseRow(rows[Math.max(0, at - 1)], at - 1),
      Enter: () => at >= 0 && rows[at] && turn(rows[at].key),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  const chooseRow = (row: Row | undefined, index: number): void => {
    if (!row) return;
    const top = Math.max(0, index) * ROW;
    const element = frame.current;
    if (element && (top < element.scrollTop || top + ROW > element.scrollTop + element.clientHeight))
      element.scrollTop = top - element.clientHeight / 2;
    const lane = row.kind === "strip" ? undefined : overview.lanes[row.lane];
    if (row.kind === "lane" && lane) chooseLane(execution, lane, line);
    else {
      const stays = row.kind === "strip" ? row.runs.map((run) => run.stay) : row.stays;
      const stay = stays.findLast((one) => one.entered <= line) ?? stays[0];
      useLooked.setState((state) => ({
        lane: Object.fromEntries(Object.entries(state.lane).filter(([other]) => other !== execution)),
      }));
      if (stay) chooseStay(execution, stay);
    }
  };

  const first = Math.max(0, Math.floor(scroll / ROW) - 4);
  const last = Math.min(rows.length, Math.ceil((scroll + size.height) / ROW) + 4);
  return (
    <div className="chart" data-ready={size.width > 0} onKeyDown={onKeyDown} role="group" aria-label="Timeline">
      <div className="chart-axis" style={{ height: AXIS }}>
        <span className="lane-name">
          {trueTime ? "True time" : "Waits shortened"}
          <button
            type="button"
            className="link"
            onClick={() => {
              useTimeline.setState({ trueTime: !trueTime });
            }}
          >
            {trueTime ? "Shorten waits" : "True time"}
          </button>
        </span>
        <div
          className={`chart-ticks ${lookable ? "draggable" : ""}`}
          onPointerDown={(event) => {
            if (!canLookBack(execution)) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            scrubTo(event.clientX);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) scrubTo(event.clientX);
          }}
        >
          {ticks.map((tick) => {
            const x = placeOf(scene, tick.x);
            return (
              <span key={tick.x} className="tick mono" style={x > size.width - 60 ? { right: 2 } : { left: x + 4 }}>
                {duration(tick.at)}
              </span>
            );
          })}
          <span className="chart-handle" style={{ left: cursorX }} hidden={cursorX < -1 || cursorX > size.width + 1} />
        </div>
      </div>
      <div
        ref={frame}
        className="chart-rows"
        tabIndex={0}
        aria-label="Rows of the timeline: arrows move, plus and minus zoom"
        onScroll={(event) => {
          setScroll(event.currentTarget.scrollTop);
        }}
      >
        <div className="chart-space" style={{ height: Math.max(rows.length * ROW, 1) }}>
          {rows.slice(first, last).map((row, index) => (
            <RowName
              key={row.key}
              row={row}
              top={(first + index) * ROW}
              on={row.key === selected}
              failedOnly={failedOnly.has(row.key)}
              onTurn={() => {
                turn(row.key);
              }}
              onFailedOnly={() => {
                if (row.kind === "strip" && !row.open) turn(row.key);
                setFailedOnly((before) => {
                  const next = new Set(before);
                  if (!next.delete(row.key)) next.add(row.key);
                  return next;
                });
              }}
              onChoose={() => {
                chooseRow(row, first + index);
              }}
            />
          ))}
        </div>
      </div>
      <div
        className={`chart-track ${lookable && pointed === null ? "" : "pointing"}`}
        onPointerMove={onPointerMove}
        onPointerDown={onPointerDown}
        onPointerUp={onPointerUp}
        onPointerLeave={() => {
          setPointed(null);
        }}
        onDoubleClick={() => {
          setView(ALL);
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
        {pointed ? <HoverCard overview={overview} {...pointed} width={size.width} height={size.height} /> : null}
      </div>
    </div>
  );
}

function RowName({
  row,
  top,
  on,
  failedOnly,
  onTurn,
  onFailedOnly,
  onChoose,
}: {
  row: Row;
  top: number;
  on: boolean;
  failedOnly: boolean;
  onTurn: () => void;
  onFailedOnly: () => void;
  onChoose: () => void;
}): ReactElement {
  const opens = row.kind === "strip" || row.opens;
  return (
    <div className={`lane ${on ? "on" : ""}`} style={{ top, height: ROW, paddingLeft: 4 + row.depth * 14 }}>
      {opens ? (
        <button
          type="button"
          className="lane-turn"
          tabIndex={-1}
          aria-label={`${row.open ? "Hide" : "Show"} what is inside ${row.name}`}
          aria-expanded={row.open}
          onClick={onTurn}
        >
          {row.open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
        </button>
      ) : (
        <span className="lane-turn" />
      )}
      <button type="button" className="lane-title" tabIndex={-1} title={row.name} onClick={onChoose}>
        {row.name}
        {row.kind === "strip" ? (
          <span className="dim mono"> {row.total.toLocaleString("en")}</span>
        ) : row.kind === "state" && row.stays.length > 1 ? (
          <span className="dim mono"> ×{row.stays.length.toLocaleString("en")}</span>
        ) : null}
      </button>
      {row.kind === "strip" && row.failed > 0 ? (
        <button
          type="button"
          tabIndex={-1}
          className={`lane-failed ${failedOnly ? "on" : ""}`}
          aria-pressed={failedOnly}
          title="Only the items that failed"
          onClick={onFailedOnly}
        >
          {row.failed.toLocaleString("en")} failed
        </button>
      ) : null}
    </div>
  );
}
