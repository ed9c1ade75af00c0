/** Which rows of a long list of equal rows are in sight, so that only these are drawn. */
import { type RefObject, useCallback, useEffect, useState } from "react";
import { flushSync } from "react-dom";

export const ROW_PX = 36;
/** Drawn above and below what is in sight. */
const SPARE = 6;
/** The window moves by so many rows at once, so that few scroll events draw anything. */
const STRIDE = 6;
const USUAL_ROWS = 30;

export interface ShownRows {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly onScroll: () => void;
}

export function useWindow(frame: RefObject<HTMLElement | null>, rows: number): ShownRows {
  const [first, setFirst] = useState(0);
  const [visible, setVisible] = useState(USUAL_ROWS);
  const onScroll = useCallback(() => {
    const top = frame.current?.scrollTop ?? 0;
    // Drawn in this same frame: in the next one, what was scrolled to would have been empty for a moment.
    flushSync(() => setFirst(Math.floor(top / ROW_PX / STRIDE) * STRIDE));
  }, [frame]);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const watching = new ResizeObserver(() => {
      setVisible(Math.ceil(element.clientHeight / ROW_PX));
    });
    watching.observe(element);
    return () => watching.disconnect();
  }, [frame]);
  const last = Math.max(0, Math.min(first, rows - visible));
  return {
    from: Math.max(0, last - SPARE),
    to: Math.min(rows, last + visible + STRIDE + SPARE),
    onScroll,
  };
}
