/** The kinds of work that OpenAI's dialect does, each known by the end of its address. */
import type { Route } from "../dialect.ts";

export type Work =
  | "chat"
  | "responses"
  | "compact"
  | "embeddings"
  | "image"
  | "speech"
  | "transcript"
  | "moderation";

interface Address {
  readonly work: Work;
  /** As limits and logs name it. */
  readonly operation: string;
  readonly body?: "multipart";
  readonly answer?: "binary";
  readonly creates?: Route["creates"];
}

const ADDRESSES: Readonly<Record<string, Address>> = {
  "/chat/completions": { work: "chat", operation: "chat" },
  "/responses": { work: "responses", operation: "responses", creates: { id: "response" } },
  "/responses/compact": { work: "compact", operation: "responses" },
  "/embeddings": { work: "embeddings", operation: "embeddings" },
  "/images/generations": { work: "image", operation: "image" },
  "/images/edits": { work: "image", operation: "image_edit", body: "multipart" },
  "/images/variations": { work: "image", operation: "image_edit", body: "multipart" },
  "/audio/speech": { work: "speech", operation: "audio", answer: "binary" },
  "/audio/transcriptions": { work: "transcript", operation: "audio", body: "multipart" },
  "/audio/translations": { work: "transcript", operation: "audio", body: "multipart" },
  "/moderations": { work: "moderation", operation: "moderation" },
};

export const ALL_ADDRESSES: readonly string[] = Object.keys(ADDRESSES);
/** What most providers that took over the dialect have of it. */
export const TEXT_ADDRESSES: readonly string[] = ["/chat/completions", "/responses", "/embeddings"];

/** `pattern`: a regular expression of what stands before the address, `endpoint` the same as words. */
export function openaiRoutes(
  before: { readonly pattern: string; readonly endpoint: string },
  addresses: readonly string[],
): readonly Route[] {
  return addresses.map((end) => {
    const address = ADDRESSES[end];
    return {
      method: "POST",
      pattern: new RegExp(`^${before.pattern}${end}$`),
      endpoint: `${before.endpoint}${end}`,
      operation: address?.operation ?? "chat",
      kind: "metered",
      ...(address?.body === undefined ? {} : { body: address.body }),
      ...(address?.answer === undefined ? {} : { answer: address.answer }),
      ...(address?.creates === undefined ? {} : { creates: address.creates }),
    };
  });
}

/** An address that is not in the table is a chat's: the dialect's first and plainest work. */
export function workOf(route: Route): Work {
  const end = ALL_ADDRESSES.findLast((tail) => route.endpoint.endsWith(tail));
  return (end === undefined ? undefined : ADDRESSES[end])?.work ?? "chat";
}
