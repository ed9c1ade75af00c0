/** Administrators make, change, try and remove the channels by which alerts leave. */

import { readUserId } from "../../access/user-id.ts";
import { readChannelActivity } from "../../alerts/channel-activity.ts";
import type { Channel, ChannelChanges, Receiver } from "../../alerts/channel-store.ts";
import { newSigningSecret } from "../../alerts/signing-secrets.ts";
import { AppError, invalidField } from "../../core/errors.ts";
import type { CustomerId, UserId } from "../../core/ids.ts";
import type { Api } from "../api.ts";
import { overlapSecondsOf } from "../contract/channels.ts";
import type { BodyOf } from "../contract/endpoint.ts";
import {
  createChannel,
  editChannel,
  listChannels,
  removeChannel,
  testChannel,
} from "../contract/endpoints/channels.ts";
import type { ApiPorts } from "../ports.ts";
import { readRowId } from "../row-id.ts";
import { serve } from "../serve.ts";
import { shownChannel } from "../shown-channel.ts";
import { noSuchCustomer } from "../subject.ts";
import { tryChannel } from "../try-channel.ts";
import { principalOf } from "../who-asks.ts";
import { customerIdNamed } from "./keys.ts";

export function channelRoutes(app: Api, ports: ApiPorts): void {
  serve(app, listChannels, async ({ query }) => {
    const wanted = query.user_id;
    const owner = wanted === undefined ? null : await customerIdNamed(ports, wanted);
    const all = await ports.channels.list();
    const listed = all.filter(({ customerId }) => owner === null || customerId === owner);
    const [activity, userIds] = await Promise.all([
      readChannelActivity(ports.store),
      userIdsOf(ports, listed),
    ]);
    const now = ports.clock.now();
    return {
      channels: listed.map((channel) =>
        shownChannel(channel, { now, userIds, activity: activity.get(channel.id) }),
      ),
      total: listed.length,
    };
  });
  serve(app, createChannel, async ({ body, request }) => {
    const receiver = receiverOf(ports, body);
    const customerId = await ownerOf(ports, body);
    const name = body.name ?? usualName(receiver);
    const { events, paused } = body;
    const wanted = { receiver, customerId, name, events, paused };
    const made = await ports.channels.create(wanted, principalOf(request).actor);
    const shown = await shownAnew(ports, made);
    const secret = receiver.kind === "webhook" ? receiver.secrets[0]?.secret : undefined;
    return secret === undefined ? shown : { ...shown, secret };
  });
  serve(app, editChannel, async ({ params, body, request }) => {
    const channel = await channelNamed(ports, params.id);
    const { actor } = principalOf(request);
    if (body.rotate_secret === true) return rotate(ports, channel, body, actor);
    const changes = changesOf(ports, channel, body);
    const edited = await ports.channels.edit(channel.id, changes, actor);
    if (edited === null) throw noSuchChannel();
    return shownAnew(ports, edited);
  });
  serve(app, removeChannel, async ({ params, request }) => {
    const id = readRowId(params.id, "a channel's id");
    if (!(await ports.channels.remove(id, principalOf(request).actor))) throw noSuchChannel();
    return { removed: true as const };
  });
  serve(app, testChannel, async ({ params }) =>
    tryChannel(ports, await channelNamed(ports, params.id)),
  );
}

/** Throws `not_found`. */
async function channelNamed(ports: ApiPorts, id: string): Promise<Channel> {
  const channel = await ports.channels.read(readRowId(id, "a channel's id"));
  if (channel === null) throw noSuchChannel();
  return channel;
}

function noSuchChannel(): AppError {
  return new AppError("not_found", "There is no channel with this id.");
}

async function shownAnew(ports: ApiPorts, channel: Channel) {
  const [activity, userIds] = await Promise.all([
    readChannelActivity(ports.store),
    userIdsOf(ports, [channel]),
  ]);
  const now = ports.clock.now();
  return shownChannel(channel, { now, userIds, activity: activity.get(channel.id) });
}

function userIdsOf(
  { customers }: ApiPorts,
  channels: readonly Channel[],
): Promise<ReadonlyMap<CustomerId, UserId>> {
  const ids = channels.flatMap(({ customerId }) => customerId ?? []);
  return customers.userIdsOf([...new Set(ids)]);
}

