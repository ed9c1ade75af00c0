/** Reads how many images came of a Stability request; the answers themselves say nothing of usage. */
import { usageOf } from "../../core/usage.ts";
import type { AnswerFacts, Route, UsageReading } from "../dialect.ts";
import { isObject } from "../read-json.ts";

/** An image, its base64 in JSON, or the id that it can be asked for with. Anything else is an error. */
export function readUsage(_route: Route, json: unknown, facts?: AnswerFacts): UsageReading {
  const images = imagesIn(json, facts?.units?.images);
  return {
    usage: images === null ? null : usageOf({ images }),
    outputTokensCounted: 0,
    problems: [],
  };
}

function imagesIn(json: unknown, asked: number | undefined): number | null {
  // An image's own bytes: how many there are, only the request says.
  if (json === null) return asked ?? null;
  if (!isObject(json) || "errors" in json || "message" in json) return null;
  const { artifacts } = json;
  if (Array.isArray(artifacts)) return artifacts.length;
  return typeof json["image"] === "string" || typeof json["id"] === "string" ? (asked ?? 1) : null;
}
