/** Administrators raise one limit of one customer until a date. */
import { endLift, type LiftedLimit, liftLimit, listLifts } from "../../access/limit-lifts.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import { formatInstant, type Instant, parseInstant } from "../../core/instant.ts";
import { isMore } from "../../core/limits/lifted.ts";
import type { Limit } from "../../core/limits/limit.ts";
import { limitKey, readCap, readLimit, writeLimit } from "../../core/limits/read-limit.ts";
import type { PlanDefinition } from "../../core/plans/plan.ts";
import { shownCap } from "../../insights/shown-amount.ts";
import type { Api } from "../api.ts";
import type { BodyOf } from "../contract/endpoint.ts";
import {
  createLimitLift,
  endLimitLift,
  listLimitLifts,
} from "../contract/endpoints/limit-lifts.ts";
import { planInForce } from "../default-plan.ts";
import type { ApiPorts } from "../ports.ts";
import { readRowId } from "../row-id.ts";
import { serve } from "../serve.ts";
import { principalOf } from "../who-asks.ts";
import { customerNamed } from "./customers.ts";

export function limitLiftRoutes(app: Api, ports: ApiPorts): void {
  serve(app, createLimitLift, async ({ params, body, request }) => {
    const { id: customerId } = await customerNamed(ports, params.id);
    const { soldPlan } = await planInForce(ports, { id: customerId });
    const lift = await liftLimit(ports, {
      customerId,
      limit: limitOf(body, soldPlan.definition),
      until: readEnd(body.until, ports.clock.now()),
      reason: body.reason ?? null,
      actor: principalOf(request).actor,
    });
    return shownLift(lift, soldPlan.definition, ports.clock.now());
  });
  serve(app, listLimitLifts, async ({ params }) => {
    const { id } = await customerNamed(ports, params.id);
    const [{ soldPlan }, lifts] = await Promise.all([
      planInForce(ports, { id }),
      listLifts(ports.store, id),
    ]);
    const now = ports.clock.now();
    return { limit_lifts: lifts.map((lift) => shownLift(lift, soldPlan.definition, now)) };
  });
  serve(app, endLimitLift, async ({ params, request }) => {
    const { id: customerId } = await customerNamed(ports, params.id);
    const id = readRowId(params.lift_id, "a lift's id");
    const lift = await endLift(ports, { customerId, id, actor: principalOf(request).actor });
    const { soldPlan } = await planInForce(ports, { id: customerId });
    return shownLift(lift, soldPlan.definition, ports.clock.now());
  });
}

/** Throws `not_found` for a limit that the plan does not have, and `invalid_request` for a cap that is not more than its own. */
function limitOf({ limit, max }: BodyOf<typeof createLimitLift>, plan: PlanDefinition): Limit {
  const named = readLimit({ ...limit, max: "unlimited" });
  const key = limitKey(named);
  const found = plan.limits.find((each) => limitKey(each) === key);
  if (found === undefined) throw noSuchLimit(key, plan);
  const cap = readCap(max, named.meter, "max");
  if (isMore(cap, found.cap)) return { ...named, cap };
  throw invalidField(
    "max",
    `must be more than the plan's own, which is ${shownCap(found.meter, found.cap)}. To give less, budget the customer's keys or change their plan.`,
  );
}

function noSuchLimit(key: string, plan: PlanDefinition): AppError {
  const there = plan.limits.map((each) => `"${limitKey(each)}"`).join(", ");
  const mend = there === "" ? "It limits nothing." : `Lift one of these: ${there}.`;
  return new AppError("not_found", `The plan ${plan.name} has no limit "${key}". ${mend}`, {
    limit: key,
  });
}

function readEnd(text: string, now: Instant): Instant {
  const until = parseInstant(text, "until");
  if (until <= now) throw invalidField("until", "has passed already.");
  return until;
}

function shownLift(lift: LiftedLimit, plan: PlanDefinition, now: Instant) {
  const { limit, endedAt, until } = lift;
  const key = limitKey(limit);
  const own = plan.limits.find((each) => limitKey(each) === key);
  const { max: _max, at_cap: _atCap, alert_at: _alertAt, ...counted } = writeLimit(limit);
  return {
    id: lift.id,
    limit: counted,
    max: shownCap(limit.meter, limit.cap),
    plan_max: own === undefined ? null : shownCap(own.meter, own.cap),
    until: formatInstant(until),
    reason: lift.reason,
    state: stateOf(lift, now),
    made_by: lift.madeBy,
    created_at: formatInstant(lift.createdAt),
    ended_at: endedAt === null ? null : formatInstant(endedAt),
  };
}

/** One that was replaced when its time had come was over. */
function stateOf({ endedAt, until }: LiftedLimit, now: Instant): "in_force" | "over" | "ended" {
  if (endedAt !== null && endedAt < until) return "ended";
  return endedAt === null && now < until ? "in_force" : "over";
}
