/** Where OpenAI keeps what was made through us: stored responses, files and batches. */
import type { Route } from "../dialect.ts";
import { routeAt } from "../unit-priced.ts";

const FREE = { kind: "free" } as const;
const RESPONSE = { ...FREE, operation: "responses" } as const;

const FILE = { ...FREE, operation: "files" } as const;
const BATCH = {
  ...FREE,
  operation: "batch",
  deferred: "tells",
  creates: { output_file_id: "file", error_file_id: "file" },
} as const;

/** Asking for it is free, and only its owner may. There is no list: it would show everybody's. */
export const KEPT_ROUTES: readonly Route[] = [
  routeAt("/v1/responses/{id}", { ...RESPONSE, method: "GET" }),
  routeAt("/v1/responses/{id}/input_items", { ...RESPONSE, method: "GET" }),
  routeAt("/v1/responses/{id}/cancel", RESPONSE),
  routeAt("/v1/responses/{id}", { ...RESPONSE, method: "DELETE" }),
  routeAt("/v1/files", { ...FILE, body: "multipart", creates: { id: "file" } }),
  routeAt("/v1/files/{id}", { ...FILE, method: "GET" }),
  routeAt("/v1/files/{id}/content", { ...FILE, method: "GET", answer: "binary" }),
  routeAt("/v1/files/{id}", { ...FILE, method: "DELETE" }),
  routeAt("/v1/batches", { operation: "batch", deferred: "starts", creates: { id: "batch" } }),
  routeAt("/v1/batches/{id}", { ...BATCH, method: "GET" }),
  routeAt("/v1/batches/{id}/cancel", BATCH),
];
