/** What can be asked of the ledger about alerts, beside those that use gives rise to by itself. */
import type { Told } from "../core/alerts/alert-facts.ts";
import type { Instant } from "../core/instant.ts";
import type { Meter } from "../core/usage.ts";
import type { Payer } from "./ledger.ts";

/**
 * Caps or wishes have changed: looks at every limit that may alert (the plan's, and with `payer.keyId` the key's too, or the
 * deployment's) and raises what is missing. Of a customer who is not there nothing is raised.
 */
export type Look =
  | { readonly kind: "look"; readonly payer: Payer }
  | { readonly kind: "look"; readonly deployment: true };

export interface Looked {
  readonly kind: "looked";
}

/** An alert that a job has found cause for. */
export interface Raise {
  readonly kind: "raise";
  /** Whom it is about and who is told; `deployment`: the operator. */
  readonly customerId: string;
  /** There is one alert for each of these: `counterKey` is any text that says what, and of which time. */
  readonly mark: {
    readonly counterKey: string;
    readonly cap: bigint;
    readonly threshold: number;
  };
  readonly told: Told;
  /** Percent, as the alert shows it. */
  readonly threshold: number;
  readonly meter?: Meter | null;
  readonly provider?: string | null;
  /** Where the billing period starts that it is listed under. */
  readonly periodStart: Instant;
}

export interface RaisedAnswer {
  readonly kind: "raised";
  /** The mark was there, or the customer was not: nothing changed. */
  readonly again: boolean;
}
