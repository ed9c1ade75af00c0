/** What calls need from outside, out of the parts of an opened installation. */
import { randomFillSync } from "node:crypto";
import type { CallPorts } from "../call/call.ts";
import { newCallId } from "../core/ids.ts";
import { instant } from "../core/instant.ts";
import type { UsageEvent } from "../ledger/ledger.ts";
import { createObjectRegister } from "../objects/object-register.ts";
import type { Parts } from "./open-parts.ts";
import type { BodyReader } from "./read-body.ts";

export function callPortsOf(
  parts: Parts,
  outside: {
    bodies: BodyReader;
    settled: (event: UsageEvent) => void;
    answered: NonNullable<CallPorts["answered"]>;
    fault: (cause: unknown, during: string) => void;
  },
): Omit<CallPorts, "endLater"> {
  const { upstreams } = parts.config;
  return {
    callers: parts.callers,
    ledger: parts.ledger,
    prices: parts.prices,
    objects: createObjectRegister(parts),
    clock: parts.clock,
    newCallId: makeCallId,
    upstream: (provider) => upstreams[provider] ?? null,
    readRequest: outside.bodies.readRequest,
    editRequest: outside.bodies.editRequest,
    settled: outside.settled,
    answered: outside.answered,
    fault: outside.fault,
  };
}

const RANDOM_BYTES = 16;
const pool = new Uint8Array(RANDOM_BYTES * 256);
let unused = 0;

/** Real time, not ledger time: ids must rise even while a test clock stands still. */
export function makeCallId(): ReturnType<typeof newCallId> {
  if (unused === 0) {
    randomFillSync(pool);
    unused = pool.byteLength;
  }
  unused -= RANDOM_BYTES;
  return newCallId(instant(Date.now()), pool.subarray(unused, unused + RANDOM_BYTES));
}
