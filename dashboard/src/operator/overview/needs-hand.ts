/** What needs the operator's hand, the most pressing first, each with where it is mended. */
import { providerTitle } from "../../../../src/core/provider-titles.ts";
import type { AddressState } from "../../app/address.ts";
import { money } from "../../parts/format.ts";
import { KIND_WORDS } from "../notifications/event-words.ts";
import { givenUpPlace, type MendPlace, placeOf } from "../notifications/notice-place.ts";
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
    ...firstOfEach(alerts).map(alertHand),
    ...(overview?.near_limits ?? []).map(nearHand),
    ...(dead === 0 || alerts.some(({ kind }) => kind === "dead_letter") ? [] : [deadHand(dead)]),
    ...(overview?.lowest_margins ?? []).filter(isLoss).map(marginHand),
  ];
  return hands.sort((one, other) => Number(other.isStopped) - Number(one.isStopped));
}

/** The same may be told again day by day; the newest says it. */
function firstOfEach(alerts: readonly OperatorAlert[]): OperatorAlert[] {
  return [...Map.groupBy(alerts, ({ kind, message }) => `${kind} ${message}`).values()].flatMap(
    (same) => same.slice(0, 1),
  );
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
    sign: KIND_WORDS.negative_margin,
    words: `${user_id} costs ${money(-margin)} more than their plan brings in`,
    ...customerPlace(user_id),
    alertId: null,
  };
}

function deadHand(dead: number): Hand {
  return {
    key: "dead letters",
    isStopped: false,
    sign: NOT_DELIVERED,
    words: dead === 1 ? "A message did not arrive" : `${dead} messages did not arrive`,
    ...linkTo(givenUpPlace),
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

const NOT_DELIVERED = "Not delivered";
/** What needs other words here, since customers have limits too, and there is little room. */
const SIGNS: Readonly<Partial<Record<OperatorAlert["kind"], string>>> = {
  threshold: "Deployment limit",
  limit_reached: "Deployment limit",
  dead_letter: NOT_DELIVERED,
};

function alertHand(alert: OperatorAlert): Hand {
  const { id, kind, title, message, limit, threshold_percentage: percent } = alert;
  const stops = limit !== undefined && percent >= 100 && limit.at_cap !== "allow";
  return {
    key: `alert ${id}`,
    isStopped: stops || kind === "provider_outage",
    sign: SIGNS[kind] ?? KIND_WORDS[kind],
    words: message === "" ? title : message,
    ...linkTo(placeOf(alert)),
    alertId: id,
  };
}

function linkTo({ to, search, words }: MendPlace): Pick<Hand, "to" | "search" | "linkWords"> {
  return { to, search, linkWords: words };
}
