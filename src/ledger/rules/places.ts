/** Where a call counts: the place of a new call, of a hold, and of an event. */
import { AppError } from "../../core/errors.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../core/instant.ts";
import type { CallScope } from "../../core/limits/limit.ts";
import { usagePeriodAt } from "../../core/periods/usage-period.ts";
import { windowAt } from "../../core/periods/window.ts";
import type { Payer, UsageEvent } from "../ledger.ts";
import type { Place } from "./draft.ts";
import type { CustomerTerms, HoldRow, LedgerRows } from "./rows.ts";

/** The customer's terms. A customer that is not there cannot be held to a limit, so the call fails closed. */
export function termsOf(rows: LedgerRows, payer: Payer): CustomerTerms {
  const terms = rows.customer(payer.customerId);
  if (terms === undefined) throw unreadable(payer);
  return terms;
}

/** The same, and for a customer who is not there those of a new one. */
export function termsOrNewcomers(
  rows: LedgerRows,
  payer: Payer,
): { readonly terms: CustomerTerms; readonly isThere: boolean } {
  const own = rows.customer(payer.customerId);
  const terms = own ?? rows.newcomer?.(payer.customerId);
  if (terms === undefined) throw unreadable(payer);
  return { terms, isThere: own !== undefined };
}

function unreadable(payer: Payer): AppError {
  return new AppError(
    "enforcement_unavailable",
    "The limits of this customer cannot be read, so nothing can be allowed.",
    {},
    {
      cause: new Error(`No customer ${payer.customerId}, or no plan of tier free to fall back on.`),
    },
  );
}

export function placeOfCall(
  payer: Payer,
  scope: CallScope,
  at: Instant,
  usageAnchor: Instant,
): Place {
  return placeAt({ ...payer, scope, at }, usagePeriodAt(usageAnchor, at).start);
}

export function placeOfHold(hold: HoldRow): Place {
  return placeAt(hold, hold.periodStart);
}

export function placeOfEvent(event: UsageEvent): Place {
  return placeAt(event, event.periodStart);
}

function placeAt(of: Payer & { scope: CallScope; at: Instant }, periodStart: Instant): Place {
  const { customerId, keyId, scope, at } = of;
  return {
    customerId,
    ...(keyId === undefined ? {} : { keyId }),
    scope,
    at,
    starts: {
      period: periodStart,
      month: windowAt("month", at, at).start,
      day: (at - (at % DAY_MS)) as Instant,
      hour: (at - (at % HOUR_MS)) as Instant,
      minute: (at - (at % MINUTE_MS)) as Instant,
    },
  };
}
