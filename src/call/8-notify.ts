/** Tells whoever listens that a call is settled; what its settle put in the outbox goes out from there. */
import type { Charge } from "../core/pricing/price.ts";
import type { UsageEvent } from "../ledger/ledger.ts";
import type { UsageReading } from "../providers/dialect.ts";
import type { CallPorts } from "./call.ts";

/** `event` null: the ledger is away, and the call is settled later. */
export function notify(
  call: {
    event: UsageEvent | null;
    provider: string;
    reading: UsageReading | null;
    charge: Charge;
  },
  ports: Pick<CallPorts, "settled" | "answered">,
): void {
  const { event, provider, reading, charge } = call;
  ports.answered?.({ provider, reading, charge });
  if (event !== null) ports.settled(event);
}
