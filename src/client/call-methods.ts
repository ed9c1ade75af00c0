/** For applications that call the providers themselves, as methods of the client. */
import type { BodyIn } from "../api/contract/endpoint.ts";
import * as calls from "../api/contract/endpoints/calls.ts";
import { checkPreflight } from "../api/contract/endpoints/preflight.ts";
import type { Call } from "./ask-endpoint.ts";

type Operations = BodyIn<typeof checkPreflight>["operations"];
type Events = readonly (BodyIn<typeof calls.recordEvents>["events"][number] & object)[];

export function callMethods(call: Call) {
  return {
    /** Would these calls be let through, as one batch; `userId` for a service or admin key. */
    preflight: (operations: Operations, userId?: string) =>
      call(checkPreflight, { query: { user_id: userId }, body: { operations } }),
    /** Holds the most a call can use. Throws `limit_reached`, `limit_held` or `not_included` where it does not fit. */
    reserve: (body: BodyIn<typeof calls.reserve>) => call(calls.reserve, { body }),
    /** Ends a hold with what was really used; again with the same, it gives the first answer. */
    settle: (id: string, body: BodyIn<typeof calls.settle>) =>
      call(calls.settle, { params: { id }, body }),
    /** Ends a hold whose call was never made. */
    release: (id: string, reason = "") => call(calls.release, { params: { id }, body: { reason } }),
    /** Tells what was used elsewhere, at most 1,000 at once; each id counts once, however often it is sent. */
    recordEvents: (userId: string, events: Events) =>
      call(calls.recordEvents, { params: { user_id: userId }, body: { events: [...events] } }),
  };
}
