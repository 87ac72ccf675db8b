// Time that passes while one looks.

import { useEffect, useState } from "react";

/** The time of day, a second at a time, while something on show depends on it. */
export function useNow(wanted: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!wanted) return;
    setNow(Date.now());
    const timer = window.setInterval(() => {
      setNow(Date.now());
    }, 1_000);
    return () => {
      window.clearInterval(timer);
    };
  }, [wanted]);
  return now;
}
