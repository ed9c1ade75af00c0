/** What needs the operator's hand, the most pressing first, each with where it is mended. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import type { AddressState } from "../../app/address.ts";
import { money } from "../../parts/format.ts";
import type { OperatorAlert, Overview } from "./overview-queries.ts";

export interface Hand {
  readonly key: string;
  /** Is something stopped, so that it is red? */
  readonly isStopped: boolean;
  /** In two or three words what it is. */
  readonly sign: string;
  readonly words: string;
  /** From the very root. */
  readonly to: string;
  readonly search: AddressState;
  readonly linkWords: string;
  /** The operator's alert that says so, to be marked as read. */
  readonly alertId: number | null;
}

export interface Asking {
  readonly overview: Overview | undefined;
  readonly alerts: readonly OperatorAlert[];
  /** Messages that were given up. */
  readonly dead: number;
}

export function handsOf({ overview, alerts, dead }: Asking): Hand[] {
  const hands = [
    ...alerts.map(alertHand),
    ...(overview?.near_limits ?? []).map(nearHand),
    ...(dead === 0 || alerts.some(({ kind }) => kind === "dead_letter") ? [] : [deadHand(dead)]),
    ...(overview?.lowest_margins ?? []).filter(isLoss).map(marginHand),
  ];
  return hands.sort((one, other) => Number(other.isStopped) - Number(one.isStopped));
}

type Near = Overview["near_limits"][number];
type Margin = Overview["lowest_margins"][number];

function nearHand({ user_id, threshold_percentage, provider, meter }: Near): Hand {
  const isFull = threshold_percentage >= 100;
  const what = `${provider === null ? "" : `${providerTitle(provider)} `}${meter?.replaceAll("_", " ") ?? "a limit"}`;
  return {
    key: `near ${user_id}`,
    isStopped: isFull,
    sign: isFull ? "Used up" : "Near a limit",
    words: isFull ? `${user_id}: ${what}` : `${user_id}: ${threshold_percentage} % of ${what}`,
    ...customerPlace(user_id),
    alertId: null,
  };
}

/** Of one who pays: on a plan for nothing every call is below zero. */
function isLoss({ margin, plan_price: price }: Margin): boolean {
  return margin < 0 && price > 0;
}

function marginHand({ user_id, margin }: Margin): Hand {
  return {
    key: `margin ${user_id}`,
    isStopped: false,
    sign: "Below zero",
    words: `${user_id} costs ${money(-margin)} more than their plan brings in`,
    ...customerPlace(user_id),
    alertId: null,
  };
}

function deadHand(dead: number): Hand {
  return {
    key: "dead letters",
    isStopped: false,
    sign: "Not delivered",
    words: dead === 1 ? "A message did not arrive" : `${dead} messages did not arrive`,
    to: "//notifications",
    search: { state: "dead" },
    linkWords: "Notifications",
    alertId: null,
  };
}

function customerPlace(userId: string) {
  return {
    to: `//customers/${encodeURIComponent(userId)}`,
    search: {},
    linkWords: "Customer",
  };
}

/** Where each kind of alert is mended. */
const PLACES: Readonly<
  Partial<Record<OperatorAlert["kind"], readonly [sign: string, page: string]>>
> = {
  unpriced: ["Price missing", "Prices"],
  audit_difference: ["Sums differ", "System"],
  dead_letter: ["Not delivered", "Notifications"],
  provider_outage: ["Provider trouble", "Providers"],
  negative_margin: ["Below zero", "Customers"],
  retirement_failed: ["Archive failed", "System"],
};
/** Limits of the deployment stand with the providers. */
const OTHER_PLACE = ["Deployment limit", "Providers"] as const;

function alertHand({ id, kind, title, message, threshold_percentage }: OperatorAlert): Hand {
  const [sign, page] = PLACES[kind] ?? OTHER_PLACE;
  return {
    key: `alert ${id}`,
    isStopped:
      kind === "provider_outage" || (sign === OTHER_PLACE[0] && threshold_percentage >= 100),
    sign,
    words: message === "" ? title : message,
    to: `//${page.toLowerCase()}`,
    search: kind === "dead_letter" ? { state: "dead" } : {},
    linkWords: page,
    alertId: id,
  };
}
