/** Finds who calls: the customer that pays, and the key they use. */
import type { Caller, CallPorts, CallRequest } from "./call.ts";

/** Throws `unauthenticated` (no such key), `forbidden` (somebody else's customer) or `invalid_request`. */
export function authenticate(request: CallRequest, ports: CallPorts): Caller | Promise<Caller> {
  return ports.callers.find(request.credential, request.actsFor);
}
