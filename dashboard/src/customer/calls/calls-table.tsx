/** The log's lines as a table of which only the rows in sight are drawn; it scrolls inside itself, both ways. */
import { useNavigate } from "@tanstack/react-router";
import { type MouseEvent, useEffect, useState } from "react";
import type { UsageLog } from "../../../../src/client/log-methods.ts";
import { useSubject } from "../../app/subject.tsx";
import { useReading } from "../../parts/use-reading.ts";
import { CallRow } from "./call-row.tsx";
import classes from "./calls.module.css";
import type { Calls } from "./use-calls.ts";
import { ROW_PX, useWindow } from "./use-window.ts";

/** Read on before the reader comes to the end. */
const AHEAD_ROWS = 120;

/** How wide each is, and which of them a narrow page has room for, says calls.module.css. */
const COLUMNS: readonly (readonly [title: string, isFigure: boolean])[] = [
  ["Time", false],
  ["Provider", false],
  ["Model", false],
  ["Operation", false],
  ["Key", false],
  ["Status", false],
  ["In", true],
  ["Out", true],
  ["Cost", true],
  ["Took", true],
];

export function CallsTable({
  calls,
  keyName,
}: {
  readonly calls: Calls;
  readonly keyName: (keyId: string) => string;
}) {
  const { lines, total, fresh, takeFresh, hasMore, isReading, readMore } = calls;
  const [isRead, setRead] = useState(false);
  const { watching, scrolling, toTop } = useReading({
    begin: () => setRead(true),
    end: () => setRead(false),
  });
  const { from, to, onScroll } = useWindow(scrolling.ref, lines.length);
  const mayTake = fresh.length > 0 && !isRead;
  useEffect(() => {
    if (mayTake) takeFresh();
  }, [mayTake, takeFresh]);
  const wantsMore = hasMore && !isReading && to + AHEAD_ROWS > lines.length;
  useEffect(() => {
    if (wantsMore) readMore();
  }, [wantsMore, readMore]);
  const { base } = useSubject();
  const goTo = useGoing();
  const show = (): void => {
    takeFresh();
    toTop();
  };
  return (
    <div className={classes["place"]} {...watching}>
      {fresh.length === 0 || mayTake ? null : <FreshButton fresh={fresh} onClick={show} />}
      <section
        ref={scrolling.ref}
        className={`${classes["tall"]} ${classes["frame"]}`}
        onScroll={() => {
          onScroll();
          scrolling.onScroll();
        }}
        aria-label="Calls, newest first"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        data-scroll-restoration-id="calls"
      >
        <table className={classes["table"]} aria-rowcount={total === null ? -1 : total + 1}>
          <caption className={classes["caption"]}>Calls, newest first</caption>
          <Head />
          {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link of a row is a click, too. */}
          <tbody onClick={goTo}>
            <Gap rows={from} />
            {lines.slice(from, to).map((line, place) => (
              <CallRow
                key={line.id}
                line={line}
                address={`${base}/calls/${line.event_id}`}
                keyName={line.key_id === null ? "" : keyName(line.key_id)}
                rowNumber={from + place + 2}
              />
            ))}
            <Gap rows={lines.length - to} />
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** Goes where a link of the table leads without loading the page anew; other buttons and keys are the browser's. */
function useGoing(): (event: MouseEvent<HTMLElement>) => void {
  const navigate = useNavigate();
  return (event) => {
    const { target, button, metaKey, ctrlKey, shiftKey, altKey } = event;
    const link = target instanceof Element ? target.closest("a") : null;
    if (link === null || button !== 0 || metaKey || ctrlKey || shiftKey || altKey) return;
    event.preventDefault();
    void navigate({ to: link.pathname });
  };
}

function FreshButton({
  fresh,
  onClick,
}: {
  readonly fresh: readonly UsageLog[];
  readonly onClick: () => void;
}) {
  const words = fresh.length === 1 ? "1 new call" : `${fresh.length} new calls`;
  return (
    <div className={classes["fresh"]} role="status">
      <button type="button" onClick={onClick}>
        {words}, show
      </button>
    </div>
  );
}

function Head() {
  return (
    <>
      <colgroup>
        {COLUMNS.map(([title]) => (
          <col key={title} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {COLUMNS.map(([title, isFigure]) => (
            <th
              key={title}
              scope="col"
              className={`${classes["heading"]} ${isFigure ? "figures" : ""}`}
            >
              {title}
            </th>
          ))}
        </tr>
      </thead>
    </>
  );
}

/** In the place of rows that are not drawn. */
function Gap({ rows }: { readonly rows: number }) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden className={classes["gap"]}>
      {/* One cell and not as many as there are columns, which a narrow page has fewer of. */}
      <td style={{ height: rows * ROW_PX }} />
    </tr>
  );
}
