/** Reads a folder of recorded answers: recordings with their request, bare JSON bodies, and streams as lines. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isObject, type JsonObject, objectIn, textIn } from "../providers/read-json.ts";
import { parsed } from "./event-payloads.ts";
import type { Recording } from "./recording.ts";

/** Throws where the folder cannot be read. Sorted by name; nothing else that lies in it is opened. */
export function readFolder(folder: string): Recording[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .sort();
  const rows = caseRows(folder, files);
  const bodies = files.filter((path) => path.endsWith(".json") || path.endsWith(".chunks.txt"));
  return bodies.map((file) => readOne(folder, file, rows.get(file)));
}

/** `cases.jsonl`, wherever it lies, speaks of files from its own folder on. */
function caseRows(folder: string, files: readonly string[]): ReadonlyMap<string, JsonObject> {
  const rows = new Map<string, JsonObject>();
  for (const path of files.filter((name) => basename(name) === "cases.jsonl")) {
    for (const line of readFileSync(join(folder, path), "utf8").split("\n")) {
      const row = parsed(line);
      const file = textIn(row, "file");
      if (isObject(row) && file !== undefined) rows.set(join(dirname(path), file), row);
    }
  }
  return rows;
}

function readOne(folder: string, file: string, row: JsonObject | undefined): Recording {
  const bytes = readFileSync(join(folder, file));
  const kept = {
    file,
    keptUsage: objectIn(row, "raw_final_usage") ?? null,
    upstreamCost: textIn(objectIn(row, "expected_from_upstream_test"), "cost") ?? null,
  };
  const provider = textIn(row, "provider") ?? folderOf(folder, file);
  if (file.endsWith(".chunks.txt")) {
    const body = Buffer.from(streamOfLines(bytes.toString("utf8")));
    return { ...bareOf(provider), ...kept, kind: "stream", contentType: EVENT_STREAM, body };
  }
  const json = parsed(bytes.toString("utf8"));
  const response = objectIn(json, "response");
  if (response !== undefined && ("body_sse" in response || "body_json" in response)) {
    return { ...recordedOf(json, response, provider), ...kept };
  }
  const kind = Array.isArray(json) ? "array" : "json";
  return { ...bareOf(provider), ...kept, kind, contentType: JSON_TYPE, body: bytes };
}

const EVENT_STREAM = "text/event-stream; charset=utf-8";
const JSON_TYPE = "application/json";

function folderOf(folder: string, file: string): string {
  const parent = dirname(file);
  return basename(parent === "." ? folder : parent);
}

function bareOf(provider: string) {
  return { provider, method: "POST", url: null, asked: {}, status: 200 } as const;
}

type Kept = "file" | "keptUsage" | "upstreamCost";

function recordedOf(json: unknown, response: JsonObject, folder: string): Omit<Recording, Kept> {
  const request = objectIn(json, "request");
  const stream = textIn(response, "body_sse");
  const status = response["status"];
  return {
    provider: textIn(json, "provider") ?? folder,
    kind: stream === undefined ? "json" : "stream",
    method: textIn(request, "method") ?? "POST",
    url: textIn(request, "url") ?? null,
    asked: objectIn(request, "body_subset") ?? {},
    status: typeof status === "number" ? status : 200,
    contentType:
      textIn(response, "content_type") ?? (stream === undefined ? JSON_TYPE : EVENT_STREAM),
    body: Buffer.from(stream ?? JSON.stringify(response["body_json"])),
  };
}

/**
 * One payload a line, as the provider's events: those that name their type get it as the event's name, and OpenAI's
 * chunks their `[DONE]`, which whoever kept the lines left out.
 */
function streamOfLines(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const payloads = lines.map((line) => (line.startsWith("data:") ? line.slice(5).trim() : line));
  const events = payloads.map((payload) => {
    const type = textIn(parsed(payload), "type") ?? textIn(parsed(payload), "event_type");
    return `${type === undefined ? "" : `event: ${type}\n`}data: ${payload}\n\n`;
  });
  const isChunked = payloads.some((payload) => payload.includes('"choices"'));
  const hasEnd = payloads.some((payload) => payload.trim() === "[DONE]");
  return `${events.join("")}${isChunked && !hasEnd ? "data: [DONE]\n\n" : ""}`;
}
