/** Holds for applications that call providers themselves: made, settled and released over HTTP. */
import type { z } from "zod";
import { holdCall, settleHeld } from "../../call/hold.ts";
import { limitErrorBody } from "../../call/limit-error.ts";
import { AppError } from "../../core/errors.ts";
import type { CallId } from "../../core/ids.ts";
import { formatInstant, type Instant, instant, SECOND_MS } from "../../core/instant.ts";
import type { CallScope } from "../../core/limits/limit.ts";
import { usageOf } from "../../core/usage.ts";
import type { Granted, UsageEvent } from "../../ledger/ledger.ts";
import type { Api } from "../api.ts";
import type { reservationIn } from "../contract/calls.ts";
import { release, reserve, settle } from "../contract/endpoints/calls.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { shownAmounts } from "../shown-amounts.ts";
import { shownEvent } from "../shown-event.ts";
import { subjectToCharge } from "../subject.ts";
import { readTold, scopeTold } from "../told-usage.ts";
import { principalOf } from "../who-asks.ts";

export function reservationRoutes(app: Api, ports: ApiPorts): void {
  reserveRoute(app, ports);
  settleRoute(app, ports);
  releaseRoute(app, ports);
}

function reserveRoute(app: Api, ports: ApiPorts): void {
  serve(app, reserve, async ({ body, request }) => {
    const customer = await subjectToCharge(request, ports, body.user_id);
    const { keyId } = principalOf(request);
    const scope = scopeTold(body, ports);
    const answer = await holdCall(
      {
        id: ports.newCallId(),
        payer: { customerId: customer.id, ...(keyId === undefined ? {} : { keyId }) },
        scope,
        inputTokens: inputTokensOf(body, scope, ports),
        outputTokens: body.max_output_tokens ?? null,
        units: usageOf(body.units ?? {}),
        ttlMs: body.ttl_seconds * SECOND_MS,
        ...(body.id === undefined ? {} : { sourceId: body.id }),
      },
      ports,
    );
    if (answer.ok) return shownReservation(answer.held);
    const { denial } = answer;
    const upgrade = ports.upgradeFor(denial, scope);
    const refusal = limitErrorBody({ denial, scope, requestId: request.id, upgrade });
    throw new AppError(denial.code, refusal.message, refusal);
  });
}

/** What the caller counted, else what we count in their text. */
function inputTokensOf(
  body: z.output<typeof reservationIn>,
  scope: CallScope,
  ports: ApiPorts,
): number {
  if (body.input_tokens !== undefined) return body.input_tokens;
  if (body.input_text === undefined) return 0;
  return ports.inputTokensBound(body.input_text, scope.provider);
}

function settleRoute(app: Api, ports: ApiPorts): void {
  serve(app, settle, async ({ params, body }) => {
    const id = await holdId(ports, params.id);
    const held = await readHeld(ports, id);
    if (held === null) throw noSuchHold();
    const told = readTold(body, held.scope, ports);
    const answer = await settleHeld({ id, scope: held.scope, at: held.at, told }, ports);
    if (answer.kind === "unknown") throw noSuchHold();
    if (answer.kind === "conflict") throw new AppError("conflict", answer.message);
    if (!answer.again) ports.settled(answer.event);
    return withUserId(ports, answer.event);
  });
}

function releaseRoute(app: Api, ports: ApiPorts): void {
  serve(app, release, async ({ params, body }) => {
    const answer = await ports.ledger.release({
      kind: "release",
      id: await holdId(ports, params.id),
      reason: body?.reason ?? "",
      onlyExternal: true,
    });
    if (answer.kind === "unknown") throw noSuchHold();
    if (answer.kind === "conflict") throw new AppError("already_settled", answer.message);
    return { released: true as const };
  });
}

/** A hold goes by our id or by the one its caller brought, if no other customer's hold has that one too. */
async function holdId(ports: Pick<ApiPorts, "store">, named: string): Promise<CallId> {
  const rows = await ports.store.db
    .selectFrom("event_keys")
    .select("event_id")
    .where("source_id", "=", named)
    .limit(2)
    .execute();
  if (rows.length > 1) {
    throw new AppError(
      "conflict",
      "Several customers have a hold with this id. Use the `reservation_id` that was returned.",
    );
  }
  return (rows[0]?.event_id ?? named) as CallId;
}

/** What a hold is for, open or ended; settled and expired ones are events with the same id. */
async function readHeld(
  ports: Pick<ApiPorts, "store">,
  id: CallId,
): Promise<{ scope: CallScope; at: Instant } | null> {
  const { db } = ports.store;
  const row =
    (await db
      .selectFrom("reservations")
      .select(["provider", "model", "operation", "at"])
      .where("id", "=", id)
      .executeTakeFirst()) ??
    (await db
      .selectFrom("events")
      .select(["provider", "model", "operation", "at"])
      .where("id", "=", id)
      .executeTakeFirst());
  if (row === undefined) return null;
  const { provider, model, operation, at } = row;
  return { scope: { provider, model, operation }, at: instant(Number(at)) };
}

async function withUserId(ports: Pick<ApiPorts, "customers">, event: UsageEvent) {
  const userIds = await ports.customers.userIdsOf([event.customerId]);
  // Of a person who was erased meanwhile, the random id.
  return shownEvent(event, userIds.get(event.customerId) ?? event.customerId);
}

function shownReservation(held: Granted) {
  return {
    reservation_id: held.id,
    granted: true as const,
    held: shownAmounts(held.held),
    expires_at: formatInstant(held.expiresAt),
  };
}

function noSuchHold(): AppError {
  return new AppError("not_found", "There is no such hold that may be ended here.");
}
