/** OpenAI's models on Azure: the same dialect at a resource's own address, with deployments for models. */
import type { Dialect, WireRequest } from "../dialect.ts";
import { MODEL_NAME, modelRoutes } from "../model-routes.ts";
import { isObject } from "../read-json.ts";
import { openai } from "./openai.ts";
import { ALL_ADDRESSES, openaiRoutes } from "./works.ts";

const DEPLOYMENT = "/openai/deployments/{deployment}";

/**
 * A form to be filled in by a setting: the address is `https://{resource}.openai.azure.com`. A deployment's name may
 * be anything; it is priced by the model that the answer names, and before that by its own name.
 */
export const azure: Dialect = {
  ...openai,
  provider: "azure",
  pricedAs: "openai",
  title: "Azure OpenAI",
  baseUrl: "https://resource.openai.azure.com",
  credentialSetting: "AZURE_OPENAI_API_KEY",
  routes: [
    ...openaiRoutes(
      { pattern: `/openai/deployments/${MODEL_NAME}`, endpoint: DEPLOYMENT },
      ALL_ADDRESSES,
    ),
    ...openaiRoutes({ pattern: "/openai/v1", endpoint: "/openai/v1" }, ALL_ADDRESSES),
    ...modelRoutes("openai/v1"),
  ],
  responseHeaders: ["apim-request-id", "x-request-id", "x-ms-region"],
  credentialHeaders: (secret) => ({ "api-key": secret }),
  readRequest: (request) => openai.readRequest(withDeployment(request)),
};

/** The deployment in the address outranks a model in the body, as Azure has it. */
function withDeployment(request: WireRequest): WireRequest {
  const deployment = /^\/openai\/deployments\/([^/]+)\//.exec(request.path)?.[1];
  if (deployment === undefined || !isObject(request.json)) return request;
  return { ...request, json: { ...request.json, model: deployment } };
}
