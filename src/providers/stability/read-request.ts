/** Reads which of Stability's models a request is for, and how many images it asks for. */
import { invalidField } from "../../core/errors.ts";
import type { RequestFacts, WireRequest } from "../dialect.ts";
import { type JsonObject, textIn } from "../read-json.ts";
import { bodyOf } from "../request-fields.ts";
import { unitFacts } from "../unit-priced.ts";

/** What `generate/sd3` uses where the request names no model (platform.stability.ai/docs/api-reference). */
const SD3_UNNAMED = "sd3.5-large";
const SAMPLES_MOST = 10;

export function readRequest(request: WireRequest): RequestFacts {
  const body = bodyOf(request.json);
  return unitFacts({
    model: modelOf(request.path, body),
    units: { images: request.path.startsWith("/v1/") ? samplesIn(body) : 1 },
  });
}

/** An engine of the first version; else the last words of the path, or the model that its form names. */
function modelOf(path: string, body: JsonObject): string {
  const [, version, , group = "", service = ""] = path.split("/");
  if (version === "v1") return group;
  if (service === "sd3") return textIn(body, "model") ?? SD3_UNNAMED;
  return group === "upscale" ? `upscale-${service}` : service;
}

/** A number in JSON, and its digits in a form. */
function samplesIn(body: JsonObject): number {
  const samples = Number(body["samples"] ?? 1);
  if (Number.isInteger(samples) && samples >= 1 && samples <= SAMPLES_MOST) return samples;
  throw invalidField("samples", `must be a whole number from 1 to ${SAMPLES_MOST}.`);
}
