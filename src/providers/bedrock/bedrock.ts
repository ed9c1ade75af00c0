/** Amazon Bedrock: the Converse API, which is one for all its models. */
import type { Dialect, ErrorWords } from "../dialect.ts";
import { editJson } from "../scan-json.ts";
import { UNIT_PRICED } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readUsage } from "./read-usage.ts";

/**
 * A model's name has colons in it, which some clients write as `%3A`. Streams are not offered: they come in a binary
 * form of Amazon's own. The credential is a Bedrock API key; signed requests could not be passed on.
 */
export const bedrock: Dialect = {
  provider: "bedrock",
  title: "Amazon Bedrock",
  baseUrl: "https://bedrock-runtime.us-east-1.amazonaws.com",
  credentialSetting: "AWS_BEARER_TOKEN_BEDROCK",
  routes: [
    {
      method: "POST",
      pattern: /^\/model\/(?!\.)(?:[\w.:-]|%3A)+\/converse$/i,
      endpoint: "/model/{model}/converse",
      operation: "converse",
      kind: "metered",
    },
  ],
  requestHeaders: [],
  responseHeaders: ["x-amzn-requestid", "x-amzn-errortype"],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  editRequest(body, _route, { outputTokens }) {
    if (outputTokens === undefined) return body;
    const inner = { names: ["maxTokens"], value: String(outputTokens) };
    return editJson(body, [{ names: ["inferenceConfig"], inner }]);
  },
  mustAskUsage: () => false,
  readUsage,
  readStream: UNIT_PRICED.readStream,
  errorBody: (words: ErrorWords) => ({ message: words.message }),
};
