/** Tavily, Serper and Exa: what their searches can use, what they used, and what that costs. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalizeProvider } from "../../src/core/providers.ts";
import { findRoute } from "../../src/providers/all.ts";
import type { AnswerFacts } from "../../src/providers/dialect.ts";
import { openStream, pass } from "./streams.ts";
import { costOf, dialectNamed, factsOf, readingOf } from "./unit-calls.ts";

const RECORDED = fileURLToPath(new URL("../../../shared/recordings/json/tavily/", import.meta.url));
const hasRecordings = existsSync(RECORDED);
const pages = (count: number) => Array.from({ length: count }, (_, at) => ({ url: `u${at}` }));
const unitsOf = (...call: Parameters<typeof factsOf>) => factsOf(...call).units;
const named = (...call: Parameters<typeof factsOf>) => factsOf(...call).model;

describe("Tavily", () => {
  test.skipIf(!hasRecordings)("every recorded search costs a tenth of a cent", () => {
    const files = readdirSync(RECORDED);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const { request, response } = JSON.parse(readFileSync(`${RECORDED}${file}`, "utf8"));
      const reading = readingOf("tavily", "/search", response.body_json, request.body_subset);
      expect(reading).toMatchObject({ usage: { credits: 1 }, model: "search", problems: [] });
      expect(costOf("tavily", "search", reading)).toBe(1_000_000n);
    }
  });

  test.each([
    [undefined, 1],
    ["basic", 1],
    ["fast", 1],
    ["ultra-fast", 1],
    ["advanced", 2],
    ["a depth of next year", 2],
  ])("a search of depth %s holds %i credits", (search_depth, credits) => {
    expect(unitsOf("tavily", "/search", { query: "q", search_depth })).toEqual({ credits });
  });

  test("an advanced search costs 2 credits, whether Tavily says so or not", () => {
    const asked = { query: "q", search_depth: "advanced" };
    const silent = readingOf("tavily", "/search", { results: [] }, asked);
    const said = readingOf("tavily", "/search", { results: [], usage: { credits: 2 } }, asked);
    expect(silent.usage).toEqual({ credits: 2 });
    expect(said.usage).toEqual({ credits: 2 });
    expect(costOf("tavily", named("tavily", "/search", asked), silent)).toBe(2_000_000n);
  });

  test("credits that Tavily states outrank ours, 0 among them", () => {
    const asked = { urls: ["a"] };
    for (const credits of [0, 7]) {
      const answer = { results: pages(1), usage: { credits } };
      const reading = readingOf("tavily", "/extract", answer, asked);
      expect(reading.usage).toEqual(credits === 0 ? {} : { credits });
    }
  });

  test("credits that cannot be are not believed, and that is said", () => {
    const answer = { results: [], usage: { credits: -3 } };
    const reading = readingOf("tavily", "/search", answer, { query: "q" });
    expect(reading.usage).toEqual({ credits: 1 });
    expect(reading.problems).toHaveLength(1);
  });

  test("with auto_parameters two credits are held, and those of the depth chosen are paid", () => {
    const asked = { query: "q", auto_parameters: true };
    expect(unitsOf("tavily", "/search", asked)).toEqual({ credits: 2 });
    for (const [search_depth, credits] of [
      ["basic", 1],
      ["advanced", 2],
    ]) {
      const answer = { results: [], auto_parameters: { search_depth } };
      expect(readingOf("tavily", "/search", answer, asked).usage).toEqual({ credits });
    }
    const cheap = { ...asked, search_depth: "basic" };
    expect(unitsOf("tavily", "/search", cheap)).toEqual({ credits: 1 });
  });

  test.each([
    ["/extract", { urls: "one" }, 1],
    ["/extract", { urls: ["1", "2", "3", "4", "5"] }, 1],
    ["/extract", { urls: ["1", "2", "3", "4", "5", "6"] }, 2],
    ["/extract", { urls: ["1", "2", "3", "4", "5", "6"], extract_depth: "advanced" }, 4],
    ["/map", { url: "u" }, 5],
    ["/map", { url: "u", limit: 11 }, 2],
    ["/map", { url: "u", limit: 11, instructions: "only docs" }, 4],
    ["/crawl", { url: "u" }, 15],
    ["/crawl", { url: "u", limit: 10 }, 3],
    ["/crawl", { url: "u", limit: 10, extract_depth: "advanced" }, 5],
    ["/crawl", { url: "u", limit: 10, extract_depth: "advanced", instructions: "x" }, 6],
  ])("%s with %o holds %i credits", (path, asked, credits) => {
    expect(unitsOf("tavily", path, asked)).toEqual({ credits });
  });

  test("pages that failed or never came are not paid for", () => {
    const urls = pages(12).map(({ url }) => url);
    const answer = { results: pages(5), failed_results: pages(7) };
    expect(readingOf("tavily", "/extract", answer, { urls }).usage).toEqual({ credits: 1 });
    const deep = { url: "u", limit: 50, extract_depth: "advanced", instructions: "x" };
    const crawled = readingOf("tavily", "/crawl", { results: pages(10) }, deep);
    expect(crawled.usage).toEqual({ credits: 6 });
    expect(readingOf("tavily", "/map", { results: [] }, { url: "u" }).usage).toEqual({});
  });

  test("whatever a request asks for, what comes back costs no more than was held", () => {
    const asked = fc.record({
      path: fc.constantFrom("/crawl", "/map"),
      limit: fc.integer({ min: 1, max: 300 }),
      extract_depth: fc.constantFrom("basic", "advanced"),
      instructions: fc.constantFrom("", "only docs"),
      came: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(asked, ({ path, came, ...body }) => {
        const answer = { results: pages(Math.min(came, body.limit)) };
        const held = unitsOf("tavily", path, body)?.credits ?? 0;
        const used = readingOf("tavily", path, answer, body).usage?.credits ?? 0;
        expect(used).toBeLessThanOrEqual(held);
        if (came >= body.limit) expect(used).toBe(held);
      }),
    );
  });

  test("an error says nothing of usage, so that a refusal is not paid for", () => {
    const error = { detail: { error: "Unauthorized: missing or invalid API key." } };
    expect(readingOf("tavily", "/search", error, { query: "q" }).usage).toBe(null);
    expect(readingOf("tavily", "/search", null, { query: "q" }).usage).toBe(null);
  });

  test("a key in the body is refused: it is ours, and would reach Tavily", () => {
    const send = () => factsOf("tavily", "/search", { query: "q", api_key: "purser_customer_x" });
    expect(send).toThrow(/api_key: must be left out/);
  });

  test("an answer told without its request is read at the plain price", () => {
    expect(readingOf("tavily", "/search", { results: pages(3) }).usage).toEqual({ credits: 1 });
  });
});

describe("Serper", () => {
  const answer = { searchParameters: { q: "x" }, organic: [], credits: 1 };

  test("a search costs a tenth of a cent, and what its credits say", () => {
    const reading = readingOf("serper", "/search", answer, { q: "x" });
    expect(reading.usage).toEqual({ credits: 1 });
    expect(costOf("serper", "search", reading)).toBe(1_000_000n);
    const maps = readingOf("serper", "/maps", { ...answer, credits: 3 }, { q: "x" });
    expect(costOf("serper", "maps", maps)).toBe(3_000_000n);
    const { credits: _, ...silent } = answer;
    expect(readingOf("serper", "/news", silent, { q: "x" }).usage).toEqual({ credits: 1 });
  });

  test("a list of queries is paid for query by query", () => {
    const asked = [{ q: "a" }, { q: "b", num: 50 }, { q: "c" }];
    expect(unitsOf("serper", "/search", asked)).toEqual({ credits: 4 });
    const reading = readingOf("serper", "/search", [answer, { ...answer, credits: 2 }, answer]);
    expect(reading.usage).toEqual({ credits: 4 });
  });

  test("more than ten results hold a second credit; dear kinds hold what they cost", () => {
    expect(unitsOf("serper", "/search", { q: "x", num: 10 })).toEqual({ credits: 1 });
    expect(unitsOf("serper", "/search", { q: "x", num: 11 })).toEqual({ credits: 2 });
    expect(unitsOf("serper", "/lens", { url: "x" })).toEqual({ credits: 3 });
  });

  test("all siblings of search are offered, the account is not", () => {
    const kinds = "search images videos news places maps reviews shopping lens scholar patents";
    const serper = dialectNamed("serper");
    for (const kind of [...kinds.split(" "), "autocomplete"]) {
      expect(findRoute(serper, "POST", `/${kind}`)?.operation, kind).toBe("search");
    }
    expect(findRoute(serper, "GET", "/account")).toBe(null);
    expect(findRoute(serper, "POST", "/search/more")).toBe(null);
  });

  test("an error says nothing of usage", () => {
    const error = { message: "Unauthorized.", statusCode: 403 };
    expect(readingOf("serper", "/search", error, { q: "x" }).usage).toBe(null);
  });
});

describe("Exa", () => {
  const answer = { requestId: "r", results: pages(2), costDollars: { total: 0.007 } };

  test("a search costs what its answer states, exactly, and our price where it states nothing", () => {
    const reading = readingOf("exa", "/search", answer, { query: "q" });
    expect(reading).toMatchObject({ usage: { requests: 1 }, statedCost: 7_000_000n });
    expect(costOf("exa", "search", reading)).toBe(7_000_000n);
    const silent = readingOf("exa", "/search", { results: [] }, { query: "q" });
    expect(costOf("exa", "search", silent)).toBe(3_000_000n);
  });

  test.each([
    [0.0123, 12_300_000n],
    [0.1 + 0.2, 300_000_000n],
    [1e-7, 100n],
    [0.0000000005, 0n],
    [0.0000000015, 2n],
    [0, 0n],
  ])("a stated cost of %d dollars is %i nano-dollars", (total, statedCost) => {
    const reading = readingOf("exa", "/search", { ...answer, costDollars: { total } });
    expect(reading.statedCost).toBe(statedCost);
    expect(reading.problems).toEqual([]);
  });

  test.each([-1, Number.NaN, 1e300, "0.007", {}])(
    "a stated cost of %o is not believed",
    (total) => {
      const reading = readingOf("exa", "/search", { ...answer, costDollars: { total } });
      expect(reading.statedCost).toBe(undefined);
      expect(reading.problems).toHaveLength(1);
      expect(costOf("exa", "search", reading)).toBe(3_000_000n);
    },
  );

  test("contents count their pages", () => {
    const asked = { urls: ["a", "b", "c"], text: true, summary: { query: "q" } };
    const facts = factsOf("exa", "/contents", asked);
    expect(facts).toMatchObject({ units: { requests: 1, pages: 3 }, costMost: 6_000_000n });
    const reading = readingOf("exa", "/contents", answer, asked);
    expect(reading.usage).toEqual({ requests: 1, pages: 2 });
  });

  test.each([
    ["/search", { query: "q" }, "search", 7_000_000n],
    ["/search", { query: "q", type: "deep-reasoning" }, "search-deep", 15_000_000n],
    ["/search", { query: "q", numResults: 25 }, "search", 22_000_000n],
    ["/search", { query: "q", contents: { summary: true } }, "search", 17_000_000n],
    ["/findSimilar", { url: "u" }, "find-similar", 7_000_000n],
    ["/answer", { query: "q" }, "answer", 5_000_000n],
    ["/contents", { ids: ["a"], subpages: 4 }, "contents", 5_000_000n],
  ])(
    "%s with %o is %s and may cost %i nano-dollars by Exa's own prices",
    (path, json, model, costMost) => {
      expect(factsOf("exa", path, json)).toMatchObject({ model, costMost });
    },
  );

  test("an error says nothing of usage", () => {
    const error = { requestId: "r", error: "Invalid API key", tag: "INVALID_API_KEY" };
    expect(readingOf("exa", "/search", error, { query: "q" }).usage).toBe(null);
  });

  test("its old name Metaphor is the same provider", () => {
    expect(dialectNamed(normalizeProvider("Metaphor")).title).toBe("Exa");
  });

  const chunk = (json: unknown) => `data: ${JSON.stringify(json)}\n\n`;
  const words = (content: string) => chunk({ choices: [{ delta: { content } }] });

  test("a streamed answer passes byte for byte, and its cost is read wherever it is cut", () => {
    const end = chunk({ citations: [], costDollars: { total: 0.005 } });
    const bytes = Buffer.from(`${words("Ünter den ")}${words("“Linden”")}${end}data: [DONE]\n\n`);
    const facts: AnswerFacts = factsOf("exa", "/answer", { query: "q", stream: true });
    const cuts = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 });
    fc.assert(
      fc.property(cuts, (lengths) => {
        const read = pass(openStream(dialectNamed("exa"), "/answer", { facts }), bytes, lengths);
        expect(read.reading).toMatchObject({
          usage: { requests: 1 },
          statedCost: 5_000_000n,
          complete: true,
          outputTokensCounted: 0,
          problems: [],
        });
        expect(read.rest.length).toBeGreaterThan(0);
        expect(Buffer.concat([read.passed, read.rest]).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test("words after the event with the cost are not kept back until the end", () => {
    const reader = openStream(dialectNamed("exa"), "/answer");
    const first = reader.push(Buffer.from(chunk({ costDollars: { total: 0.005 } })));
    const second = reader.push(Buffer.from(words("late")));
    expect(first).toBe(null);
    expect(String(second)).toContain("costDollars");
    expect(String(reader.rest())).toContain("late");
  });

  test("a stream that is cut before its cost is one request, not complete", () => {
    const read = pass(openStream(dialectNamed("exa"), "/answer"), Buffer.from(words("a")), [3]);
    expect(read.reading).toMatchObject({ usage: { requests: 1 }, complete: false });
    expect(read.reading.statedCost).toBe(undefined);
  });
});

describe("errors in each provider's own words", () => {
  const words = { status: 429, code: "limit_reached", message: "No more.", requestId: "r1" };

  test.each([
    ["tavily", { detail: { error: "No more." } }],
    ["serper", { message: "No more.", statusCode: 429 }],
    ["exa", { requestId: "r1", error: "No more.", tag: "LIMIT_REACHED" }],
  ])("%s", (provider, body) => {
    expect(dialectNamed(provider).errorBody(words)).toEqual(body);
  });
});
