/** Finds the dialect and the route that a recorded answer is metered by: from its address, else from its shape. */
import { normalizeProvider } from "../core/providers.ts";
import { allDialects, DIALECTS } from "../providers/all.ts";
import type { CompatibleSetting } from "../providers/compatible/read-setting.ts";
import type { Dialect, Route } from "../providers/dialect.ts";
import { isObject, type JsonObject, listIn, objectIn, textIn } from "../providers/read-json.ts";
import { payloadsOf } from "./event-payloads.ts";
import type { Recording } from "./recording.ts";

/** Names that recordings use and no dialect has, and the dialect that is spoken there. */
const SPEAKS: Readonly<Record<string, string>> = {
  google: "gemini",
  "google-vertex": "vertex",
  "amazon-bedrock": "bedrock",
  azure: "openai",
  "azure-openai": "openai",
  "x-ai": "xai",
  togetherai: "together",
};

export interface Placed {
  readonly dialect: Dialect;
  readonly route: Route;
  /** The provider's own path, for the gateway. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly model: string;
  /** No provider of that name is there: it is read as one that an operator would add with this setting. */
  readonly added: CompatibleSetting | null;
}

/** A sentence where nothing here can meter the recording: which provider or address is not known. */
export function findDialect(recording: Recording): Placed | string {
  const payloads = payloadsOf(recording);
  const name = normalizeProvider(recording.provider);
  const named = (wanted: string | undefined) =>
    DIALECTS.find(({ provider }) => provider === wanted);
  const known = named(name) ?? named(SPEAKS[name]);
  const added = known === undefined ? settingFor(name, payloads) : null;
  const dialect = known ?? (added === null ? undefined : allDialects([added]).at(-1));
  if (dialect === undefined) return `Unknown provider ${recording.provider}: no dialect reads it.`;
  const url = recording.url === null ? null : new URL(recording.url);
  const model = modelOf(recording, payloads);
  const addressed = url === null ? null : byAddress(dialect, recording.method, url.pathname);
  const query = new URLSearchParams(recording.kind === "stream" ? streamQuery(dialect) : "");
  if (addressed !== null) return { dialect, ...addressed, query, model, added };
  const route = byShape(dialect, recording, payloads);
  if (route === null) {
    return `${dialect.title} has no route for ${recording.url ?? "an answer of this shape"}.`;
  }
  return { dialect, route, path: pathOf(route, model), query, model, added };
}

/** What an operator would add such a provider as: by the shape of what it says, or not at all. */
function settingFor(name: string, payloads: readonly JsonObject[]): CompatibleSetting | null {
  const end = SHAPES.find(([fits]) => payloads.some(fits))?.[1];
  const spoken = end === undefined ? undefined : DIALECTS.find((one) => offers(one, end));
  if (spoken === undefined) return null;
  return {
    // A folder may be called anything; a provider's name is a part of an address.
    name: name.replace(/^[^a-z]+|[^a-z0-9-]/g, "").slice(0, 40) || "added",
    title: name,
    baseUrl: "http://127.0.0.1",
    dialect: spoken.provider,
    credentialSetting: null,
    credentialHeader: null,
    pricedAs: null,
    free: false,
  };
}

function offers(dialect: Dialect, end: RegExp): boolean {
  return dialect.routes.some(({ endpoint }) => end.test(endpoint));
}

/** A base address may hold a part of the path (`/openai/v1/…`, `/v1beta1/projects/…`), so its ends are tried in turn. */
function byAddress(
  dialect: Dialect,
  method: string,
  pathname: string,
): { route: Route; path: string } | null {
  for (let at = 0; at !== -1; at = pathname.indexOf("/", at + 1)) {
    const path = pathname.slice(at);
    const route = dialect.routes.find(
      (offered) => offered.method === method && isRead(offered) && offered.pattern.test(path),
    );
    if (route !== undefined) return { route, path };
  }
  return null;
}

/** What asks again for an answer that was paid for is free; what tells of work begun earlier says what it used. */
function isRead(route: Route): boolean {
  return route.kind === "metered" || route.deferred === "tells";
}

function streamQuery(dialect: Dialect): string {
  return dialect.provider === "gemini" ? "alt=sse" : "";
}

