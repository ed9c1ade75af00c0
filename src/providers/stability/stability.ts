/** Stability: images made, edited, controlled and scaled up. */
import type { Dialect, ErrorWords, Route } from "../dialect.ts";
import { routeAt, UNIT_PRICED } from "../unit-priced.ts";
import { readRequest } from "./read-request.ts";
import { readUsage } from "./read-usage.ts";

const EDITS = [
  "edit/erase",
  "edit/inpaint",
  "edit/outpaint",
  "edit/search-and-replace",
  "edit/search-and-recolor",
  "edit/remove-background",
  "control/sketch",
  "control/structure",
  "control/style",
  "control/style-transfer",
  "upscale/fast",
  "upscale/conservative",
];
/** Answered with an id; the image is asked for later. It is paid for at once. */
const LATER_EDITS = ["edit/replace-background-and-relight", "upscale/creative"];

const FORM = { body: "multipart", answer: "binary" } as const;
const STABLE_IMAGE = "/v2beta/stable-image";
const ENGINE = "/v1/generation/{engine}";

export const stability: Dialect = {
  ...UNIT_PRICED,
  provider: "stability",
  title: "Stability",
  baseUrl: "https://api.stability.ai",
  credentialSetting: "STABILITY_API_KEY",
  routes: routes(),
  requestHeaders: ["stability-client-id", "stability-client-user-id", "stability-client-version"],
  responseHeaders: ["finish-reason", "seed"],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
  readRequest,
  readUsage,
  errorBody,
};

function routes(): readonly Route[] {
  const generated = ["core", "ultra", "sd3"].map((model) =>
    routeAt(`${STABLE_IMAGE}/generate/${model}`, { operation: "image", ...FORM }),
  );
  const edit = { operation: "image_edit", ...FORM };
  const later = {
    operation: "image_edit",
    body: "multipart",
    deferred: "starts",
    creates: { id: "picture" },
  } as const;
  const told = { operation: "image_edit", method: "GET", kind: "free", answer: "binary" } as const;
  return [
    ...generated,
    ...EDITS.map((path) => routeAt(`${STABLE_IMAGE}/${path}`, edit)),
    ...LATER_EDITS.map((path) => routeAt(`${STABLE_IMAGE}/${path}`, later)),
    routeAt("/v2beta/results/{id}", { ...told, deferred: "tells" }),
    routeAt(`${STABLE_IMAGE}/upscale/creative/result/{id}`, { ...told, deferred: "tells" }),
    routeAt(`${ENGINE}/text-to-image`, { operation: "image", answer: "binary" }),
    routeAt(`${ENGINE}/image-to-image`, edit),
    routeAt(`${ENGINE}/image-to-image/masking`, edit),
    routeAt("/v1/engines/list", { operation: "models", method: "GET", kind: "free" }),
  ];
}

/** The newer addresses say `errors`, the older ones `message`. */
function errorBody(words: ErrorWords): Readonly<Record<string, unknown>> {
  const { requestId, code, message } = words;
  return { id: requestId, name: code, message, errors: [message] };
}
