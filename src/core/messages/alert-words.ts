/** What an alert says, of every kind: the one place where its words are made, for every channel. */
import type { Advice, Told } from "../alerts/alert-facts.ts";
import { limitWords, projectedWords } from "./limit-alert-words.ts";
import {
  auditWords,
  deadLetterWords,
  marginWords,
  outageWords,
  retirementWords,
  unpricedWords,
} from "./operator-alert-words.ts";
import { errorRateWords, riseWords } from "./use-alert-words.ts";

/** Plain sentences, whoever shows them. */
export interface AlertWords {
  /** What happened, in a few words. */
  readonly title: string;
  /** What happened and how much is used. */
  readonly message: string;
  /** What happens next, and when. */
  readonly next?: string;
  /** What to do: the upgrade with its price, the cheaper model, or what else helps. */
  readonly action?: string;
}

export interface AlertReading {
  /** Whom the words are for: of a customer's alert the operator reads in the third person. */
  readonly reader: "customer" | "operator";
  /** IANA name. */
  readonly timeZone: string;
  readonly advice?: Advice;
  /** The operator's own id of the customer that it is about; left out: the deployment, or unknown. */
  readonly who?: string;
  /** Of the key whose budget it is about; where it is not known the key's id stands there. */
  readonly keyName?: string | undefined;
  /** The window that it is about has ended. */
  readonly isOver?: boolean;
}

export function alertWords(told: Told, of: AlertReading): AlertWords {
  switch (told.kind) {
    case "threshold":
    case "limit_reached":
      return limitWords(told.facts, of);
    case "projected":
      return projectedWords(told.facts, of);
    case "sudden_rise":
      return riseWords(told.facts, of);
    case "error_rate":
      return errorRateWords(told.facts, of);
    case "unpriced":
      return unpricedWords(told.facts);
    case "audit_difference":
      return auditWords(told.facts);
    case "dead_letter":
      return deadLetterWords(told.facts);
    case "provider_outage":
      return outageWords(told.facts, of);
    case "negative_margin":
      return marginWords(told.facts, of);
    case "retirement_failed":
      return retirementWords(told.facts);
  }
}

/** The API's own words for a kind of alert. */
export interface AlertClass {
  readonly type: "usage_threshold" | "limit_reached" | "cost_threshold" | "system";
  readonly severity: "info" | "warning" | "error";
}

/** Of thresholds: below 90 % `info`, below 100 % `warning`, from there on `error`. */
export function alertClass(told: Told): AlertClass {
  switch (told.kind) {
    case "threshold":
    case "limit_reached": {
      const { threshold, limit } = told.facts;
      if (threshold >= 100) return { type: "limit_reached", severity: "error" };
      return { type: typeOf(limit.meter), severity: threshold >= 90 ? "warning" : "info" };
    }
    case "projected":
      return { type: typeOf(told.facts.limit.meter), severity: "warning" };
    case "sudden_rise":
      return { type: typeOf(told.facts.meter), severity: "warning" };
    case "error_rate":
    case "unpriced":
    case "dead_letter":
    case "negative_margin":
      return { type: "system", severity: "warning" };
    case "audit_difference":
    case "provider_outage":
    case "retirement_failed":
      return { type: "system", severity: "error" };
  }
}

function typeOf(meter: string): "usage_threshold" | "cost_threshold" {
  return meter === "cost" ? "cost_threshold" : "usage_threshold";
}
