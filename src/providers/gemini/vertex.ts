/** Gemini on Google Cloud (Vertex AI): the same methods, under a project's and a region's address. */
import type { Dialect } from "../dialect.ts";
import { gemini } from "./gemini.ts";
import { methodRoutes, predictedEmbeddings } from "./works.ts";

const NAME = "[\\w:-]+";
const BEFORE = {
  pattern: `/v1(?:beta1)?(?:/projects/${NAME}/locations/${NAME})?/publishers/google`,
  endpoint: "/v1/projects/{project}/locations/{location}/publishers/google",
};

/** The credential is an access token, which lasts an hour: it must be renewed from outside. */
export const vertex: Dialect = {
  ...gemini,
  provider: "vertex",
  pricedAs: "gemini",
  title: "Vertex AI",
  baseUrl: "https://aiplatform.googleapis.com",
  credentialSetting: "VERTEX_ACCESS_TOKEN",
  routes: [...methodRoutes(BEFORE), predictedEmbeddings(BEFORE)],
  credentialHeaders: (secret) => ({ authorization: `Bearer ${secret}` }),
};
