// Lists whose elements change places: dragged by a grip, or moved with its arrow keys. Escape lets a dragged one go where it
// was; at the edge of what is in view the list scrolls on.

import { GripVertical } from "lucide-react";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactElement,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";

export interface Reorder {
  /** For the list: its `ref`. */
  readonly list: (element: HTMLElement | null) => void;
  /** The element that is dragged, and the place it would take. */
  readonly drag: { readonly from: number; readonly to: number } | null;
  readonly grip: (index: number, what: string) => ReactElement;
  /** For the element itself. */
  readonly className: (index: number) => string;
}

/** Nearer to an edge than this the list scrolls, so many pixels a frame. */
const EDGE = 36;
const SCROLL_STEP = 9;

function scrollerOf(element: HTMLElement): HTMLElement | null {
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (around.scrollHeight > around.clientHeight && /auto|scroll/.test(getComputedStyle(around).overflowY))
      return around;
  }
  return null;
}

/** Scrolls what holds the grip for as long as the pointer is near its edge. Answers how to tell where the pointer is, and the
 * end. */
function edgeScroll(grip: HTMLElement, scrolled: (y: number) => void): { at(y: number): void; stop(): void } {
  const scroller = scrollerOf(grip);
  let pointer: number | null = null;
  let frame = 0;
  const turn = (): void => {
    frame = requestAnimationFrame(turn);
    if (pointer === null || !scroller) return;
    const { top, bottom } = scroller.getBoundingClientRect();
    const step = pointer < top + EDGE ? -SCROLL_STEP : pointer > bottom - EDGE ? SCROLL_STEP : 0;
    const before = scroller.scrollTop;
    scroller.scrollTop += step;
    if (scroller.scrollTop !== before) scrolled(pointer);
  };
  frame = requestAnimationFrame(turn);
  return {
    at: (y) => {
      pointer = y;
    },
    stop: () => {
      cancelAnimationFrame(frame);
    },
  };
}

/** `count` tells when a move has been done, so that the focus follows the element. */
export function useReorder(count: number, onMove: (from: number, to: number) => Promise<boolean>): Reorder {
  const list = useRef<HTMLElement | null>(null);
  const hold = useCallback((element: HTMLElement | null) => {
    list.current = element;
  }, []);
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const dragging = drag !== null;
  const follow = useRef<number | null>(null);
  const scroll = useRef<ReturnType<typeof edgeScroll> | null>(null);
  useEffect(() => {
    if (!dragging) return;
    const letGo = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      setDrag(null);
    };
    window.addEventListener("keydown", letGo, { capture: true });
    return () => {
      window.removeEventListener("keydown", letGo, { capture: true });
      scroll.current?.stop();
      scroll.current = null;
    };
  }, [dragging]);
  useEffect(() => {
    if (follow.current === null) return;
    const grips = list.current?.querySelectorAll<HTMLElement>(":scope > * > .grip, :scope > * > header > .grip");
    const target = grips?.[follow.current];
    follow.current = null;
    target?.focus();
  });
  const move = (from: number, to: number, focus: boolean): void => {
    if (to < 0 || to >= count || to === from) return;
    void onMove(from, to).then((moved) => {
      if (moved && focus) follow.current = to;
    });
  };
  const placeOf = (y: number, from: number): number => {
    const boxes = [...(list.current?.querySelectorAll<HTMLElement>(":scope > [data-sortable]") ?? [])].map((element) =>
      element.getBoundingClientRect(),
    );
    let to = 0;
    boxes.forEach((box, index) => {
      if (index !== from && y > box.top + box.height / 2) to = index > from ? index : index + 1;
    });
    return Math.max(0, Math.min(count - 1, to));
  };
  return {
    list: hold,
    drag,
    className: (index) => {
      if (!drag) return "";
      if (index === drag.from) return "dragged";
      if (index !== drag.to || drag.to === drag.from) return "";
      return drag.to > drag.from ? "drop-after" : "drop-before";
    },
    grip: (index, what) => (
      <button
        type="button"
        className="grip"
        aria-label={`Move ${what}`}
        title="Drag, or press ↑ and ↓"
        disabled={count < 2}
        onKeyDown={(event: KeyboardEvent) => {
          const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
          if (step === 0) return;
          event.preventDefault();
          event.stopPropagation();
          move(index, index + step, true);
        }}
        onPointerDown={(event: PointerEvent<HTMLElement>) => {
          if (event.button !== 0) return;
          event.preventDefault();
          const grip = event.currentTarget;
          grip.focus();
          grip.setPointerCapture(event.pointerId);
          setDrag({ from: index, to: index });
          scroll.current = edgeScroll(grip, (y) => {
            setDrag((now) => now && { ...now, to: placeOf(y, now.from) });
          });
        }}
        onPointerMove={(event: PointerEvent<HTMLElement>) => {
          if (!drag) return;
          scroll.current?.at(event.clientY);
          const to = placeOf(event.clientY, drag.from);
          if (to !== drag.to) setDrag({ from: drag.from, to });
        }}
        onPointerUp={() => {
          if (drag) move(drag.from, drag.to, true);
          setDrag(null);
        }}
        onPointerCancel={() => {
          setDrag(null);
        }}
      >
        <GripVertical size={13} aria-hidden="true" />
      </button>
    ),
  };
}
