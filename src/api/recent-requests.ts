/** What this process answered in its last minutes: sums by the minute and by route pattern, never by customer. */

export interface AnsweredRequest {
  readonly method: string;
  /** A route's pattern: no id is in it. */
  readonly path: string;
  readonly statusCode: number;
  readonly durationMs: number;
}

export interface EndpointSum {
  /** `GET /path`. */
  readonly endpoint: string;
  readonly count: number;
  readonly errors: number;
  readonly durationMs: number;
  readonly lastAtMs: number;
}

export interface RequestError extends AnsweredRequest {
  readonly atMs: number;
}

export interface RecentSums {
  readonly requests: number;
  readonly errors: number;
  /** The most asked first. */
  readonly endpoints: readonly EndpointSum[];
  /** The latest first. */
  readonly failures: readonly RequestError[];
}

export interface RecentRequests {
  add(answered: AnsweredRequest): void;
  /** Of the present minute and as many before it, at most 60. */
  within(minutes: number): RecentSums;
  /** Since the process began. */
  readonly total: { readonly requests: number; readonly errors: number };
}

/** The longest that can be looked back. */
const MINUTES_MOST = 60;
const MINUTE_MS = 60_000;
/** Route patterns are few; should they not be, the rest of a minute share one. */
const ENDPOINTS_MOST = 200;
const FAILURES_MOST = 100;
const OTHERS = "*";
const SERVER_ERROR = 500;

interface Minute {
  /** Minutes since 1970; -1: never used. */
  minute: number;
  requests: number;
  errors: number;
  readonly endpoints: Map<string, MutableSum>;
}

type MutableSum = { -readonly [Field in keyof EndpointSum]: EndpointSum[Field] };

/** `now`: real time in milliseconds, even where ledger time stands still. Only an answer of 500 and above is an error. */
export function createRecentRequests(now: () => number = Date.now): RecentRequests {
  const ring: Minute[] = Array.from({ length: MINUTES_MOST + 1 }, () => ({
    minute: -1,
    requests: 0,
    errors: 0,
    endpoints: new Map(),
  }));
  const total = { requests: 0, errors: 0 };
  let failures: RequestError[] = [];

  return {
    total,
    add(answered) {
      const atMs = now();
      const minute = minuteAt(ring, Math.floor(atMs / MINUTE_MS));
      const isError = answered.statusCode >= SERVER_ERROR;
      addTo(minute, answered, { atMs, isError });
      minute.requests += 1;
      total.requests += 1;
      if (!isError) return;
      minute.errors += 1;
      total.errors += 1;
      failures = [{ ...answered, atMs }, ...failures.slice(0, FAILURES_MOST - 1)];
    },
    within(minutes) {
      const first = Math.floor(now() / MINUTE_MS) - Math.min(minutes, MINUTES_MOST);
      const recent = ring.filter(({ minute }) => minute >= first);
      return {
        requests: sum(recent, (minute) => minute.requests),
        errors: sum(recent, (minute) => minute.errors),
        endpoints: endpointsOf(recent),
        failures: failures.filter(({ atMs }) => Math.floor(atMs / MINUTE_MS) >= first),
      };
    },
  };
}

/** The place of that minute in the ring, emptied where an earlier one had it. */
function minuteAt(ring: readonly Minute[], minute: number): Minute {
  const place = ring[minute % ring.length];
  if (place === undefined) throw new RangeError(`No minute ${minute}`);
  if (place.minute !== minute) {
    Object.assign(place, { minute, requests: 0, errors: 0 });
    place.endpoints.clear();
  }
  return place;
}

function addTo(
  { endpoints }: Minute,
  { method, path, durationMs }: AnsweredRequest,
  of: { atMs: number; isError: boolean },
): void {
  const named = `${method} ${path}`;
  const endpoint = endpoints.has(named) || endpoints.size < ENDPOINTS_MOST ? named : OTHERS;
  const sum = endpoints.get(endpoint) ?? {
    endpoint,
    count: 0,
    errors: 0,
    durationMs: 0,
    lastAtMs: 0,
  };
  endpoints.set(endpoint, sum);
  sum.count += 1;
  if (of.isError) sum.errors += 1;
  sum.durationMs += durationMs;
  sum.lastAtMs = Math.max(sum.lastAtMs, of.atMs);
}

function endpointsOf(minutes: readonly Minute[]): EndpointSum[] {
  const sums = new Map<string, MutableSum>();
  for (const one of minutes.flatMap(({ endpoints }) => [...endpoints.values()])) {
    const known = sums.get(one.endpoint);
    if (known === undefined) sums.set(one.endpoint, { ...one });
    else {
      known.count += one.count;
      known.errors += one.errors;
      known.durationMs += one.durationMs;
      known.lastAtMs = Math.max(known.lastAtMs, one.lastAtMs);
    }
  }
  return [...sums.values()].sort(
    (one, other) => other.count - one.count || (one.endpoint < other.endpoint ? -1 : 1),
  );
}

function sum<One>(list: readonly One[], of: (one: One) => number): number {
  return list.reduce((total, one) => total + of(one), 0);
}
