/** Reads streams of OpenAI's dialect as they pass: chat ends with `[DONE]`, the others with an event of their own. */
import type { Dialect } from "../dialect.ts";
import { passStream } from "../pass-stream.ts";
import { sseSplitter } from "../split-events.ts";
import type { Problems } from "../usage-numbers.ts";
import { type AnswerSpelling, readAnswer, usageObject } from "./answer-spelling.ts";
import { chatMeter } from "./chat-meter.ts";
import { mediaMeter } from "./media-meter.ts";
import { eventUsage } from "./read-usage.ts";
import { responsesMeter } from "./responses-meter.ts";
import { type Work, workOf } from "./works.ts";

export const readStream: Dialect["readStream"] = streamReader({});

/** `spelling`: where the provider's answers differ from OpenAI's own. */
export function streamReader(spelling: AnswerSpelling): Dialect["readStream"] {
  return (route, { stripUsage }) => {
    const meter = meterOf(workOf(route), stripUsage);
    return passStream({ splitter: sseSplitter(), meter, keep: "all" });
  };

  function meterOf(work: Work, stripUsage: boolean) {
    if (work === "responses" || work === "compact") return responsesMeter(spelling);
    if (work !== "chat" && work !== "embeddings") {
      const usageOf = (json: unknown, problems: Problems) => eventUsage(work, json, problems);
      return mediaMeter({ end: MEDIA_END, text: DELTA, usageOf });
    }
    return chatMeter({
      stripUsage,
      hasUsage: (json) => usageObject(json, spelling) !== undefined,
      readAnswer: (json, problems) => readAnswer(json, problems, spelling),
      text: CHAT_TEXT,
    });
  }
}

const MEDIA_END =
  /"type"\s*:\s*"(?:image_(?:generation|edit)\.completed|speech\.audio\.done|transcript\.text\.done)"/;
const DELTA = /"delta"\s*:\s*"/g;
/** Where the words of a chat chunk begin. */
const CHAT_TEXT = /"(?:content|arguments|refusal|reasoning_content|reasoning)"\s*:\s*"/g;
