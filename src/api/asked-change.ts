/** Changes a subscription for whoever asks, and says a refusal in words. */
import type { Principal } from "../access/callers.ts";
import type { Customer } from "../access/customers.ts";
import type { ChangeAnswer } from "../billing/subscriptions.ts";
import { AppError } from "../core/errors.ts";
import type { PlanVersion } from "../core/plans/plan.ts";
import type { Action } from "../core/subscriptions/action.ts";
import type { Refusal } from "../core/subscriptions/outcome.ts";
import type { BillingCycle } from "../core/subscriptions/subscription.ts";
import type { ApiPorts } from "./ports.ts";

type Done = Extract<ChangeAnswer, { kind: "done" }>;

/** Throws `payment_required`, `forbidden`, or `conflict` where the subscription is not in a state for it. */
export async function askedChange(
  ports: Pick<ApiPorts, "subscriptions" | "checkout">,
  of: { readonly customer: Customer; readonly asker: Principal },
  action: Action,
): Promise<Done> {
  const { customer, asker } = of;
  const answer = await ports.subscriptions.change(customer, action, {
    actor: asker.actor,
    by: asker.kind === "customer" ? "customer" : "operator",
  });
  if (answer.kind === "done") return answer;
  if (answer.why === "payment_required") throw await paymentRequired(ports, customer, action);
  throw refusalOf(answer.why);
}

async function paymentRequired(
  { checkout }: Pick<ApiPorts, "checkout">,
  customer: Customer,
  action: Action,
): Promise<AppError> {
  const wanted = wantedOf(action);
  if (wanted === null) {
    return new AppError(
      "payment_required",
      "To keep this plan it must be paid for, or granted by the operator.",
    );
  }
  const url = checkout === null ? null : await checkout({ customer, ...wanted });
  const { name } = wanted.plan.definition;
  return new AppError(
    "payment_required",
    `The plan ${name} must be paid for first${url === null ? ", or granted by the operator" : ""}.`,
    url === null ? {} : { checkout_url: url },
  );
}

function wantedOf(action: Action): { plan: PlanVersion; billingCycle: BillingCycle } | null {
  if (action.kind !== "subscribe" && action.kind !== "change_plan") return null;
  return { plan: action.plan, billingCycle: action.cycle ?? "monthly" };
}

const WORDS: Readonly<Record<Exclude<Refusal, "payment_required">, string>> = {
  no_subscription: "There is no subscription; the default plan holds. Subscribe first.",
  paused_by_operator: "The operator paused this subscription, and only the operator can resume it.",
  is_paused: "The subscription is paused. Resume it first.",
  is_expired:
    "The subscription has expired, since a payment did not come. Note the payment as received, or subscribe anew.",
  is_subscribed: "There is a subscription already; a trial begins one. Cancel it first.",
  not_active: "The subscription is not active, so this cannot be done to it.",
  nothing_missing: "No payment is missing.",
};

function refusalOf(why: Exclude<Refusal, "payment_required">): AppError {
  const code = why === "paused_by_operator" ? "forbidden" : "conflict";
  return new AppError(code, WORDS[why], { reason: why });
}
