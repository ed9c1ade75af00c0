/** Puts an output limit, and the wish for usage in a stream, into a request in OpenAI's dialect. */
import type { Dialect } from "../dialect.ts";
import { editJson, type MemberEdit } from "../scan-json.ts";
import { workOf } from "./works.ts";

/** `chatFields`: the names of a chat's output limit, the one to create first. Other work than text has none. */
export function requestEditor(chatFields: readonly string[]): Dialect["editRequest"] {
  return (body, route, { outputTokens, askUsage }) => {
    const work = workOf(route);
    const members: MemberEdit[] = [];
    if (outputTokens !== undefined && (work === "chat" || work === "responses")) {
      const names = work === "responses" ? ["max_output_tokens"] : chatFields;
      members.push({ names, value: String(outputTokens) });
    }
    if (askUsage === true && work === "chat") {
      const inner = { names: ["include_usage"], value: "true" };
      members.push({ names: ["stream_options"], inner });
    }
    return editJson(body, members);
  };
}
