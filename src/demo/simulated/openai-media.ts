/** OpenAI's pictures, speech and transcripts. */
import { createHash } from "node:crypto";
import type { Behaviour, SimulatedRequest } from "./behaviour.ts";
import { said } from "./compose.ts";
import { binaryWire, fieldOf, jsonWire, type Wire } from "./wire.ts";

const IMAGE_TOKENS = 1_056;
const SOUND_BYTES_A_CHARACTER = 40;

/** null: not an address of these. */
export function mediaAnswer(request: SimulatedRequest, behaviour: Behaviour): Wire | null {
  const { path } = request;
  if (/\/v1\/images\/(generations|edits|variations)$/.test(path)) return images(request, behaviour);
  if (path.endsWith("/v1/audio/speech")) return speech(request);
  if (/\/v1\/audio\/(transcriptions|translations)$/.test(path)) return transcript(request);
  return null;
}

function images(request: SimulatedRequest, behaviour: Behaviour): Wire {
  const count = Number(fieldOf(request.fields, "n") ?? 1);
  const data = Array.from({ length: count }, () => ({
    b64_json: bytesFor(request, 96).toString("base64"),
  }));
  if (request.model.startsWith("dall-e")) return jsonWire({ created: 1_700_000_000, data });
  const input = Math.ceil(String(fieldOf(request.fields, "prompt") ?? "").length / 4);
  const output = IMAGE_TOKENS * count;
  return jsonWire({
    created: 1_700_000_000,
    data,
    usage: {
      input_tokens: said(input, behaviour),
      input_tokens_details: { text_tokens: input, image_tokens: 0 },
      output_tokens: said(output, behaviour),
      total_tokens: said(input + output, behaviour),
    },
  });
}

function speech(request: SimulatedRequest): Wire {
  const text = String(fieldOf(request.fields, "input") ?? "");
  return binaryWire("audio/mpeg", bytesFor(request, text.length * SOUND_BYTES_A_CHARACTER));
}

/** As long as the form is large: a second for every 4,000 bytes. */
function transcript(request: SimulatedRequest): Wire {
  const seconds = Math.ceil(request.body.length / 4_000);
  const text = "This answer is simulated by Purser.";
  return jsonWire({ text, usage: { type: "duration", seconds } });
}

/** Not compressible, and the same for the same request. */
function bytesFor(request: SimulatedRequest, length: number): Buffer {
  const seed = createHash("sha256").update(request.path).update(request.body).digest();
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) bytes[at] = ((seed[at % 32] ?? 0) + at * 7) & 0xff;
  return bytes;
}
