/** Answers whether calls would be let through, as one batch, before anything of them is made. */
import { limitErrorBody } from "../../call/limit-error.ts";
import { nanoUsd, usdNumber } from "../../core/money.ts";
import type { Meter } from "../../core/usage.ts";
import type { LimitRoom, PreflightVerdict } from "../../ledger/preflight.ts";
import type { Api } from "../api.ts";
import { checkPreflight } from "../contract/endpoints/preflight.ts";
import type { ApiPorts } from "../ports.ts";
import { operationPricer, type PricedOperation } from "../priced-operation.ts";
import { serve } from "../serve.ts";
import { subjectOf } from "../subject.ts";
import { principalOf } from "../who-asks.ts";

export function preflightRoute(app: Api, ports: ApiPorts): void {
  serve(app, checkPreflight, async ({ body, query, request }) => {
    const customer = await subjectOf(request, ports, query.user_id);
    const { keyId } = principalOf(request);
    const priced = body.operations.map(operationPricer(ports));
    const { verdicts, allCalls } = await ports.ledger.preflight({
      kind: "preflight",
      payer: { customerId: customer.id, ...(keyId === undefined ? {} : { keyId }) },
      calls: priced.map(({ call }) => call),
    });
    const operations = body.operations.map(({ provider, operation_type }, index) => ({
      provider,
      operation_type,
      ...shownVerdict(at(priced, index), at(verdicts, index), { ports, requestId: request.id }),
    }));
    const cost = usdNumber(nanoUsd(priced.reduce((sum, one) => sum + one.cost, 0n)));
    return {
      can_proceed: verdicts.every(({ kind }) => kind === "fits"),
      estimated_cost: cost,
      total_cost: cost,
      cached: false as const,
      usage_summary: allCalls === null ? null : shownSummary(allCalls),
      operations,
    };
  });
}

function at<One>(list: readonly One[], index: number): One {
  const one = list[index];
  if (one === undefined) throw new RangeError("Each operation has one answer.");
  return one;
}

function shownVerdict(
  { call, cost, note }: PricedOperation,
  verdict: PreflightVerdict,
  by: { ports: Pick<ApiPorts, "upgradeFor">; requestId: string },
) {
  const room = verdict.kind === "fits" ? verdict.nearest : "limit" in verdict ? verdict : null;
  const words = verdict.kind === "fits" ? "It fits." : refusalWords(call.scope, verdict, by);
  return {
    cost: usdNumber(cost),
    allowed: verdict.kind === "fits",
    limit_info: room === null ? null : shownRoom(room),
    message: note === null ? words : `${words} ${note}`,
  };
}

/** What the call itself would be told. */
function refusalWords(
  scope: PricedOperation["call"]["scope"],
  denial: Exclude<PreflightVerdict, { kind: "fits" }>,
  { ports, requestId }: { ports: Pick<ApiPorts, "upgradeFor">; requestId: string },
): string {
  const upgrade = ports.upgradeFor(denial, scope);
  return limitErrorBody({ denial, scope, requestId, upgrade }).message;
}

/** What calls that still run hold is not there to be used, so it counts as used. */
function shownRoom(room: Omit<LimitRoom, "subject">) {
  const { meter } = room.limit;
  const taken = room.used + room.held;
  const left = room.cap - taken;
  return {
    current_usage: shownAmount(meter, taken),
    limit: shownAmount(meter, room.cap),
    remaining: shownAmount(meter, left > 0n ? left : 0n),
  };
}

function shownSummary(room: LimitRoom) {
  const { current_usage: current_calls, ...rest } = shownRoom(room);
  return { current_calls, ...rest };
}

function shownAmount(meter: Meter, amount: bigint): number {
  return meter === "cost" ? usdNumber(nanoUsd(amount)) : Number(amount);
}
