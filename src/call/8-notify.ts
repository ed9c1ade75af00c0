/** Tells whoever listens that a call is settled; what its settle put in the outbox goes out from there. */
import type { UsageEvent } from "../ledger/ledger.ts";
import type { CallPorts } from "./call.ts";

export function notify(event: UsageEvent | null, ports: CallPorts): void {
  if (event !== null) ports.settled(event);
}
