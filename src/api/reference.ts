/** The reference of the API at `/docs`, to browse without a network, and the document it shows. */
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { Api } from "./api.ts";
import { NAMED_ENDPOINTS } from "./contract/endpoints/all.ts";
import { noQuery } from "./contract/envelope.ts";
import { describeApi } from "./described-api.ts";

/** Everything comes from this server, and calls go to this server only. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * Takes the place of the plugin's own start: shows `/openapi.json` itself, without a bar that asks for other
 * addresses, and follows the system between light and dark.
 */
const START = `
window.onload = () => {
  const here = new URL(location.pathname.replace(/\\/*$/, "/"), location.href);
  window.ui = SwaggerUIBundle({
    url: new URL("../openapi.json", here).pathname,
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    deepLinking: true,
    displayOperationId: true,
    docExpansion: "none",
    defaultModelsExpandDepth: -1,
    displayRequestDuration: true,
    filter: true,
    validatorUrl: null,
  });
};
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();
`;

const STYLE = `
html { color-scheme: light; }
html.dark-mode { color-scheme: dark; }
html.dark-mode body { background: #14181d; }
.swagger-ui .info { margin: 2rem 0 1rem; }
.swagger-ui .scheme-container { box-shadow: none; padding: 0 0 1rem; background: none; }
`;

export async function referencePages(app: Api, version: string): Promise<void> {
  const document = describeApi(NAMED_ENDPOINTS, version);
  await app.register(swagger, {
    mode: "static",
    // Its types know OpenAPI 3.0 only; what it gets, it hands on as it is.
    specification: { document: JSON.parse(JSON.stringify(document)) },
  });
  await app.register(swaggerUi, {
    routePrefix: "/docs",
    staticCSP: CONTENT_SECURITY_POLICY,
    theme: {
      title: "Purser: REST API",
      css: [{ filename: "purser.css", content: STYLE }],
      js: [{ filename: "purser.js", content: START }],
    },
  });
  app.get("/openapi.json", {
    schema: { querystring: noQuery },
    handler: async (_request, reply) =>
      reply.type("application/json; charset=utf-8").send(document),
  });
}
