/** Administrators see how the installation and its providers are. */
import { endpoint } from "../endpoint.ts";
import { noBody, noQuery } from "../envelope.ts";
import { providerStates } from "../provider-states.ts";
import { system } from "../system.ts";

const ADMIN = { audience: "admin", tag: "admin" } as const;

export const readSystem = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/system",
  summary: "The installation: version, nodes, queues, database, last audit and last backup",
  query: noQuery,
  body: noBody,
  answer: system,
});

export const readProviders = endpoint({
  ...ADMIN,
  method: "GET",
  path: "/api/admin/providers",
  summary: "Each provider: credential present or not, errors, latency, cost, and its limits",
  description:
    "Latencies of the month are those of its UTC days. A limit is the deployment's own; a credential is never shown.",
  query: noQuery,
  body: noBody,
  answer: providerStates,
});
