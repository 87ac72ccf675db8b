import {
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

interface Props {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  readonly selected: number | null;
  /** With a pointer, or by moving there with the keyboard. */
  readonly onSelect: (index: number, pressed: boolean) => void;
  /** Arrow to the right and to the left, as in a tree. */
  readonly onTurn?: (index: number, open: boolean) => void;
  /** Enter, or a double click. */
  readonly onOpen?: (index: number) => void;
  readonly row: (index: number) => ReactNode;
  /** Stays at the end while the list grows, unless the person has scrolled away from it. */
  readonly follow?: boolean;
  /** Scrolls to what is selected, whoever selects it. */
  readonly reveal?: boolean;
}

const OVERSCAN = 8;

/** A list of rows of one height of which only those in view exist. */
export function VirtualList({
  count,
  rowHeight,
  label,
  selected,
  onSelect,
  onTurn,
  onOpen,
  row,
  follow = false,
  reveal = false,
}: Props): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 400 });
  const atEnd = useRef(true);

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      setView({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);

  useLayoutEffect(() => {
    const element = frame.current;
    if (element && follow && atEnd.current) element.scrollTop = element.scrollHeight;
  }, [count, follow]);

  const show = useCallback(
    (index: number): void => {
      const element = frame.current;
      if (!element) return;
      const top = index * rowHeight;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + rowHeight > element.scrollTop + element.clientHeight)
        element.scrollTop = top + rowHeight - element.clientHeight;
    },
    [rowHeight],
  );
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element || !reveal || selected === null) return;
    const top = selected * rowHeight;
    // Far away: to the middle, so that what is around it is seen.
    if (top + rowHeight < element.scrollTop - rowHeight || top > element.scrollTop + element.clientHeight + rowHeight)
      element.scrollTop = top - element.clientHeight / 2;
    else show(selected);
  }, [selected, reveal, rowHeight, show]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
    const at = selected ?? -1;
    if (event.key === "Enter" && selected !== null && onOpen) {
      event.preventDefault();
      onOpen(selected);
      return;
    }
    if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && selected !== null && onTurn) {
      event.preventDefault();
      onTurn(selected, event.key === "ArrowRight");
      return;
    }
    const next = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (next === undefined || count === 0) return;
    event.preventDefault();
    const index = Math.min(count - 1, Math.max(0, next));
    onSelect(index, false);
    show(index);
  };

  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN);
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, at) => {
    const index = first + at;
    return (
      <div
        key={index}
        id={`${label}-${String(index)}`}
        className={`row ${index === selected ? "selected" : ""}`}
        role="option"
        aria-selected={index === selected}
        aria-setsize={count}
        aria-posinset={index + 1}
        style={{ top: index * rowHeight, height: rowHeight }}
        onPointerDown={() => {
          onSelect(index, true);
        }}
        onDoubleClick={() => onOpen?.(index)}
      >
        {row(index)}
      </div>
    );
  });
  return (
    <div
      ref={frame}
      className="virtual-list"
      role="listbox"
      aria-label={label}
      aria-activedescendant={selected === null ? undefined : `${label}-${String(selected)}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={(event) => {
        const element = event.currentTarget;
        atEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - rowHeight;
        setView({ top: element.scrollTop, height: element.clientHeight });
      }}
    >
      <div className="virtual-space" style={{ height: count * rowHeight }}>
        {rows}
      </div>
    </div>
  );
}
