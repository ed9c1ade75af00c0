/** What a customer is advised to do, and how their models and calls did. */
import { endpoint } from "../endpoint.ts";
import { noBody } from "../envelope.ts";
import { insights, insightsQuery } from "../insights.ts";

export const readInsights = endpoint({
  method: "GET",
  path: "/api/subscription/insights/:user_id",
  audience: "customer",
  tag: "usage",
  summary: "Recommendations, what each model came to and what cheaper ones would have, performance",
  query: insightsQuery,
  body: noBody,
  answer: insights,
});
