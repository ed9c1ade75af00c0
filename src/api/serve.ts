/** Serves an endpoint of the contract: its schemas validate, the handler only answers. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Api } from "./api.ts";
import type { AnswerOf, BodyOf, Endpoint, ParamsOf, QueryOf } from "./contract/endpoint.ts";
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

/** The handler gives `data`, or the whole answer where the endpoint is bare. What it throws becomes a failure. */
export function serve<One extends Endpoint>(
  app: Api,
  endpoint: One,
  handler: (asked: Asked<One>) => Promise<AnswerOf<One>> | AnswerOf<One>,
): void {
  const { method, path, bare, status, bodyBytesMax } = endpoint;
  app.route({
    method,
    url: path,
    config: { audience: endpoint.audience },
    ...(bodyBytesMax === undefined ? {} : { bodyLimit: bodyBytesMax }),
    schema: {
      tags: [endpoint.tag],
      summary: endpoint.summary,
      ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
      ...(path.includes(":") ? { params: paramsSchema(path) } : {}),
      querystring: endpoint.query,
      // A GET has no body to check.
      ...(method === "GET" ? {} : { body: endpoint.body }),
      response: { [status]: bare ? endpoint.answer : success(endpoint.answer) },
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
      const answer = await handler(asked);
      return reply.code(status).send(bare ? answer : { success: true, data: answer });
    },
  });
}

function paramsSchema(path: string): z.ZodType {
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  return z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
}
