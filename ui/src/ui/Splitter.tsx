import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from "react";

interface Props {
  readonly label: string;
  readonly orientation: "vertical" | "horizontal";
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** Whether moving right or down makes the panel larger. */
  readonly grows: "forward" | "backward";
  /** How much one pixel counts, where the size is not in pixels. */
  readonly scale?: () => number;
  readonly onResize: (size: number) => void;
}

/** The edge between two panels: drag it, or focus it and use the arrow keys. */
export function Splitter({ label, orientation, size, min, max, grows, scale, onResize }: Props): ReactElement {
  const drag = useRef<{ at: number; size: number } | null>(null);
  const position = (event: PointerEvent): number => (orientation === "vertical" ? event.clientX : event.clientY);
  const resize = (next: number): void => {
    onResize(Math.round(Math.min(max, Math.max(min, next))));
  };
  const sign = grows === "forward" ? 1 : -1;
  return (
    <div
      className={`splitter splitter-${orientation}`}
      role="separator"
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      tabIndex={0}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: position(event), size };
      }}
      onPointerMove={(event) => {
        if (drag.current) resize(drag.current.size + sign * (position(event) - drag.current.at) * (scale?.() ?? 1));
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onKeyDown={(event: KeyboardEvent) => {
        const [less, more] = orientation === "vertical" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
        if (event.key !== less && event.key !== more) return;
        event.preventDefault();
        resize(size + sign * (event.key === more ? 16 : -16) * (scale ? 0.2 : 1));
      }}
    />
  );
}
