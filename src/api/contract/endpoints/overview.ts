/** The deployment at a glance, for administrators. */
import { endpoint } from "../endpoint.ts";
import { noBody } from "../envelope.ts";
import { overview, overviewQuery } from "../overview.ts";

export const readOverview = endpoint({
  method: "GET",
  path: "/api/admin/overview",
  audience: "admin",
  tag: "admin",
  summary:
    "Cost, revenue and margin, active customers, top customers and models, who is near a limit",
  description:
    "Over a range of UTC days. What is told late of a day that is over shows within five minutes.",
  query: overviewQuery,
  body: noBody,
  answer: overview,
});
