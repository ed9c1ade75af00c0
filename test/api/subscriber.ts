/** What tests of subscriptions ask of a running API. */
import type { Answer, RunningApi } from "./running-api.ts";

export interface Subscriber {
  setClock(now: string): Promise<Answer>;
  /** POST /api/subscription/{what}/{userId}, with the service key unless another is named. */
  change(what: string, userId: string, body?: unknown, key?: string): Promise<Answer>;
  /** POST /api/admin/customers/{userId}/{what}. */
  admin(userId: string, what: string, body?: unknown): Promise<Answer>;
  /** The `data` of GET /api/subscription/{what}, `@` being the customer. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  read(what: string, userId: string, key?: string): Promise<any>;
  reserve(userId: string, provider?: string, model?: string): Promise<Answer>;
  readonly service: string;
}

export async function subscriberOf(api: RunningApi): Promise<Subscriber> {
  const service = await api.serviceKey();
  return {
    service,
    setClock: (now) => api.ask("POST", "/api/admin/clock", { key: api.adminKey, body: { now } }),
    change: (what, userId, body, key = service) =>
      api.ask("POST", `/api/subscription/${what}/${userId}`, { key, body }),
    admin: (userId, what, body) =>
      api.ask("POST", `/api/admin/customers/${userId}/${what}`, { key: api.adminKey, body }),
    async read(what, userId, key = service) {
      const path = `/api/subscription/${what.replace("@", userId)}`;
      return (await api.ask("GET", path, { key })).body.data;
    },
    reserve: (userId, provider = "openai", model = "gpt-4o") =>
      api.ask("POST", "/api/subscription/reservations", {
        key: service,
        body: { user_id: userId, provider, model, input_tokens: 1, max_output_tokens: 1 },
      }),
  };
}
