/** How the API describes itself: OpenAPI 3.1, made from the very endpoints that are served. */
import { z } from "zod";
import { statusOf } from "../core/error-status.ts";
import type { ErrorCode } from "../core/errors.ts";
import { type Audience, type Endpoint, paramNames, TAGS } from "./contract/endpoint.ts";
import { failure, success } from "./contract/envelope.ts";
import { ERROR_MEANINGS, errorsOf, FAILURE_SHAPES } from "./contract/failures.ts";
import { describeWebhooks } from "./described-webhooks.ts";

type Json = Readonly<Record<string, unknown>>;

const TAG_WORDS: Readonly<Record<(typeof TAGS)[number], string>> = {
  plans: "What is sold, and what models cost",
  usage: "What a customer used: totals, trends, projections, single calls",
  subscriptions: "What a customer is subscribed to, and everything that changes it",
  alerts: "What a customer was told about their limits",
  keys: "A customer's own keys",
  calls: "For applications that call providers themselves: preflight, holds, events",
  "sign-in": "Signing in to the dashboard and out of it",
  health: "Is the process alive, can it work, what did it do",
  monitoring: "How this node does, as earlier dashboards poll it",
  admin: "For the operator",
};

const KEY_WORDS: Readonly<Record<Audience, string>> = {
  public: "No key is needed.",
  customer: "A customer's key, for that customer; a service or admin key, for any.",
  service: "A service or admin key.",
  admin: "An admin key.",
};

const TITLE = "Purser";
const ABOUT =
  "Usage, limits and subscriptions for applications that sell AI features.\n\n" +
  'Success is `{"success": true, "data": …}`, failure `{"success": false, "error": code, "message": …, "request_id": …}`. ' +
  "Send a key as `Authorization: Bearer …`. Unknown fields and parameters are refused by name. " +
  "Dollars are JSON numbers, times RFC 3339 in UTC.";

/** The document at `/openapi.json`; `endpoints` are named by their operationId. */
export function describeApi(
  endpoints: readonly (readonly [string, Endpoint])[],
  version: string,
): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, endpoint] of endpoints) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) };
  }
  return {
    openapi: "3.1.0",
    info: { title: TITLE, description: ABOUT, version, license: { name: "Apache-2.0" } },
    // Relative: the same server that gave this document, whatever it is reached by.
    servers: [{ url: "/" }],
    tags: TAGS.map((tag) => ({ name: tag, description: TAG_WORDS[tag] })),
    security: [{ key: [] }],
    paths,
    webhooks: describeWebhooks(schemaOf),
    components: {
      securitySchemes: { key: { type: "http", scheme: "bearer", description: "A Purser key" } },
      schemas: failureSchemas(),
      headers: {
        RequestId: { description: "As in the server's log", schema: { type: "string" } },
      },
    },
  };
}

function operation(name: string, endpoint: Endpoint): Json {
  const { audience, description, method, examples } = endpoint;
  const words = [description, KEY_WORDS[audience]].filter((text) => text !== undefined);
  return {
    operationId: name,
    tags: [endpoint.tag],
    summary: endpoint.summary,
    description: words.join("\n\n"),
    security: audience === "public" ? [] : [{ key: [] }],
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint), ...headers(endpoint)],
    ...(method === "GET" || isNoBody(endpoint)
      ? {}
      : { requestBody: requestBody(endpoint.body, examples.body) }),
    responses: { [endpoint.status]: answer(endpoint), ...failures(endpoint) },
  };
}

function pathParameters({ path }: Endpoint): Json[] {
  return paramNames(path).map((name) => ({
    name,
    in: "path",
    required: true,
    ...(name === "user_id" ? { description: "Your own id of the customer" } : {}),
    schema: { type: "string" },
  }));
}

function queryParameters({ query, path }: Endpoint): Json[] {
  const { properties = {}, required = [] } = schemaOf(query) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return (
    Object.entries(properties)
      // In the path already, so nobody has to fill it in twice.
      .filter(([name]) => name !== "user_id" || !path.includes(":user_id"))
      .map(([name, { description, ...schema }]) => ({
        name,
        in: "query",
        required: required.includes(name),
        ...(description === undefined ? {} : { description }),
        schema,
      }))
  );
}

function headers({ path, audience }: Endpoint): Json[] {
  if (path.includes(":") || audience === "public" || !path.startsWith("/api/subscription/")) {
    return [];
  }
  const description = "The customer whom a service or admin key acts for";
  return [{ name: "x-purser-customer", in: "header", description, schema: { type: "string" } }];
}

function requestBody(body: z.ZodType, example: unknown): Json {
  return {
    required: !body.safeParse({}).success,
    content: {
      "application/json": {
        schema: schemaOf(body),
        ...(example === undefined ? {} : { example }),
      },
    },
  };
}

function isNoBody({ body }: Endpoint): boolean {
  const { properties, anyOf } = schemaOf(body) as { properties?: Json; anyOf?: Json[] };
  const shapes = [properties, ...(anyOf ?? []).map((one) => one["properties"])];
  return shapes.every((shape) => shape === undefined || Object.keys(shape as Json).length === 0);
}

function answer(endpoint: Endpoint): Json {
  const { bare, contentTypes, examples } = endpoint;
  const whole = bare ? endpoint.answer : success(endpoint.answer);
  const example = bare ? examples.answer : { success: true, data: examples.answer };
  const json = {
    schema: schemaOf(whole),
    ...(examples.answer === undefined ? {} : { example }),
  };
  const content = contentTypes.map(
    (type) => [type, type === "application/json" ? json : { schema: { type: "string" } }] as const,
  );
  return {
    description: "What was asked for",
    headers: { "x-purser-request-id": { $ref: "#/components/headers/RequestId" } },
    content: Object.fromEntries(content),
  };
}

/** One response for each status, with the codes that have it, and one for what nobody thought of. */
function failures(endpoint: Endpoint): Json {
  const byStatus = Map.groupBy(errorsOf(endpoint), statusOf);
  const responses = [...byStatus].map(([status, codes]) => {
    const names = [...new Set(codes.map(schemaName))];
    const shapes = names.map((name) => ({ $ref: `#/components/schemas/${name}` }));
    const description = codes.map((code) => `\`${code}\`: ${ERROR_MEANINGS[code]}`).join("\n\n");
    const schema = shapes.length === 1 ? shapes[0] : { anyOf: shapes };
    return [status, { description, content: { "application/json": { schema } } }] as const;
  });
  const schema = { $ref: "#/components/schemas/Failure" };
  return {
    ...Object.fromEntries(responses),
    default: {
      description: "Any other failure, in the same shape",
      content: { "application/json": { schema } },
    },
  };
}

function failureSchemas(): Json {
  const own = Object.entries(FAILURE_SHAPES).map(([code, shape]) => [
    schemaName(code as ErrorCode),
    schemaOf(shape),
  ]);
  return { Failure: schemaOf(failure), ...Object.fromEntries(own) };
}

/** `LimitReached` of `limit_reached`; `Failure` where the code has no fields of its own. */
function schemaName(code: ErrorCode): string {
  if (FAILURE_SHAPES[code] === undefined) return "Failure";
  return code.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** As it goes over the wire: what has a default may be left out, and answers may hold more fields later. */
function schemaOf(schema: z.ZodType): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
  });
  return json;
}
