/** A channel as the API shows it: no secret, no address that is one. */
import { type ChannelActivity, NO_ACTIVITY } from "../alerts/channel-activity.ts";
import type { Channel } from "../alerts/channel-store.ts";
import { signingAt } from "../alerts/signing-secrets.ts";
import type { CustomerId, UserId } from "../core/ids.ts";
import { formatInstant, type Instant, instant } from "../core/instant.ts";

/** Enough to tell two addresses of Slack apart, and too little to post there. */
const SLACK_CHARS_SHOWN = 4;

export function shownChannel(
  channel: Channel,
  of: {
    readonly now: Instant;
    readonly userIds: ReadonlyMap<CustomerId, UserId>;
    readonly activity?: ChannelActivity | undefined;
  },
) {
  const { id, kind, name, customerId, pausedAt } = channel;
  return {
    id,
    kind,
    name,
    user_id: customerId === null ? null : (of.userIds.get(customerId) ?? customerId),
    events: [...channel.events],
    ...shownReceiver(channel, of.now),
    paused: pausedAt !== null,
    paused_at: pausedAt === null ? null : formatInstant(pausedAt),
    created_at: formatInstant(channel.createdAt),
    updated_at: formatInstant(channel.updatedAt),
    ...shownActivity(of.activity ?? NO_ACTIVITY),
  };
}

function shownReceiver(channel: Channel, now: Instant) {
  switch (channel.kind) {
    case "email":
      return { to: channel.to };
    case "slack":
      return { url: `${new URL(channel.url).origin}/…${channel.url.slice(-SLACK_CHARS_SHOWN)}` };
    case "webhook":
      return { url: withoutQuery(channel.url), ...overlapOf(channel, now) };
  }
}

/** Neither what follows a question mark, nor a name and password before the host. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function overlapOf(
  { secrets }: Extract<Channel, { kind: "webhook" }>,
  now: Instant,
): { replaced_secret_ends_at?: string } {
  const ends = signingAt(secrets, now).flatMap(({ until }) => until ?? []);
  if (ends.length === 0) return {};
  return { replaced_secret_ends_at: formatInstant(instant(Math.max(...ends))) };
}

function shownActivity({ waiting, newest }: ChannelActivity) {
  if (newest === null) return { waiting, last_message: null };
  const { event, state, createdAt, lastError } = newest;
  const created_at = formatInstant(instant(Number(createdAt)));
  return { waiting, last_message: { event, state, created_at, error: lastError } };
}
