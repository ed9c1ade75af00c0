/** Serves an endpoint of the contract: its schemas validate, the handler only answers. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Api } from "./api.ts";
import {
  type AnswerOf,
  type BodyOf,
  type Endpoint,
  type ParamsOf,
  paramNames,
  type QueryOf,
} from "./contract/endpoint.ts";
import { success } from "./contract/envelope.ts";

/** What was asked, each part parsed. */
export interface Asked<One extends Endpoint> {
  readonly params: ParamsOf<One["path"]>;
  readonly query: QueryOf<One>;
  readonly body: BodyOf<One>;
  /** For `principalOf` and `subjectOf`. */
  readonly request: FastifyRequest;
  /** For headers; the answer is what the handler returns. */
  readonly reply: FastifyReply;
}

/** `data`, or the whole answer where the endpoint is bare; the `reply`, once something other than JSON was sent by it. */
type Given<One extends Endpoint> = AnswerOf<One> | FastifyReply;

/** Serves an endpoint at its path. What the handler throws becomes a failure; an answer that its schema refuses is a 500. */
export function serve<One extends Endpoint>(
  app: Api,
  endpoint: One,
  handler: (asked: Asked<One>) => Promise<Given<One>> | Given<One>,
): void {
  const { method, path, bare, status, bodyBytesMax, contentTypes } = endpoint;
  app.route({
    method,
    url: path,
    config: { audience: endpoint.audience },
    // Asking for the headers of a stream or an export would begin it.
    exposeHeadRoute: contentTypes.some(
      (type) => type === "application/json" || type === "text/html",
    ),
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    schema: {
      ...(path.includes(":") ? { params: paramsSchema(path) } : {}),
      querystring: endpoint.query,
      // A GET has no body to check.
      ...(method === "GET" ? {} : { body: endpoint.body }),
      ...(contentTypes.includes("application/json")
        ? { response: { [status]: bare ? endpoint.answer : success(endpoint.answer) } }
        : {}),
    },
    handler: async (request, reply) => {
      // The schemas above have parsed each part into exactly these types.
      const asked = {
        params: request.params,
        query: request.query,
        body: request.body,
        request,
        reply,
      } as Asked<One>;
      const given = await handler(asked);
      // A reply is a promise of its own end, so one that a handler gave back is over by now.
      if (given === reply || reply.raw.headersSent || reply.raw.destroyed) return reply;
      return reply.code(status).send(bare ? given : { success: true, data: given });
    },
  });
}

function paramsSchema(path: string): z.ZodType {
  return z.object(Object.fromEntries(paramNames(path).map((name) => [name, z.string()])));
}
