/** An endpoint is served as it is described: parsed parts in, its own answer out, and never one that it did not promise. */
import Fastify from "fastify";
import { serializerCompiler } from "fastify-type-provider-zod";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import type { Api } from "../../src/api/api.ts";
import { endpoint } from "../../src/api/contract/endpoint.ts";
import { noBody, noQuery, query, wholeNumber } from "../../src/api/contract/envelope.ts";
import { sendFailure } from "../../src/api/failures.ts";
import { readBodies } from "../../src/api/read-body.ts";
import { partReader } from "../../src/api/read-part.ts";
import { serve } from "../../src/api/serve.ts";

const GET = { method: "GET", audience: "public", tag: "plans", body: noBody } as const;
const count = endpoint({
  ...GET,
  path: "/count/:name",
  summary: "Counts",
  query: query({ limit: wholeNumber({ least: 1, most: 10, otherwise: 5 }) }),
  answer: z.object({ name: z.string(), limit: z.number().int() }),
});
const begin = endpoint({
  ...GET,
  method: "POST",
  path: "/begin",
  summary: "Begins",
  query: noQuery,
  body: z.strictObject({ size: z.number().default(1) }),
  answer: z.object({ size: z.number() }),
  status: 201,
});
const table = endpoint({
  ...GET,
  path: "/table",
  summary: "A table",
  query: noQuery,
  answer: z.string(),
  bare: true,
  contentTypes: ["text/csv"],
});

let app: Api;
let logged: string;

beforeEach(() => {
  logged = "";
  const stream = { write: (line: string) => (logged += line) };
  app = Fastify({ logger: { level: "error", stream } }) as unknown as Api;
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => partReader(schema, httpPart));
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendFailure);
  readBodies(app);
});
afterEach(() => app.close());

test("the handler gets each part parsed, and its answer goes into the envelope", async () => {
  serve(app, count, ({ params, query: { limit } }) => ({ name: params.name, limit }));
  const answer = await app.inject("/count/%C3%B6?limit=7");
  expect(answer.json()).toEqual({ success: true, data: { name: "ö", limit: 7 } });
  expect((await app.inject("/count/a")).json().data.limit).toBe(5);
});

test("an answer that is not what was promised is logged, and said to be our fault", async () => {
  // @ts-expect-error a wrong answer is what this is about.
  serve(app, count, () => ({ name: "secret", limit: "many" }));
  const answer = await app.inject("/count/a");
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ success: false, error: "internal" });
  expect(answer.body).not.toContain("secret");
  expect(logged).toContain("limit");
});

test("an empty body of any kind is one with nothing in it", async () => {
  serve(app, begin, ({ body }) => body);
  for (const headers of [
    {},
    { "content-type": "text/plain" },
    { "content-type": "application/json" },
  ]) {
    const answer = await app.inject({ method: "POST", url: "/begin", headers });
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ success: true, data: { size: 1 } });
  }
});

test("a whole body that is no object is refused as the body", async () => {
  serve(app, begin, ({ body }) => body);
  const answer = await app.inject({ method: "POST", url: "/begin", payload: [1] });
  expect(answer.json()).toMatchObject({ field: "body", reason: "must be an object." });
});

test("what is not JSON the handler sends itself, and it has no HEAD", async () => {
  serve(app, table, ({ reply }) => reply.type("text/csv").send("a,b\n"));
  const answer = await app.inject("/table");
  expect(answer.body).toBe("a,b\n");
  expect(answer.headers["content-type"]).toBe("text/csv");
  expect((await app.inject({ method: "HEAD", url: "/table" })).statusCode).toBe(404);
});