/** The end of an address for each shape of an answer; the first shape that fits is taken. */
const SHAPES: readonly (readonly [(json: JsonObject) => boolean, RegExp])[] = [
  [isResponses, /\/responses$/],
  [(json) => /^message(_start)?$/.test(textIn(json, "type") ?? ""), /\/messages$/],
  [(json) => "choices" in json || objectIn(json, "x_groq") !== undefined, /\/chat\/completions$/],
  [(json) => "embedding" in json || "embeddings" in json, /(?:embeddings|mbedContents?|\/embed)$/],
  [(json) => textIn(objectAt(json, "data"), "object") === "embedding", /embeddings$/],
  [
    (json) => "usageMetadata" in json || "candidates" in json || "promptFeedback" in json,
    /:(?:stream)?[gG]enerateContent$/,
  ],
  [(json) => objectIn(json, "output") !== undefined, /\/converse$/],
  [(json) => "relevance_score" in (objectAt(json, "results") ?? {}), /\/rerank$/],
  [isCohereChat, /\/v2\/chat$/],
  [(json) => "usage_info" in json && "pages" in json, /\/ocr$/],
  [(json) => "text" in json && !("results" in json), /\/transcriptions$/],
  [
    (json) => objectAt(json, "data") !== undefined || "predictions" in json,
    /images\/generations$|:predict$/,
  ],
];

function isResponses(json: JsonObject): boolean {
  const kind = textIn(json, "object") ?? textIn(json, "type") ?? "";
  return /^response($|\.)/.test(kind);
}

function isCohereChat(json: JsonObject): boolean {
  return textIn(json, "type") === "message-end" || objectIn(json, "message") !== undefined;
}

/** The first thing of a list, if it is an object. */
function objectAt(json: JsonObject, list: string): JsonObject | undefined {
  const [first] = listIn(json, list);
  return isObject(first) ? first : undefined;
}

function byShape(
  dialect: Dialect,
  recording: Recording,
  payloads: readonly JsonObject[],
): Route | null {
  const offered = dialect.routes.filter(
    ({ kind, method }) => kind === "metered" && method === "POST",
  );
  const speaksOfTokens = SHAPES.some(([, end]) =>
    offered.some((route) => end.test(route.endpoint)),
  );
  if (!speaksOfTokens) return byFileName(offered, recording.file);
  const end = SHAPES.find(([fits]) => payloads.some(fits))?.[1];
  if (end === undefined) return null;
  const fitting = offered.filter(({ endpoint }) => end.test(endpoint));
  const streams = ({ endpoint }: Route) => endpoint.includes("stream");
  const wanted = fitting.find((route) => streams(route) === (recording.kind !== "json"));
  return wanted ?? fitting[0] ?? null;
}

/** Services paid by the unit have one address for each kind of work; its last word is looked for in the file's name. */
function byFileName(offered: readonly Route[], file: string): Route | null {
  const lastWord = ({ endpoint }: Route) => endpoint.slice(endpoint.lastIndexOf("/") + 1);
  const named = offered.find((route) => file.toLowerCase().includes(lastWord(route).toLowerCase()));
  return named ?? offered[0] ?? null;
}

const NAMING = ["response", "message"];

/** What was asked for, else what the answer names. */
function modelOf({ asked, url }: Recording, payloads: readonly JsonObject[]): string {
  const inUrl = /\/models\/([^:/]+)/.exec(url ?? "")?.[1];
  const askedFor =
    textIn(asked, "model") ?? (inUrl === undefined ? undefined : decodeURIComponent(inUrl));
  if (askedFor !== undefined) return askedFor.replace(/^models\//, "");
  for (const payload of payloads) {
    for (const holder of [payload, ...NAMING.map((name) => objectIn(payload, name))]) {
      const named = textIn(holder, "model") ?? textIn(holder, "modelVersion");
      if (named !== undefined && named !== "") return named;
    }
  }
  return "model-not-recorded";
}

function pathOf({ endpoint }: Route, model: string): string {
  const inPath = model.replace(/[^\w.:@-]/g, "-");
  return endpoint.replaceAll("{model}", inPath).replaceAll(/\{\w+\}/g, "recorded");
}
