/** The typed client on a Purser that listens nowhere: the same REST API, asked as the administrator. */
import { createClient, type PurserClient } from "../../client/client.ts";
import type { Purser } from "../../server/open-purser.ts";

export function clientInProcess(purser: Pick<Purser, "request">): PurserClient {
  return createClient({
    transport: async ({ method, path, body }) => {
      const sent = body === undefined ? {} : { body: JSON.parse(body) };
      const answer = await purser.request({ method, path, ...sent });
      const text = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      return new Response(text, {
        status: answer.status,
        headers: { "content-type": "application/json" },
      });
    },
  });
}
