/** Administrators see what was told to whom, and have it tried again. */
import {
  countDeliveries,
  type Delivery,
  listDeliveries,
} from "../../alerts/outbox/list-deliveries.ts";
import { retryDelivery as retry } from "../../alerts/outbox/retry.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import type { CustomerId, UserId } from "../../core/ids.ts";
import { formatInstant, instant } from "../../core/instant.ts";
import type { Api } from "../api.ts";
import type { QueryOf } from "../contract/endpoint.ts";
import { listOutbox, retryDelivery } from "../contract/endpoints/outbox.ts";
import type { ApiPorts } from "../ports.ts";
import { readRowId } from "../row-id.ts";
import { serve } from "../serve.ts";
import { customerIdNamed } from "./keys.ts";

export function outboxRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listOutbox, async ({ query }) => {
    const { limit } = query;
    const [rows, counts, names] = await Promise.all([
      rowsOf(ports, query),
      countDeliveries(ports.store),
      channelNames(ports),
    ]);
    const shown = rows.slice(0, limit);
    const userIds = await userIdsOf(ports, shown);
    const last = rows.length > limit ? shown.at(-1) : undefined;
    return {
      deliveries: shown.map((row) => shownDelivery(row, { names, userIds })),
      counts,
      limit,
      has_more: last !== undefined,
      ...(last === undefined ? {} : { next_cursor: writeCursor(last.id) }),
    };
  });
  serve(app, retryDelivery, async ({ params }) => {
    const id = readRowId(params.id, "the id of a message in the outbox");
    const said = await retry(ports.store, id, ports.clock.now());
    if (said === "not found") {
      throw new AppError("not_found", "There is no message in the outbox with this id.");
    }
    if (said === "already sent") {
      throw new AppError("conflict", "It was sent already, so it is not sent again.");
    }
    ports.notices.wake();
    return { queued: true as const };
  });
}

/** One more than asked for tells whether there is another page. */
async function rowsOf(ports: ApiPorts, query: QueryOf<typeof listOutbox>) {
  const { user_id: userId, state, channel_id: channelId, limit, cursor } = query;
  return listDeliveries(ports.store, {
    most: limit + 1,
    ...(state === undefined ? {} : { state }),
    ...(channelId === undefined ? {} : { channelId }),
    ...(userId === undefined ? {} : { customerId: await customerIdNamed(ports, userId) }),
    ...(cursor === undefined ? {} : { before: readCursor(cursor) }),
  });
}

type Names = ReadonlyMap<number, string>;

async function channelNames({ channels }: ApiPorts): Promise<Names> {
  return new Map((await channels.list()).map(({ id, name }) => [id, name]));
}

const TO_CUSTOMER = "customer:";

/** Whom the messages are about, and whose own address they go to. */
function userIdsOf(
  { customers }: ApiPorts,
  rows: readonly Delivery[],
): Promise<ReadonlyMap<CustomerId, UserId>> {
  const ids = rows.flatMap(({ customer_id: about, receiver }) => [
    ...(about === null ? [] : [about as CustomerId]),
    ...(receiver.startsWith(TO_CUSTOMER) ? [mailedTo(receiver)] : []),
  ]);
  return customers.userIdsOf([...new Set(ids)]);
}

function mailedTo(receiver: string): CustomerId {
  return receiver.slice(TO_CUSTOMER.length) as CustomerId;
}

function shownDelivery(
  row: Delivery,
  of: { readonly names: Names; readonly userIds: ReadonlyMap<CustomerId, UserId> },
) {
  const { event, state } = row;
  const about = row.customer_id as CustomerId | null;
  return {
    id: Number(row.id),
    receiver: receiverWords(row, of),
    channel_id: row.channel_id === null ? null : Number(row.channel_id),
    user_id: about === null ? null : (of.userIds.get(about) ?? about),
    event,
    message_id: row.message_id,
    state,
    attempts: Number(row.attempts),
    next_attempt_at: state === "pending" ? timeText(row.due_at) : null,
    last_error: row.last_error,
    last_status: row.last_status === null ? null : Number(row.last_status),
    created_at: timeText(row.created_at),
    ended_at: row.ended_at === null ? null : timeText(row.ended_at),
  };
}

function receiverWords(
  { receiver, channel_id: channelId }: Delivery,
  { names, userIds }: Parameters<typeof shownDelivery>[1],
): string {
  if (receiver.startsWith(TO_CUSTOMER)) {
    const id = mailedTo(receiver);
    return `mail to customer ${userIds.get(id) ?? id}`;
  }
  if (channelId === null) return receiver;
  return names.get(Number(channelId)) ?? `channel ${channelId}, removed`;
}

function timeText(ms: bigint): string {
  return formatInstant(instant(Number(ms)));
}

function writeCursor(id: bigint): string {
  return Buffer.from(`o${id}`).toString("base64url");
}

function readCursor(text: string): bigint {
  const match = /^o(\d{1,18})$/.exec(Buffer.from(text, "base64url").toString("latin1"));
  if (match?.[1] === undefined) {
    throw invalidField("cursor", "must be the next_cursor of an earlier page.");
  }
  return BigInt(match[1]);
}
