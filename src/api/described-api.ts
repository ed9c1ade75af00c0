/** How the API describes itself: OpenAPI 3.1, made from the very schemas that validate. */
import type { FastifyDynamicSwaggerOptions } from "@fastify/swagger";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import { failure } from "./contract/envelope.ts";

export function describedApi(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Purser",
        description: "Usage, limits and subscriptions for applications that sell AI features.",
        version,
      },
      components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
      security: [{ key: [] }],
    },
    transform: (document) => {
      const { schema, route } = document;
      const isPublic = (route.config?.audience ?? "public") === "public";
      // Routes state what they answer when all is well; every one of them fails in the same shape.
      const response = { ...(schema?.response as object), default: failure };
      const described = { ...schema, response, ...(isPublic ? { security: [] } : {}) };
      return jsonSchemaTransform({ ...document, schema: described });
    },
  };
}
