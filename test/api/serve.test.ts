/** What `serve` does with an answer that a handler sends itself. */
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable, Writable } from "node:stream";
import Fastify from "fastify";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import type { Api } from "../../src/api/api.ts";
import { endpoint } from "../../src/api/contract/endpoint.ts";
import { noBody, noQuery } from "../../src/api/contract/envelope.ts";
import { partReader } from "../../src/api/read-part.ts";
import { serve } from "../../src/api/serve.ts";

const numbers = endpoint({
  method: "GET",
  path: "/numbers",
  audience: "public",
  tag: "usage",
  summary: "Numbers without end",
  query: noQuery,
  body: noBody,
  answer: z.string(),
  bare: true,
  contentTypes: ["text/csv"],
});

test("a stream that its reader leaves ends, and nothing is sent or logged after it", async () => {
  const lines: string[] = [];
  const log = new Writable({
    write(line, _encoding, done) {
      lines.push(String(line));
      done();
    },
  });
  const app = Fastify({ logger: { level: "warn", stream: log } }) as unknown as Api;
  onTestFinished(() => app.close());
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => partReader(schema, httpPart));
  let isOver = false;
  serve(app, numbers, async ({ reply }) =>
    reply.type("text/csv").send(
      Readable.from(
        (async function* () {
          try {
            for (let number = 0; ; number += 1) yield `${number}\n`;
          } finally {
            isOver = true;
          }
        })(),
      ),
    ),
  );
  await app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = app.server.address() as AddressInfo;
  await new Promise<void>((resolve, reject) => {
    httpRequest({ port, host: "127.0.0.1", path: "/numbers" }, (answer) => {
      answer.once("data", () => {
        answer.destroy();
        resolve();
      });
    })
      .on("error", reject)
      .end();
  });
  await expect.poll(() => isOver).toBe(true);
  // A second answer afterwards would have been logged before this one is given.
  await app.inject({ method: "GET", url: "/nowhere" });
  expect(lines).toEqual([]);
});
