/** Once a day, and at the start, takes months that are older than the operator keeps events into archives. */
import { setInterval } from "node:timers";
import { AppError } from "../core/errors.ts";
import { DAY_MS, formatDate, HOUR_MS, type Instant, instant, MINUTE_MS } from "../core/instant.ts";
import { monthOf } from "../ledger/audit/span.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { DEPLOYMENT } from "../ledger/rules/subjects.ts";
import type { Months } from "../retention/months.ts";
import { type Repeating, repeat } from "./repeat.ts";

interface Retiring {
  readonly months: Months;
  readonly clock: { now(): Instant };
  /** How many whole months are kept beside the present one; null: all. */
  readonly keptMonths: number | null;
}

/** As the audit log says who did it. */
const ACTOR = "retention";
/** How often it is looked whether the work is to end. */
const LOOK_EVERY_MS = 200;
/** A hundred years; more would mean that months are told of events as quickly as they leave. */
const MONTHS_MOST = 1_200;

/** What was interrupted is gone on with at once. Work that fails is tried again after an hour. */
export function startRetirement(
  options: Retiring & {
    /** What fails is told to the operator, once a day. */
    readonly ledger: Pick<Ledger, "raise">;
    /** Is it this node's work now? Left out: always. */
    readonly mayRun?: () => boolean;
    readonly everyMs?: number;
    readonly onFault: (fault: unknown) => void;
  },
): Repeating {
  const { clock, mayRun = () => true, everyMs = MINUTE_MS, onFault } = options;
  let notBefore = instant(0);
  return repeat({
    everyMs,
    mayRun,
    onFault,
    async round(isStopped) {
      const now = clock.now();
      if (now < notBefore) {
        // A month that somebody had leave by hand may have been interrupted.
        const { months } = options;
        return untilStopped(isStopped, (signal) => months.goOn({ now, dueBefore: null, signal }));
      }
      try {
        await untilStopped(isStopped, (signal) => retireDue(options, signal));
        notBefore = nextDay(now);
      } catch (fault) {
        if (isStopped()) return;
        notBefore = instant(now + HOUR_MS);
        // The fault itself is the thing to report, also where it cannot be told.
        await tellFailure(options, fault).catch(onFault);
        throw fault;
      }
    },
  });
}

/** Months whose end is not after this are to leave; null: none is. */
export function dueBefore(now: Instant, keptMonths: number | null): Instant | null {
  if (keptMonths === null) return null;
  const date = new Date(monthOf(now).from);
  const due = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - keptMonths);
  return instant(Math.max(0, due));
}

/** All that is due by now. Throws what the database or the disk says, and the month's own refusal (`conflict`). */
export async function retireDue(of: Retiring, signal?: AbortSignal): Promise<void> {
  const { months } = of;
  const now = of.clock.now();
  const due = dueBefore(now, of.keptMonths);
  const ending = signal === undefined ? {} : { signal };
  await months.goOn({ now, dueBefore: due, ...ending });
  if (due === null) return;
  for (let many = 0; many < MONTHS_MOST; many += 1) {
    signal?.throwIfAborted();
    const first = await months.first();
    if (first === null || monthOf(first).to > due) return;
    try {
      await months.detach({ month: first, now, dryRun: false, actor: ACTOR, ...ending });
    } catch (fault) {
      // An event of an earlier month was told meanwhile, and that month goes first.
      if (!(await isEarlierThere(months, first, fault))) throw fault;
    }
    await months.goOn({ now, dueBefore: due, ...ending });
  }
}

async function isEarlierThere(months: Months, than: Instant, fault: unknown): Promise<boolean> {
  if (!(fault instanceof AppError && fault.code === "conflict")) return false;
  const first = await months.first();
  return first !== null && first < than;
}

async function tellFailure(
  { ledger, clock }: { readonly ledger: Pick<Ledger, "raise">; readonly clock: Retiring["clock"] },
  fault: unknown,
): Promise<void> {
  const now = clock.now();
  await ledger.raise({
    kind: "raise",
    customerId: DEPLOYMENT,
    mark: { counterKey: `retirement_failed ${formatDate(now)}`, cap: 0n, threshold: 100 },
    told: {
      kind: "retirement_failed",
      facts: { reason: fault instanceof Error ? fault.message : String(fault) },
    },
    threshold: 100,
    periodStart: monthOf(now).from,
  });
}

function nextDay(now: Instant): Instant {
  return instant(now - (now % DAY_MS) + DAY_MS);
}

/** Work that may take long hears of its end by a signal. */
async function untilStopped(
  isStopped: () => boolean,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const end = new AbortController();
  const looking = setInterval(() => {
    if (isStopped()) end.abort(new Error("The work of the clock was stopped."));
  }, LOOK_EVERY_MS);
  try {
    await work(end.signal);
  } finally {
    clearInterval(looking);
  }
}
