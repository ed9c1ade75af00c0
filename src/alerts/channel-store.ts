/** The channels by which alerts leave: made, changed and removed, and read anew from the database each time. */
import { sql, type Updateable } from "kysely";
import { type AuditEntry, auditRowIf } from "../access/audit-log.ts";
import { AppError } from "../core/errors.ts";
import type { CustomerId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Schema } from "../store/schema.ts";
import type { Statement, Store } from "../store/store.ts";
import {
  type Channel,
  channelOf,
  type Receiver,
  type Sealing,
  sealReceiver,
  targetOf,
} from "./channel-row.ts";
import type { Target } from "./message.ts";
import { newSigningSecret, withNewSecret } from "./signing-secrets.ts";

export type { Channel, Receiver } from "./channel-row.ts";

export interface WantedChannel {
  readonly receiver: Receiver;
  readonly customerId: CustomerId | null;
  readonly name: string;
  readonly events: readonly string[];
  readonly paused?: boolean;
}

/** What is left out stays. */
export interface ChannelChanges {
  readonly name?: string | undefined;
  readonly events?: readonly string[] | undefined;
  /** Of an e-mail channel. */
  readonly to?: string | undefined;
  /** Of the others. */
  readonly url?: string | undefined;
  readonly paused?: boolean | undefined;
}

export interface Channels {
  /** In the order they were made. */
  list(): Promise<readonly Channel[]>;
  read(id: number): Promise<Channel | null>;
  /** Throws `conflict` where there are CHANNELS_MOST. */
  create(wanted: WantedChannel, actor: string): Promise<Channel>;
  /** null: there is none. Throws `conflict` where others change it all the time. */
  edit(id: number, changes: ChannelChanges, actor: string): Promise<Channel | null>;
  /** A new secret for a webhook, or the given one; the others sign for so long beside it. null: there is no such webhook. */
  rotateSecret(
    id: number,
    of: { readonly overlapSeconds: number; readonly actor: string; readonly secret?: string },
  ): Promise<{ readonly channel: Channel; readonly secret: string } | null>;
  /** false: there is none. */
  remove(id: number, actor: string): Promise<boolean>;
  targetOf(channel: Channel, at: Instant): Target;
}

export interface ChannelPorts {
  readonly store: Store;
  readonly clock: { now(): Instant };
  readonly sealing: Sealing;
}

/** Each alert is held against each of them. */
const CHANNELS_MOST = 100;

const ATTEMPTS_MOST = 10;

export function createChannels(ports: ChannelPorts): Channels {
  const { store, sealing } = ports;
  return {
    async list() {
      const rows = await selectChannels(store).orderBy("id").execute();
      return rows.map((row) => channelOf(sealing, row));
    },
    async read(id) {
      return (await readRow(ports, id))?.channel ?? null;
    },
    create: (wanted, actor) => createChannel(ports, wanted, actor),
    edit: (id, changes, actor) =>
      changeChannel(ports, id, (channel, at) => ({
        ...(changes.name === undefined ? {} : { name: changes.name }),
        ...(changes.events === undefined ? {} : { events: JSON.stringify(changes.events) }),
        ...movedTo(sealing, channel, changes),
        ...pausing(channel, changes, at),
        entry: { actor, action: "channel.edit", details: { fields: Object.keys(changes) } },
      })),
    async rotateSecret(id, { overlapSeconds, actor, secret = newSigningSecret() }) {
      const details = { overlap_seconds: overlapSeconds };
      const channel = await changeChannel(ports, id, (before, at) => {
        if (before.kind !== "webhook") return null;
        const { kind, url } = before;
        const secrets = withNewSecret(before.secrets, { secret, overlapSeconds, at });
        return {
          sealed: sealReceiver(sealing, { kind, url, secrets }),
          entry: { actor, action: "channel.rotate", details },
        };
      });
      return channel === null ? null : { channel, secret };
    },
    remove: (id, actor) => removeChannel(ports, id, actor),
    targetOf,
  };
}

function selectChannels({ db }: Store) {
  return db.selectFrom("channels").selectAll();
}

async function readRow({ store, sealing }: ChannelPorts, id: number) {
  const row = await selectChannels(store).where("id", "=", BigInt(id)).executeTakeFirst();
  return row === undefined ? null : { row, channel: channelOf(sealing, row) };
}

async function createChannel(
  ports: ChannelPorts,
  { receiver, customerId, name, events, paused }: WantedChannel,
  actor: string,
): Promise<Channel> {
  const { store, clock, sealing } = ports;
  const { db } = store;
  const at = clock.now();
  // No two are alike, so the new row can be found by it before its id is known.
  const sealed = sealReceiver(sealing, receiver);
  const row = {
    ...{ customer_id: customerId, kind: receiver.kind, name, events: JSON.stringify(events) },
    ...{ sealed, created_at: at, updated_at: at, paused_at: paused === true ? at : null },
  };
  const count = db.selectFrom("channels").select(({ fn }) => fn.countAll().as("count"));
  const [made, takenBack] = await store.write([
    db.insertInto("channels").values(row).returning("id"),
    // Two nodes that make one at the same moment can pass the bound by one; it only keeps the list short.
    db
      .deleteFrom("channels")
      .where("sealed", "=", sealed)
      .where(count, ">", CHANNELS_MOST)
      .returning("id"),
    auditCreated(store, { sealed, at, actor, kind: receiver.kind, customerId }),
  ]);
  if ((takenBack?.length ?? 0) > 0) throw tooManyChannels();
  const [{ id }] = made as readonly [{ readonly id: bigint }];
  return {
    ...{ id: Number(id), customerId, name, events, createdAt: at, updatedAt: at },
    ...{ pausedAt: paused === true ? at : null, ...receiver },
  };
}

