/** A call that is neither held nor metered: a list of models, or what its customer made earlier. */

import { AppError } from "../core/errors.ts";
import { authenticate } from "./1-authenticate.ts";
import type { Caller, CallPorts, CallReply, CallRequest, MadeObject, OwnedObject } from "./call.ts";
import { forwardFree } from "./forward/forward-free.ts";
import { parsed } from "./forward/whole-answer.ts";
import { namedInPath, objectsIn, ownedObjects } from "./owned-objects.ts";
import { readUpload } from "./read-upload.ts";

/** Throws as `authenticate` and `forwardFree` do, and `not_found` for what its customer did not make. */
export async function runFree(
  request: CallRequest,
  reply: CallReply,
  ports: CallPorts,
): Promise<void> {
  const caller = await authenticate(request, ports);
  const names = namedInPath(request);
  const own = await ownedObjects({ request, names, payer: caller.payer }, ports);
  if (request.route.method === "DELETE") await endBefore(request, [...own.values()], ports);
  const upload = await readUpload(request);
  const beforeReply = async ({ status, bytes }: { status: number; bytes: Buffer }) => {
    if (status >= 200 && status < 300) await note({ request, caller, upload, bytes }, ports);
  };
  await forwardFree({ request, reply, requestId: ports.newCallId(), beforeReply }, ports);
}

/** What is deleted can be metered no more, so work in progress, and its results, are settled first. */
async function endBefore(
  request: CallRequest,
  own: readonly OwnedObject[],
  ports: CallPorts,
): Promise<void> {
  for (const { objectId, madeBy } of own) {
    const state = await ports.endLater(request.dialect.provider, madeBy ?? objectId);
    if (state === "over") continue;
    throw new AppError("conflict", `${objectId} is still being worked on: cancel it first.`, {
      id: objectId,
    });
  }
}

/** What was made is its customer's before they hear of it; what was deleted is nobody's. */
async function note(
  done: {
    request: CallRequest;
    caller: Caller;
    upload: Pick<MadeObject, "tokens" | "contents">;
    bytes: Buffer;
  },
  ports: Pick<CallPorts, "objects">,
): Promise<void> {
  const { request, caller, upload, bytes } = done;
  const { dialect, route } = request;
  if (route.creates !== undefined) {
    const [named] = namedInPath(request);
    const madeBy = named === undefined ? {} : { madeBy: named.id };
    const made = objectsIn(dialect, route, parsed(bytes));
    await ports.objects.add(
      made.map((object) => ({ ...object, ...upload, ...madeBy })),
      caller.payer,
    );
  }
  if (route.method !== "DELETE") return;
  for (const { id } of namedInPath(request)) await ports.objects.remove(dialect.provider, id);
}
