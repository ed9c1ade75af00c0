/** Every endpoint of the contract refuses what it should, by the field's name, and changes nothing then. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Endpoint } from "../../src/api/contract/endpoint.ts";
import { NAMED_ENDPOINTS } from "../../src/api/contract/endpoints/all.ts";
import { type Answer, type RunningApi, runApi } from "./running-api.ts";
import { jsonSchemaOf, sampleBody, sampleOf, spoilt } from "./sample-of.ts";
import {
  askerOf,
  countRows,
  expectRefusal,
  ODD_TEXTS,
  statusOfAnnounced,
  UNKNOWN_ID,
} from "./wrong-requests.ts";

let api: RunningApi;
let service: string;
let before: Readonly<Record<string, number>>;
const ask = askerOf(() => api);

beforeAll(async () => {
  api = await runApi({ PURSER_TRUST_PROXY: "1" });
  await api.addCustomer("ada", "enterprise");
  service = await api.serviceKey();
  before = await countRows(api);
});
afterAll(() => api.close());

const withBody = NAMED_ENDPOINTS.filter(([, { method }]) => method !== "GET");

test("the list holds the endpoints it is about", () => {
  expect(NAMED_ENDPOINTS.length).toBeGreaterThan(40);
  const names = NAMED_ENDPOINTS.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(withBody)("the body of %s", (_name, endpoint) => {
  const sample = sampleBody(endpoint);

  test("has a sample that its schema takes", () => {
    expect(endpoint.body.safeParse(sample).error?.issues ?? []).toEqual([]);
  });

  test("is refused where any value is odd or any field unknown, by the field's name", async () => {
    for (const { field, what, body } of spoilt(sample)) {
      if (isTaken(endpoint, body)) continue;
      const answer = await ask(endpoint, { key: api.adminKey, body });
      expectRefusal(answer, 400, `${field}: ${what}`);
      expect(answer.body.error, `${field}: ${what}`).toBe("invalid_request");
      // What is odd in a list or an object may be said of the whole, or of what it holds.
      expect(isSameOrInside(answer.body.field, field), `${field}: ${what}: ${answer.text}`).toBe(
        true,
      );
    }
  });

  test("is refused as JSON that is none, and as another kind of content", async () => {
    const malformed = await ask(endpoint, { key: api.adminKey, body: '{"a": ' });
    expectRefusal(malformed, 400);
    expect(malformed.body.field).toBe("body");
    // A page's own form is one.
    if (endpoint.contentTypes.includes("text/html")) return;
    const text = await ask(endpoint, {
      key: api.adminKey,
      body: "plan_id=pro",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expectRefusal(text, 415);
  });

  test("is refused before it is read where it is too large", async () => {
    const bytes = Math.max(10_000_000, (endpoint.bodyBytesMax ?? 0) + 1);
    expect(await statusOfAnnounced(api, endpoint, bytes)).toBe(413);
  });
});

test("ten megabytes that are really sent are refused", async () => {
  const body = `{"reason": "${"x".repeat(10_000_000)}"}`;
  const answer = await api
    .ask("POST", `/api/subscription/reservations/${UNKNOWN_ID}/release`, {
      key: service,
      body,
    })
    // The server closes the connection without reading on, and `fetch` may notice that first.
    .catch((cause: unknown) => cause);
  if (!(answer instanceof Error)) expectRefusal(answer as Answer, 413);
});

describe.each(NAMED_ENDPOINTS)("the query of %s", (_name, endpoint) => {
  test("is refused with a parameter that is unknown, or given twice, by its name", async () => {
    const unknown = await asAdmin(endpoint, "no_such_field=1");
    expectRefusal(unknown, 400);
    expect(unknown.body.field).toBe("no_such_field");
    for (const [name] of fieldsOf(endpoint)) {
      const twice = await asAdmin(endpoint, `${name}=1&${name}=2`);
      expectRefusal(twice, 400, name);
      expect(twice.body).toMatchObject({ field: name, reason: "is given twice; give it once." });
    }
  });

  test("is refused with a value that is no such number or word, by its name", async () => {
    for (const [name, schema] of fieldsOf(endpoint)) {
      const bad = badValuesOf([schema.type].flat()[0], schema.enum !== undefined);
      for (const value of bad) {
        const answer = await asAdmin(endpoint, `${name}=${value}`);
        expectRefusal(answer, 400, `${name}=${value}`);
        expect(answer.body.field, `${name}=${value}`).toBe(name);
      }
    }
  });
});

const pages = NAMED_ENDPOINTS.filter(
  ([, { method, contentTypes }]) => method === "GET" && !contentTypes.includes("text/event-stream"),
);

test.each(pages)("no text in the query of %s breaks anything", async (_name, endpoint) => {
  const texts = fieldsOf(endpoint).filter(
    ([, { type, enum: words }]) => type === "string" && !words,
  );
  for (const [name] of texts) {
    for (const value of ODD_TEXTS) {
      const answer = await asAdmin(endpoint, `${name}=${value}`);
      expect(answer.status, `${name}=${value}: ${answer.text}`).toBeLessThan(500);
    }
  }
});

const withCursor = pages.filter(([, one]) => fieldsOf(one).some(([name]) => name === "cursor"));

test.each(withCursor)("%s refuses a cursor that no answer gave", async (_name, endpoint) => {
  for (const value of ["x", "-1", "AAAA", "%7B%7D", "1e300", "x".repeat(150)]) {
    const answer = await asAdmin(endpoint, `cursor=${value}`);
    expectRefusal(answer, 400, value);
    expect(answer.body.field).toBe("cursor");
  }
});

test("nothing of all this changed a row", async () => {
  expect(await countRows(api)).toEqual(before);
});

describe("odd ids and odd values that the schemas take", () => {
  const taken = withBody.flatMap(([name, endpoint]) =>
    spoilt(sampleBody(endpoint))
      .filter(({ body }) => isTaken(endpoint, body))
      .map((one) => ({ name, endpoint, ...one })),
  );

  test.each(taken)("$name with $field: $what breaks nothing", async ({ endpoint, body }) => {
    const answer = await ask(endpoint, { key: api.adminKey, body });
    expect(answer.status, answer.text).toBeLessThan(500);
  });

  test.each(NAMED_ENDPOINTS.filter(([, { path }]) => path.includes(":")))(
    "%s with odd ids in its path breaks nothing",
    async (_name, endpoint) => {
      const body = endpoint.method === "GET" ? {} : { body: sampleBody(endpoint) };
      for (const id of ODD_TEXTS) {
        const answer = await ask(endpoint, { key: api.adminKey, id, ...body });
        expect(answer.status, `${id}: ${answer.text}`).toBeLessThan(500);
        if (answer.status >= 400) expectRefusal(answer, answer.status, id);
      }
    },
  );
});

function fieldsOf({ query }: Endpoint) {
  return Object.entries(jsonSchemaOf(query).properties ?? {});
}

/** With a body and parameters that are right, but for the one that is asked about. */
function asAdmin(endpoint: Endpoint, query: string) {
  const { required = [] } = jsonSchemaOf(endpoint.query);
  const others = fieldsOf(endpoint)
    .filter(([name]) => required.includes(name) && !query.startsWith(`${name}=`))
    .map(([name, schema]) => `&${name}=${sampleOf(schema)}`);
  return ask(endpoint, {
    key: api.adminKey,
    ...(endpoint.method === "GET" ? {} : { body: sampleBody(endpoint) }),
    query: [query, ...others].join(""),
    headers: { "x-purser-customer": "ada" },
  });
}

function badValuesOf(type: string | undefined, isWord: boolean): readonly string[] {
  if (isWord) return ["no_such_word", ""];
  if (type === "integer") return ["x", "", "1.5", "-1", "1e300", "1152921504606846976"];
  if (type === "number") return ["x", "-1", "1e300", "1152921504606846976"];
  return [];
}

/** A body of `null` is an empty one. */
function isTaken({ body: schema }: Endpoint, body: unknown): boolean {
  return schema.safeParse(body ?? {}).success;
}

function isSameOrInside(said: unknown, field: string): boolean {
  if (typeof said !== "string") return false;
  const inside = (one: string, other: string): boolean =>
    one === other || one.startsWith(`${other}.`) || one.startsWith(`${other}[`);
  return field === "body" || inside(said, field) || inside(field, said);
}
