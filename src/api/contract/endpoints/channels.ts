/** Channels by which alerts leave, as administrators make, change, try and remove them. */
import {
  channelEditIn,
  channelIn,
  channelRemoved,
  channels,
  channelsQuery,
  channelTested,
  madeChannel,
} from "../channels.ts";
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const listChannels = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/channels",
  summary: "Where alerts go: e-mail, webhooks and Slack, and what waits for each",
  query: channelsQuery,
  body: noBody,
  answer: channels,
});

export const createChannel = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/channels",
  summary: "Makes a channel; a webhook's secret is shown this once",
  description:
    "An e-mail channel takes `to`, a webhook `url` and if wanted `secret`, Slack the `url` of its incoming webhook. At most 100 channels. E-mail without PURSER_SMTP_URL is 409.",
  query: noQuery,
  body: channelIn,
  answer: madeChannel,
  status: 201,
  errors: ["conflict", "not_found"],
  examples: {
    body: { kind: "webhook", url: "https://example.com/purser", events: ["alert.*"], name: "ops" },
  },
});

export const editChannel = endpoint({
  ...ADMIN,
  method: "PATCH",
  path: "/api/admin/channels/:id",
  summary: "Changes or pauses a channel, or replaces its secret; what is left out stays",
  description:
    "With `rotate_secret` a new secret is shown this once. Until the overlap ends, messages are signed by both.",
  query: noQuery,
  body: channelEditIn,
  answer: madeChannel,
  errors: ["conflict", "not_found"],
  examples: { body: { events: ["alert.limit_reached", "operator.*"], paused: true } },
});

export const removeChannel = endpoint({
  ...ADMIN,
  method: "DELETE",
  path: "/api/admin/channels/:id",
  summary: "Removes a channel; what still waits for it is dropped",
  query: noQuery,
  body: noBody,
  answer: channelRemoved,
  errors: ["not_found"],
});

export const testChannel = endpoint({
  ...ADMIN,
  method: "POST",
  path: "/api/admin/channels/:id/test",
  summary:
    "Sends a message of the kind channel.test there, now and once, and says what became of it",
  description:
    "Also where the channel is paused. What the receiver does is in the answer, never a 5xx.",
  query: noQuery,
  body: noBody,
  answer: channelTested,
  errors: ["not_found"],
});
