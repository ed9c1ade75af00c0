/** Where an alert of the deployment is mended: one table, for the overview and for the list of alerts. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import type { AddressState } from "../../app/address.ts";
import type { OperatorAlert } from "../overview/overview-queries.ts";

export interface MendPlace {
  /** From the very root. */
  readonly to: string;
  readonly search: AddressState;
  /** The place in a word or two. */
  readonly words: string;
  /** What a link to it says where there is room. */
  readonly action: string;
}

export function placeOf({ kind, provider }: Pick<OperatorAlert, "kind" | "provider">): MendPlace {
  switch (kind) {
    case "unpriced":
      return place("//prices", { tab: "unpriced" }, ["Prices", "Give it a price"]);
    case "dead_letter":
      return givenUpPlace;
    case "provider_outage":
      return providerPlace(provider);
    case "threshold":
    case "limit_reached":
      return place("//providers", { ask: "limits" }, ["Limits", "Change the limits"]);
    case "negative_margin":
      return place("//overview", { customers: "margin" }, ["Margins", "See whose margin is low"]);
    case "audit_difference":
      return place("//system", {}, ["Audit", "Audit and repair"]);
    case "retirement_failed":
      return place("//system", {}, ["Archives", "See the archives"]);
    // Of customers, and told to them.
    case "projected":
    case "sudden_rise":
    case "error_rate":
      return place("//customers", {}, ["Customers", "See the customers"]);
  }
}

function place(
  to: string,
  search: AddressState,
  [words, action]: readonly [words: string, action: string],
): MendPlace {
  return { to, search, words, action };
}

/** Messages that did not arrive, to be tried again. */
export const givenUpPlace = place("//notifications", { tab: "outbox", state: "dead" }, [
  "Outbox",
  "Try it again",
]);

function providerPlace(provider: string | undefined): MendPlace {
  if (provider === undefined) return place("//providers", {}, ["Providers", "See the providers"]);
  const title = providerTitle(provider);
  return place("//providers", { provider }, [title, `See how ${title} answers`]);
}
