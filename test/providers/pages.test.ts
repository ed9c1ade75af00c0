/** Firecrawl: how many pages and credits its work can use, what it used, and what that costs. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findRoute } from "../../src/providers/all.ts";
import { anyRoute, costOf, dialectNamed, factsOf, readingOf } from "./unit-calls.ts";

const firecrawl = dialectNamed("firecrawl");
const unitsOf = (path: string, json: unknown) => factsOf("firecrawl", path, json).units;
const reading = (path: string, answer: unknown) => readingOf("firecrawl", path, answer);
const page = (metadata: object, more: object = {}) => ({
  success: true,
  data: { markdown: "#", metadata, ...more },
});

describe("what is held", () => {
  test.each([
    ["/v1/scrape", { url: "u" }, { pages: 1 }],
    ["/v2/scrape", { url: "u" }, { pages: 1, credits: 4 }],
    ["/v2/scrape", { url: "u", proxy: "basic" }, { pages: 1 }],
    ["/v2/scrape", { url: "u", proxy: "stealth" }, { pages: 1, credits: 4 }],
    ["/v1/scrape", { url: "u", formats: ["markdown", "json"] }, { pages: 1, credits: 4 }],
    [
      "/v2/scrape",
      { url: "u", proxy: "basic", formats: [{ type: "json" }], zeroDataRetention: true },
      { pages: 1, credits: 5 },
    ],
    ["/v2/map", { url: "u" }, { credits: 1 }],
    ["/v2/search", { query: "q" }, { credits: 2 }],
    ["/v2/search", { query: "q", limit: 11, sources: ["web", "news"] }, { credits: 6 }],
    ["/v2/search", { query: "q", enterprise: ["zdr"] }, { credits: 10 }],
    [
      "/v1/search",
      { query: "q", limit: 5, scrapeOptions: { formats: ["markdown"] } },
      { pages: 5, credits: 2 },
    ],
    ["/v1/crawl", { url: "u" }, { pages: 10_000 }],
    ["/v2/crawl", { url: "u", limit: 20 }, { pages: 20, credits: 80 }],
    ["/v2/crawl", { url: "u", limit: 20, scrapeOptions: { proxy: "basic" } }, { pages: 20 }],
    ["/v1/batch/scrape", { urls: ["a", "b", "c"] }, { pages: 3 }],
    ["/v2/extract", { urls: ["a", "b"] }, { credits: 40 }],
    ["/v2/extract", { prompt: "p" }, { credits: 20 }],
  ])("by %s with %o", (path, asked, units) => {
    expect(unitsOf(path, asked)).toEqual(units);
  });

  test("a request for more than can be counted is refused, and is no fault", () => {
    for (const limit of [0, 1.5, "10", 2 ** 53 - 1, -1]) {
      expect(() => unitsOf("/v2/crawl", { url: "u", limit }), String(limit)).toThrow(
        expect.objectContaining({ code: "invalid_request" }),
      );
    }
  });
});

describe("what was used", () => {
  test("a page costs a fifth of a cent", () => {
    for (const answer of [page({ creditsUsed: 1 }), page({ statusCode: 200 })]) {
      const read = reading("/v2/scrape", answer);
      expect(read.usage).toEqual({ pages: 1 });
      expect(costOf("firecrawl", "scrape", read)).toBe(2_000_000n);
    }
  });

  test("credits beyond the page's own are paid for beside it", () => {
    const read = reading("/v2/scrape", page({ creditsUsed: 9 }));
    expect(read.usage).toEqual({ pages: 1, credits: 8 });
    expect(costOf("firecrawl", "scrape", read)).toBe(18_000_000n);
  });

  test("where no credits are stated, they follow from what came", () => {
    const used = (answer: unknown) => reading("/v1/scrape", answer).usage;
    expect(used(page({ proxyUsed: "stealth" }))).toEqual({ pages: 1, credits: 4 });
    expect(used(page({ proxyUsed: "basic" }, { json: {} }))).toEqual({ pages: 1, credits: 4 });
    expect(used(page({ numPages: 12 }))).toEqual({ pages: 1, credits: 11 });
    expect(used(page({ numPages: 0 }))).toEqual({ pages: 1 });
    expect(used(page({ numPages: 1e300, creditsUsed: -1 }))).toEqual({ pages: 1 });
  });

  test("a map is one credit, whatever it finds", () => {
    const read = reading("/v2/map", { success: true, links: Array(500).fill({ url: "u" }) });
    expect(costOf("firecrawl", "map", read)).toBe(2_000_000n);
  });

  test("a search is paid for by tens of results, and by the pages scraped for it", () => {
    const results = Array(11).fill({ url: "u", title: "t" });
    const plain = reading("/v2/search", { success: true, data: { web: results } });
    expect(plain.usage).toEqual({ credits: 4 });
    const scraped = [{ url: "a", metadata: {} }, { url: "b", metadata: {} }, { url: "c" }];
    const withPages = { success: true, data: scraped, creditsUsed: 4 };
    expect(reading("/v1/search", withPages).usage).toEqual({ pages: 2, credits: 2 });
    const { creditsUsed: _, ...silent } = withPages;
    expect(reading("/v1/search", silent).usage).toEqual({ pages: 2, credits: 2 });
  });

  test("an error says nothing of usage", () => {
    const error = { success: false, error: "Unauthorized: Invalid token" };
    for (const path of ["/v2/scrape", "/v2/map", "/v2/search", "/v2/crawl", "/v2/extract"]) {
      expect(reading(path, error).usage, path).toBe(null);
      expect(reading(path, null).usage, path).toBe(null);
    }
  });
});

describe("work that is told later", () => {
  const id = "123e4567-e89b-12d3-a456-426614174000";

  test("is marked, begins without a usage, and has one once it is over", () => {
    for (const version of ["v1", "v2"]) {
      const begun = `/${version}/crawl`;
      const told = anyRoute("firecrawl", `${begun}/${id}`, "GET");
      expect(anyRoute("firecrawl", begun).deferred).toBe("starts");
      expect(told).toMatchObject({ deferred: "tells", kind: "free" });
      expect(reading(begun, { success: true, id, url: "u" }).usage).toBe(null);
      const status = { status: "scraping", total: 36, completed: 10, creditsUsed: 10, data: [] };
      expect(firecrawl.readUsage(told, status).usage).toBe(null);
      const over = { ...status, status: "completed", completed: 36, creditsUsed: 40 };
      expect(firecrawl.readUsage(told, over).usage).toEqual({ pages: 36, credits: 4 });
      const cancelled = { ...status, status: "cancelled" };
      expect(firecrawl.readUsage(told, cancelled).usage).toEqual({ pages: 10 });
    }
  });

  test("an extraction is paid for by the credits it states; a failed one that states none is free", () => {
    const told = (answer: object) => reading("/v2/extract", answer).usage;
    expect(told({ success: true, status: "processing", data: [] })).toBe(null);
    expect(told({ success: true, status: "completed", creditsUsed: 45 })).toEqual({ credits: 45 });
    expect(told({ success: true, status: "completed" })).toBe(null);
    expect(told({ success: false, status: "failed" })).toEqual({});
  });

  test("is asked for at the address that its id makes", () => {
    const begins = findRoute(firecrawl, "POST", "/v2/crawl");
    if (begins === null) throw new Error("No such route.");
    const path = firecrawl.later?.(begins)?.path(id) ?? "";
    expect(path).toBe(`/v2/crawl/${id}`);
    expect(findRoute(firecrawl, "GET", path)).toMatchObject({ kind: "free", deferred: "tells" });
  });
});

test("whatever an answer holds, reading it throws nothing and counts nothing twice", () => {
  const answers = fc.record({
    success: fc.constantFrom(true, false),
    status: fc.constantFrom("completed", "failed", "scraping", 7),
    creditsUsed: fc.oneof(fc.nat(1_000), fc.constantFrom(-1, 1.5, null, "4", 1e300)),
    completed: fc.oneof(fc.nat(1_000), fc.constantFrom(-1, null, "4")),
    data: fc.jsonValue(),
  });
  const paths = ["/v2/scrape", "/v1/search", "/v2/map", "/v1/crawl", "/v2/extract"];
  fc.assert(
    fc.property(fc.constantFrom(...paths), answers, (path, answer) => {
      const { usage } = reading(path, answer);
      const stated = answer.creditsUsed;
      if (usage === null || path.endsWith("scrape")) return;
      if (typeof stated === "number" && Number.isInteger(stated) && stated >= 0 && stated < 1e9) {
        expect((usage.pages ?? 0) + (usage.credits ?? 0)).toBe(stated);
      }
    }),
  );
});

test("errors are in Firecrawl's own words", () => {
  const words = { status: 429, code: "limit_reached", message: "No more.", requestId: "r1" };
  expect(firecrawl.errorBody(words)).toEqual({
    success: false,
    code: "LIMIT_REACHED",
    error: "No more.",
  });
});
