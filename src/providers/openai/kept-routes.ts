/** Where OpenAI keeps what was made through us: stored responses. */
import type { Route } from "../dialect.ts";
import { routeAt } from "../unit-priced.ts";

const FREE = { kind: "free" } as const;
const RESPONSE = { ...FREE, operation: "responses" } as const;

/** Asking for it is free, and only its owner may. There is no list: it would show everybody's. */
export const KEPT_ROUTES: readonly Route[] = [
  routeAt("/v1/responses/{id}", { ...RESPONSE, method: "GET" }),
  routeAt("/v1/responses/{id}/input_items", { ...RESPONSE, method: "GET" }),
  routeAt("/v1/responses/{id}/cancel", RESPONSE),
  routeAt("/v1/responses/{id}", { ...RESPONSE, method: "DELETE" }),
];
