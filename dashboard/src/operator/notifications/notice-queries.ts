/** What the page of notifications reads, and reads anew after something was done. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type * as channels from "../../../../src/api/contract/endpoints/channels.ts";
import type { listOutbox } from "../../../../src/api/contract/endpoints/outbox.ts";
import type { DELIVERY_STATES } from "../../../../src/api/contract/outbox.ts";
import { client } from "../../app/client.ts";
import { queries } from "../../app/queries.ts";
import type { AskedNotices } from "./asked-notices.ts";
import type { AskedOutbox } from "./asked-outbox.ts";

export type Channel = z.output<(typeof channels.listChannels)["answer"]>["channels"][number];
export type ChannelKind = Channel["kind"];
export type ChannelWish = z.input<(typeof channels.createChannel)["body"]>;
export type EventPattern = NonNullable<ChannelWish["events"]>[number];
export type Tested = z.output<(typeof channels.testChannel)["answer"]>;
export type OutboxPage = z.output<(typeof listOutbox)["answer"]>;
export type Delivery = OutboxPage["deliveries"][number];
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What waits is looked at more often than what has ended. */
const SOON_MS = 3_000;
const ANEW_MS = 20_000;
const DELIVERIES_A_PAGE = 50;
export const NOTICES_A_PAGE = 20;

export const channelsQuery = queryOptions({
  queryKey: ["operator", "channels"],
  queryFn: async () => (await client.admin.channels()).channels,
  refetchInterval: ANEW_MS,
});

export function outboxQuery(asked: AskedOutbox) {
  const { state, channelId, userId, after } = asked;
  return queryOptions({
    queryKey: ["operator", "outbox", asked],
    queryFn: () =>
      client.admin.outbox({
        limit: DELIVERIES_A_PAGE,
        ...(state === undefined ? {} : { state }),
        ...(channelId === undefined ? {} : { channel_id: channelId }),
        ...(userId === undefined ? {} : { user_id: userId }),
        ...(after === undefined ? {} : { cursor: after }),
      }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) => ((data?.counts.pending ?? 0) > 0 ? SOON_MS : ANEW_MS),
  });
}

export function noticesQuery(asked: AskedNotices) {
  const { isUnreadOnly, severity, kind, page } = asked;
  return queryOptions({
    queryKey: ["operator", "alerts", asked],
    queryFn: () =>
      client.admin.alerts({
        unread_only: isUnreadOnly ? "true" : "false",
        limit: NOTICES_A_PAGE,
        offset: (page - 1) * NOTICES_A_PAGE,
        ...(severity === undefined ? {} : { severity }),
        ...(kind === undefined ? {} : { kind }),
      }),
    placeholderData: keepPreviousData,
    refetchInterval: ANEW_MS,
  });
}

/** Can mail be sent at all? */
export const mailQuery = queryOptions({
  queryKey: ["operator", "system", "mail"],
  queryFn: async () => (await client.admin.system()).mail_set_up,
});

export async function readNoticesAnew(): Promise<void> {
  await Promise.all(
    ["channels", "outbox", "alerts"].map((what) =>
      queries.invalidateQueries({ queryKey: ["operator", what] }),
    ),
  );
}