/** The id is given by the insert, so the entry is made of the row. */
function auditCreated(
  store: Store,
  of: {
    readonly sealed: Uint8Array;
    readonly at: Instant;
    readonly actor: string;
    readonly kind: string;
    readonly customerId: CustomerId | null;
  },
): Statement {
  const { sealed, at, actor, kind, customerId } = of;
  const details = JSON.stringify({
    kind,
    ...(customerId === null ? {} : { customer: customerId }),
  });
  // Of a parameter in a select PostgreSQL must be told the type.
  return {
    compile: () =>
      sql`insert into audit_log (at, actor, action, subject, details)
        select cast(${at} as bigint), cast(${actor} as text), 'channel.create',
          'channel:' || cast(id as text), cast(${details} as text)
        from channels where sealed = ${sealed}`.compile(store.db),
  };
}

interface Change extends Updateable<Schema["channels"]> {
  readonly entry: Pick<AuditEntry, "actor" | "action" | "details">;
}

/** null: there is no such channel, or `changeOf` wants nothing of it. What others change meanwhile is not lost. */
async function changeChannel(
  ports: ChannelPorts,
  id: number,
  changeOf: (channel: Channel, at: Instant) => Change | null,
): Promise<Channel | null> {
  const { store, clock, sealing } = ports;
  for (let attempt = 1; attempt <= ATTEMPTS_MOST; attempt += 1) {
    const found = await readRow(ports, id);
    const at = clock.now();
    const change = found === null ? null : changeOf(found.channel, at);
    if (found === null || change === null) return null;
    const { entry, ...fields } = change;
    const sealed = fields.sealed ?? found.row.sealed;
    const [written] = await store.write([
      store.db
        .updateTable("channels")
        .set({ ...fields, updated_at: at })
        .where("id", "=", BigInt(id))
        .where("sealed", "=", found.row.sealed)
        .returningAll(),
      auditRowIf(store, { ...entry, at, subject: subjectOf(id) }, rowSealed(store, id, sealed)),
    ]);
    const [row] = written as readonly Parameters<typeof channelOf>[1][];
    if (row !== undefined) return channelOf(sealing, row);
  }
  throw new AppError("conflict", "Others change this channel at this moment. Try again.");
}

function rowSealed({ db }: Store, id: number, sealed: Uint8Array) {
  return db
    .selectFrom("channels")
    .select("id")
    .where("id", "=", BigInt(id))
    .where("sealed", "=", sealed);
}

function movedTo(
  sealing: Sealing,
  channel: Channel,
  { to, url }: ChannelChanges,
): { sealed?: Uint8Array } {
  const receiver = receiverOf(channel);
  if (receiver.kind === "email") {
    return to === undefined ? {} : { sealed: sealReceiver(sealing, { ...receiver, to }) };
  }
  return url === undefined ? {} : { sealed: sealReceiver(sealing, { ...receiver, url }) };
}

function receiverOf(channel: Channel): Receiver {
  switch (channel.kind) {
    case "email":
      return { kind: "email", to: channel.to };
    case "slack":
      return { kind: "slack", url: channel.url };
    case "webhook":
      return { kind: "webhook", url: channel.url, secrets: channel.secrets };
  }
}

/** One that is paused already stays paused since then. */
function pausing(
  { pausedAt }: Channel,
  { paused }: ChannelChanges,
  at: Instant,
): { paused_at?: Instant | null } {
  if (paused === undefined) return {};
  return { paused_at: paused ? (pausedAt ?? at) : null };
}

async function removeChannel(
  { store, clock }: ChannelPorts,
  id: number,
  actor: string,
): Promise<boolean> {
  const { db } = store;
  const entry = { at: clock.now(), actor, action: "channel.remove", subject: subjectOf(id) };
  const row = db.selectFrom("channels").select("id").where("id", "=", BigInt(id));
  const [, , removed] = await store.write([
    // Locks it, so that of two who remove it one is noted.
    db
      .updateTable("channels")
      .set(({ ref }) => ({ updated_at: ref("updated_at") }))
      .where("id", "=", BigInt(id)),
    // While the row is there to prove it.
    auditRowIf(store, entry, row),
    db.deleteFrom("channels").where("id", "=", BigInt(id)).returning("id"),
  ]);
  return (removed?.length ?? 0) > 0;
}

/** As the audit log and the outbox name it. */
function subjectOf(id: number): string {
  return `channel:${id}`;
}

function tooManyChannels(): AppError {
  return new AppError(
    "conflict",
    `There are ${CHANNELS_MOST} channels already, the most there may be. Remove one first.`,
    { reason: "too_many_channels" },
  );
}
