/** Which messages of the outbox are listed, as the address says it. */
import type { AddressState } from "../../app/address.ts";
import type { DeliveryState } from "./notice-queries.ts";

export interface AskedOutbox {
  readonly state: DeliveryState | undefined;
  readonly channelId: number | undefined;
  readonly userId: string | undefined;
  /** Where the page begins; undefined: with the newest. */
  readonly after: string | undefined;
}

const STATES: readonly DeliveryState[] = ["pending", "sent", "dead", "dropped"];

export function askedOutbox({ state, channel, about, after }: AddressState): AskedOutbox {
  const id = Number(channel);
  return {
    state: STATES.find((each) => each === state),
    channelId: Number.isSafeInteger(id) && id > 0 ? id : undefined,
    userId: about === undefined || about === "" ? undefined : about,
    after,
  };
}

export const STATE_WORDS: Readonly<Record<DeliveryState, string>> = {
  pending: "Waiting",
  sent: "Sent",
  dead: "Given up",
  dropped: "Dropped",
};