type Wanted = BodyOf<typeof createChannel>;

/** Throws `invalid_request` for fields that do not go with the kind, or an address that is refused. */
function receiverOf(ports: ApiPorts, wanted: Wanted): Receiver {
  const { kind, to, url, secret } = wanted;
  refuseOtherKinds(kind, wanted);
  if (kind === "email") {
    if (to === undefined) throw invalidField("to", "is missing; it must be an e-mail address.");
    if (!ports.notices.sendsMail) throw noMailServer();
    return { kind, to };
  }
  if (url === undefined) throw invalidField("url", "is missing; it must be an address.");
  ports.notices.checkReceiverUrl(url);
  if (kind === "slack") return { kind, url };
  return { kind, url, secrets: [{ secret: secret ?? newSigningSecret() }] };
}

/** Throws `invalid_request` for the first field that goes with another kind. */
function refuseOtherKinds(
  kind: Channel["kind"],
  { to, url, secret }: Pick<Wanted, "to" | "url" | "secret">,
): void {
  if (secret !== undefined && kind !== "webhook") {
    throw invalidField("secret", "goes with a webhook only.");
  }
  if (url !== undefined && kind === "email") {
    throw invalidField("url", "goes with a webhook or Slack; an e-mail channel has to.");
  }
  if (to !== undefined && kind !== "email") {
    throw invalidField("to", `goes with e-mail; a ${kind} channel has url.`);
  }
}

function noMailServer(): AppError {
  return new AppError(
    "conflict",
    "No mail can be sent: there is no mail server. Set PURSER_SMTP_URL and PURSER_MAIL_FROM, and start again.",
    { setting: "PURSER_SMTP_URL" },
  );
}

async function ownerOf(ports: ApiPorts, { user_id: id, events }: Wanted) {
  if (id === undefined) return null;
  refuseOperatorEvents(events);
  const customer = await ports.customers.find(readUserId(id, "user_id"));
  if (customer === null) throw noSuchCustomer();
  return customer.id;
}

/** They are about the deployment, and would never come. */
function refuseOperatorEvents(events: readonly string[]): void {
  const ofOperator = events.find((event) => event.startsWith("operator."));
  if (ofOperator === undefined) return;
  throw invalidField(
    "events",
    `${ofOperator} is about the deployment; a customer's channel takes alert.*, subscription.* or *.`,
  );
}

function usualName(receiver: Receiver): string {
  switch (receiver.kind) {
    case "email":
      return receiver.to;
    case "slack":
      return "Slack";
    case "webhook":
      return new URL(receiver.url).host;
  }
}

type Changes = BodyOf<typeof editChannel>;

function changesOf(ports: ApiPorts, channel: Channel, body: Changes): ChannelChanges {
  const { secret, overlap_seconds: overlap, rotate_secret: _, ...changes } = body;
  if (secret !== undefined) throw invalidField("secret", "goes with rotate_secret: true.");
  if (overlap !== undefined) {
    throw invalidField("overlap_seconds", "goes with rotate_secret: true.");
  }
  refuseOtherKinds(channel.kind, changes);
  if (changes.url !== undefined) ports.notices.checkReceiverUrl(changes.url);
  if (channel.customerId !== null) refuseOperatorEvents(changes.events ?? []);
  return changes;
}

async function rotate(ports: ApiPorts, channel: Channel, body: Changes, actor: string) {
  const { rotate_secret: _, secret, overlap_seconds: overlap, ...others } = body;
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw invalidField(other, "is changed by itself, not with rotate_secret.");
  if (channel.kind !== "webhook") {
    throw invalidField("rotate_secret", "goes with a webhook; this channel has no secret.");
  }
  const rotated = await ports.channels.rotateSecret(channel.id, {
    overlapSeconds: overlapSecondsOf(overlap),
    actor,
    ...(secret === undefined ? {} : { secret }),
  });
  if (rotated === null) throw noSuchChannel();
  return { ...(await shownAnew(ports, rotated.channel)), secret: rotated.secret };
}
