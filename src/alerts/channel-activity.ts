/** What waits for each channel, and the newest message that was for it. */
import type { Schema } from "../store/schema.ts";
import type { Store } from "../store/store.ts";

export interface ChannelActivity {
  readonly waiting: number;
  readonly newest: {
    readonly event: string;
    readonly state: Schema["deliveries"]["state"];
    /** Milliseconds. */
    readonly createdAt: bigint;
    readonly lastError: string | null;
  } | null;
}

export const NO_ACTIVITY: ChannelActivity = { waiting: 0, newest: null };

/** By the channel's id. Both are found by index, however many messages there were. */
export async function readChannelActivity({
  db,
}: Store): Promise<ReadonlyMap<number, ChannelActivity>> {
  const [waiting, newest] = await Promise.all([
    db
      .selectFrom("deliveries")
      .select(["channel_id", ({ fn }) => fn.countAll<bigint>().as("count")])
      .where("state", "=", "pending")
      .where("channel_id", "is not", null)
      .groupBy("channel_id")
      .execute(),
    db
      .selectFrom("deliveries")
      .select(["channel_id", "event", "state", "created_at", "last_error"])
      .where("id", "in", (query) =>
        query.selectFrom("channels").select((channel) =>
          channel
            .selectFrom("deliveries as own")
            .select(({ fn }) => fn.max("own.id").as("id"))
            .whereRef("own.channel_id", "=", "channels.id")
            .as("id"),
        ),
      )
      .execute(),
  ]);
  const counts = new Map(waiting.map((row) => [Number(row.channel_id), Number(row.count)]));
  const last = new Map(newest.map((row) => [Number(row.channel_id), row]));
  return new Map(
    [...new Set([...counts.keys(), ...last.keys()])].map((id) => {
      const row = last.get(id);
      return [
        id,
        {
          waiting: counts.get(id) ?? 0,
          newest:
            row === undefined
              ? null
              : {
                  ...{ event: row.event, state: row.state, createdAt: row.created_at },
                  lastError: row.last_error,
                },
        },
      ] as const;
    }),
  );
}
