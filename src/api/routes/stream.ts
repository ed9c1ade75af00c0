/** A customer's live stream, for as long as they stay and their key is in force. */
import type { Readable } from "node:stream";
import type { FastifyRequest } from "fastify";
import { AppError } from "../../core/errors.ts";
import { readPlace } from "../../insights/live/live-place.ts";
import type { Api } from "../api.ts";
import { streamUsage } from "../contract/endpoints/stream.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { noSuchCustomer, subjectOf } from "../subject.ts";
import { askerOf, principalOf } from "../who-asks.ts";

const KEY_LOOKED_AT_EVERY_MS = 5_000;

export function streamRoute(app: Api, ports: ApiPorts): void {
  app.addHook("onClose", () => ports.live.close());
  serve(app, streamUsage, async ({ request, reply, params, query }) => {
    const { id } = await subjectOf(request, ports, params.user_id);
    // Nothing can happen to somebody who is not there yet, and they will be there by another id.
    if (id === "") throw noSuchCustomer();
    const { "last-event-id": header = "" } = request.headers;
    const place = readPlace(query.last_event_id ?? [header].flat().join());
    const stream = await ports.live.listen(id, place);
    endWithKey(stream, request, ports);
    // They may have left meanwhile.
    if (request.raw.destroyed) stream.destroy();
    return reply
      .type("text/event-stream; charset=utf-8")
      .header("cache-control", "no-store, no-transform")
      .header("x-accel-buffering", "no")
      .send(stream);
  });
}

function endWithKey(stream: Readable, request: FastifyRequest, ports: ApiPorts): void {
  // The administrator's own socket or process ends with us.
  if (principalOf(request).actor === "socket") return;
  const look = async (): Promise<void> => {
    try {
      await askerOf(request, ports);
    } catch (cause) {
      // While the database is away keys cannot be looked up, and there is nothing to tell either.
      if (cause instanceof AppError && cause.code === "unauthenticated") stream.destroy();
    }
  };
  const looking = setInterval(() => void look(), KEY_LOOKED_AT_EVERY_MS).unref();
  stream.once("close", () => clearInterval(looking));
}
