/** Says when somebody reads a list that grows by itself, so that it holds still meanwhile. */
import { type PointerEvent, type RefObject, useEffect, useRef } from "react";

export interface Reading {
  /** For the element around the list and around the button that shows what waits. */
  readonly watching: {
    readonly ref: RefObject<HTMLDivElement | null>;
    readonly onPointerEnter: (event: PointerEvent) => void;
    readonly onPointerLeave: (event: PointerEvent) => void;
    readonly onFocus: () => void;
    readonly onBlur: () => void;
  };
  /** For the element that scrolls. */
  readonly scrolling: {
    readonly ref: RefObject<HTMLElement | null>;
    readonly onScroll: () => void;
  };
  /** To the list's top, once what waits is shown; what held it besides goes on holding it. */
  readonly toTop: () => void;
}

/**
 * `begin`: the pointer or the focus has come into what is watched, or the list was scrolled; called again while that lasts.
 * `end`: none of it is so any more. All around the list counts, so that the way to the button does not let go of it. A finger
 * scrolls, but does not hover.
 */
export function useReading({
  begin,
  end,
}: {
  readonly begin: () => void;
  readonly end: () => void;
}): Reading {
  const whole = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLElement>(null);
  const isPointed = useRef(false);
  const look = (): void => {
    const isFocused = whole.current?.contains(document.activeElement) === true;
    const isScrolled = (list.current?.scrollTop ?? 0) > 0;
    if (isFocused || isScrolled || isPointed.current) begin();
    else end();
  };
  // What waits a moment looks at what is then.
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  });
  const lookSoon = (): void => void setTimeout(() => latest.current());
  const point = (is: boolean) => (event: PointerEvent) => {
    if (event.pointerType === "touch") return;
    isPointed.current = is;
    look();
  };
  return {
    watching: {
      ref: whole,
      onPointerEnter: point(true),
      onPointerLeave: point(false),
      onFocus: begin,
      // The focus has moved only afterwards.
      onBlur: lookSoon,
    },
    scrolling: { ref: list, onScroll: look },
    toTop: () => {
      list.current?.scrollTo({ top: 0 });
      // A button that is gone by then holds nothing, and nothing else says that the focus is.
      lookSoon();
    },
  };
}
