/** Finds where a page by offset begins: by the sums of days first, so that a deep page costs no more than a near one. */
import { AppError } from "../core/errors.ts";
import { DAY_MS, instant } from "../core/instant.ts";
import { OWN_STARTS } from "../store/own-starts.ts";
import type { Store } from "../store/store.ts";
import { summedRows } from "./count-logs.ts";
import { isSummed, type LogFilter, looksAtRows, type Place } from "./log-filter.ts";
import { placeBehind } from "./scan-logs.ts";

/** So many are skipped one by one at little cost. */
const SKIPPED_SINGLY_MOST = 2_000;
/** Where no sum knows how many to skip, each must be looked at. */
const LOOKED_AT_MOST = 10_000;

/**
 * The place that the page comes after; `atStart`: nothing is skipped; `beyond`: the log is shorter. Refuses
 * (`invalid_request`) to skip more than ten thousand by what no sum knows.
 */
export async function placeAfter(
  store: Store,
  filter: LogFilter,
  offset: number,
): Promise<Place | "atStart" | "beyond"> {
  if (offset === 0) return "atStart";
  const isAligned = (filter.to ?? 0) % DAY_MS === 0;
  if (!isSummed(filter) && offset > LOOKED_AT_MOST) throw tooDeep();
  const jumped =
    offset > SKIPPED_SINGLY_MOST && isAligned && isSummed(filter)
      ? await jumpByDays(store, filter, offset)
      : { after: null, rest: offset };
  if (jumped === null) return "beyond";
  const { after, rest } = jumped;
  const isFiltered = looksAtRows(filter);
  return (await placeBehind(store, filter, { after, skip: rest - 1, isFiltered })) ?? "beyond";
}

/** Skips whole days; `rest` (at least 1) is still to be skipped behind `after`. */
async function jumpByDays(
  store: Store,
  filter: LogFilter,
  offset: number,
): Promise<{ after: Place | null; rest: number } | null> {
  let query = summedRows(store, "rollups_day", filter)
    .select("starts_at")
    .select(({ fn }) => fn.sum<bigint>("events").as("events"))
    .groupBy("starts_at")
    .orderBy("starts_at", "desc");
  if (filter.to !== undefined) query = query.where(OWN_STARTS, "<", BigInt(filter.to));
  let rest = offset;
  for (const day of await query.execute()) {
    const events = Number(day.events);
    if (events >= rest) {
      // Behind the last instant of that day.
      const after = { at: BigInt(instant(Number(day.starts_at) + DAY_MS)), seq: 0n };
      return { after, rest };
    }
    rest -= events;
  }
  return null;
}

function tooDeep(): AppError {
  return new AppError(
    "invalid_request",
    `offset must be at most ${LOOKED_AT_MOST} with these filters; go on by cursor instead.`,
    { field: "offset", reason: "too deep for these filters" },
  );
}
