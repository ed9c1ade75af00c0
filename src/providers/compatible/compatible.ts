/** Makes the dialect of a provider that took over OpenAI's, out of what is different with it. */
import type { Dialect } from "../dialect.ts";
import { modelRoutes } from "../model-routes.ts";
import type { AnswerSpelling } from "../openai/answer-spelling.ts";
import { requestEditor } from "../openai/edit-request.ts";
import { errorBody } from "../openai/openai.ts";
import { requestReader } from "../openai/read-request.ts";
import { streamReader } from "../openai/read-stream.ts";
import { usageReader } from "../openai/read-usage.ts";
import { openaiRoutes, TEXT_ADDRESSES, workOf } from "../openai/works.ts";
import { ANY_MODELS } from "./any-models.ts";

export interface CompatibleParts {
  readonly provider: string;
  readonly title: string;
  readonly baseUrl: string;
  readonly credentialSetting: string;
  /** Self-hosted: may be reached without a credential. */
  readonly credentialOptional?: true;
  /** What stands before `/chat/completions`, as a regular expression; left out: `/v1`, or nothing. */
  readonly before?: string;
  /** The same as words, for logs; left out: `/v1`. */
  readonly endpoint?: string;
  /** Left out: chat, Responses and embeddings. */
  readonly addresses?: readonly string[];
  /** Where its answers differ from OpenAI's. */
  readonly spelling?: AnswerSpelling;
  /** Its streams carry their usage unasked; left out: they must be asked. */
  readonly usageUnasked?: true;
  /** The chat's output limit; left out: `max_tokens`, which all but the newest know. */
  readonly outputField?: "max_completion_tokens";
}

export function compatibleDialect(parts: CompatibleParts): Dialect {
  const { provider, title, baseUrl, credentialSetting, spelling = {} } = parts;
  const before = { pattern: parts.before ?? "(?:/v1)?", endpoint: parts.endpoint ?? "/v1" };
  const fields = ["max_tokens", "max_completion_tokens"];
  return {
    provider,
    title,
    baseUrl,
    credentialSetting,
    ...(parts.credentialOptional === undefined ? {} : { credentialOptional: true }),
    routes: [
      ...openaiRoutes(before, parts.addresses ?? TEXT_ADDRESSES),
      ...modelRoutes(before.endpoint.slice(1)),
    ],
    requestHeaders: ["http-referer", "x-title"],
    responseHeaders: ["x-request-id", "x-generation-id"],
    credentialHeaders: bearer,
    readRequest: requestReader(ANY_MODELS),
    editRequest: requestEditor(parts.outputField === undefined ? fields : fields.toReversed()),
    mustAskUsage: (route) => parts.usageUnasked === undefined && workOf(route) === "chat",
    readUsage: usageReader(spelling),
    readStream: streamReader(spelling),
    errorBody,
  };
}

/** No header for no credential: a self-hosted model may take none. */
function bearer(secret: string): Readonly<Record<string, string>> {
  return secret === "" ? {} : { authorization: `Bearer ${secret}` };
}
