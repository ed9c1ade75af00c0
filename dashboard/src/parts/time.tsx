/** A time as people say it, with the exact one where one looks closer. */
import { useEffect, useState } from "react";
import { exactTime, plainTime, relativeTime, TIME_ZONE } from "./format.ts";

const AGAIN_MS = 30_000;

export function RelativeTime({ at }: { readonly at: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), AGAIN_MS);
    return () => clearInterval(ticking);
  }, []);
  return (
    <time dateTime={at} title={`${exactTime(at)} (${TIME_ZONE})`}>
      {relativeTime(at, now)}
    </time>
  );
}

export function ExactTime({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={`${at} (${TIME_ZONE})`}>
      {exactTime(at)}
    </time>
  );
}

/** In lists of many, where the page says the zone. */
export function PlainTime({ at }: { readonly at: string }) {
  return (
    <time
      dateTime={at}
      title={`${exactTime(at)} (${TIME_ZONE})`}
      style={{ whiteSpace: "nowrap" }}
      className="figures"
    >
      {plainTime(at)}
    </time>
  );
}
