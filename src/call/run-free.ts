/** A call that is neither held nor metered: a list of models, or what its customer made earlier. */
import { authenticate } from "./1-authenticate.ts";
import type { Caller, CallPorts, CallReply, CallRequest } from "./call.ts";
import { forwardFree } from "./forward/forward-free.ts";
import { parsed } from "./forward/whole-answer.ts";
import { namedInPath, objectsIn, ownedObjects } from "./owned-objects.ts";

/** Throws as `authenticate` and `forwardFree` do, and `not_found` for what its customer did not make. */
export async function runFree(
  request: CallRequest,
  reply: CallReply,
  ports: CallPorts,
): Promise<void> {
  const caller = await authenticate(request, ports);
  const names = namedInPath(request);
  await ownedObjects({ request, names, payer: caller.payer }, ports);
  const beforeReply = async ({ status, bytes }: { status: number; bytes: Buffer }) => {
    if (status >= 200 && status < 300) await note({ request, caller, bytes }, ports);
  };
  await forwardFree({ request, reply, requestId: ports.newCallId(), beforeReply }, ports);
}

/** What was made is its customer's before they hear of it; what was deleted is nobody's. */
async function note(
  done: { request: CallRequest; caller: Caller; bytes: Buffer },
  ports: Pick<CallPorts, "objects">,
): Promise<void> {
  const { request, caller, bytes } = done;
  const { dialect, route } = request;
  if (route.creates !== undefined) {
    await ports.objects.add(objectsIn(dialect, route, parsed(bytes)), caller.payer);
  }
  if (route.method !== "DELETE") return;
  for (const { id } of namedInPath(request)) await ports.objects.remove(dialect.provider, id);
}
