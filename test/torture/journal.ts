/** What the clients asked and were told, and what the provider served: the audit holds the database against this. */

export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** A call through the gateway. Its model's name is used once in a run, so that its event can be found by it. */
export interface CallEntry {
  readonly nonce: string;
  readonly customer: string;
  readonly streamed: boolean;
  readonly askedAt: number;
  /** As the answer's head said, also of an answer that was cut later. */
  eventId: string | null;
  end:
    | { readonly kind: "open" | "cut" | "hung up" | "unavailable" }
    | { readonly kind: "refused"; readonly code: string }
    /** All of it came: `ms` after it was asked for. */
    | { readonly kind: "answered"; readonly usage: Tokens; readonly ms: number };
}

/** A hold made over HTTP, and how its client means to end it. */
export interface HoldEntry {
  readonly sourceId: string;
  readonly customer: string;
  readonly wish: "settle" | "settle late" | "release" | "abandon";
  readonly askedAt: number;
  readonly told: Tokens;
  reservationId: string | null;
  /** `expired first`: the release came after the hold's deadline and was told so. */
  end: "open" | "refused" | "held" | "settled" | "released" | "expired first";
}

/** Usage told after the fact, sent again until it was acknowledged. */
export interface TellEntry {
  readonly sourceId: string;
  readonly customer: string;
  readonly askedAt: number;
  readonly told: Tokens;
  acknowledged: boolean;
}

export interface Journal {
  readonly calls: Map<string, CallEntry>;
  readonly holds: Map<string, HoldEntry>;
  readonly tells: Map<string, TellEntry>;
  /** By nonce: how often the provider was called. */
  readonly arrivals: Map<string, number>;
  /** What happened to servers and databases, for the story of a violation. */
  readonly timeline: string[];
  readonly violations: string[];
  /** How many events the last audit found unconfirmed. */
  unconfirmed: number;
  note(what: string): void;
  violate(what: string): void;
  /** A customer with room for this many calls. */
  limitCalls(customer: string, cap: number): void;
  readonly caps: ReadonlyMap<string, number>;
  /** A grant was acknowledged: more of them than the cap at once is a violation, found at once. */
  granted(customer: string): void;
  /** Its release is about to be asked for, so from now on it may be free. */
  mayBeFree(customer: string): void;
  /** It was not: its hold had become an event. */
  wasNotFree(customer: string): void;
  /** How often each customer was refused. */
  readonly refusals: Map<string, number>;
  refused(customer: string): void;
  /** Of each server and database that was started again: milliseconds until it answered. */
  readonly recoveries: number[];
  /** A name never given before in this run. */
  newName(kind: string): string;
}

/** Violations beyond this say nothing new. */
const VIOLATIONS_KEPT = 200;

export function newJournal(run: string): Journal {
  const caps = new Map<string, number>();
  const taken = new Map<string, number>();
  const refusals = new Map<string, number>();
  const timeline: string[] = [];
  const violations: string[] = [];
  let names = 0;
  const move = (customer: string, by: number): number => {
    const now = (taken.get(customer) ?? 0) + by;
    taken.set(customer, now);
    return now;
  };
  const violate = (what: string): void => {
    if (violations.length < VIOLATIONS_KEPT) violations.push(`${timeText(Date.now())} ${what}`);
  };
  return {
    calls: new Map(),
    holds: new Map(),
    tells: new Map(),
    arrivals: new Map(),
    timeline,
    violations,
    unconfirmed: 0,
    note: (what) => timeline.push(`${timeText(Date.now())} ${what}`),
    violate,
    limitCalls: (customer, cap) => caps.set(customer, cap),
    caps,
    granted(customer) {
      const now = move(customer, 1);
      const cap = caps.get(customer);
      if (cap !== undefined && now > cap) {
        violate(`${customer} has room for ${cap} calls, and ${now} were granted at once.`);
      }
    },
    mayBeFree: (customer) => move(customer, -1),
    wasNotFree: (customer) => move(customer, 1),
    refusals,
    refused: (customer) => refusals.set(customer, (refusals.get(customer) ?? 0) + 1),
    recoveries: [],
    newName(kind) {
      names += 1;
      return `${kind}-${run}-${names}`;
    },
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 23);
}
