/** The conformance command: reads every format, believes the provider only, and says so when the meter is wrong. */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { randomFrom } from "../../src/conformance/cut-bytes.ts";
import { lastWordOf } from "../../src/conformance/last-word.ts";
import { readFolder } from "../../src/conformance/read-folder.ts";
import { summaryOf } from "../../src/conformance/report.ts";
import { type Run, runRecording } from "../../src/conformance/run-recording.ts";
import { serveRecordings } from "../../src/conformance/serve-recordings.ts";
import { parseInstant } from "../../src/core/instant.ts";
import { defaultPriceBook } from "../../src/prices/default-price-book.ts";
import { CHAT, FILES, recorded, writeFolder } from "./recordings-folder.ts";

const SHARED = fileURLToPath(new URL("../../../shared/recordings/", import.meta.url));
const hasRecordings = existsSync(`${SHARED}cases.jsonl`);
const COMMAND = fileURLToPath(new URL("../../src/conformance/main.ts", import.meta.url));

const at = parseInstant("2026-04-01T00:00:00Z", "at");
const prices = defaultPriceBook();
const folder = writeFolder(FILES);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function runFolder(path: string, seed = 1): Run[] {
  const random = randomFrom(seed);
  return readFolder(path).map((recording) => runRecording(recording, { prices, at, random }));
}

function rowsByFile(path: string) {
  return new Map(runFolder(path).map(({ row }) => [row.file, row]));
}

function runCommand(...args: string[]) {
  const ran = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8" });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

/** A folder whose one answer is not what its cases say it is. */
function lyingFolder(): string {
  const file = "openai/chat.json";
  const answer = { content_type: "application/json", body_json: CHAT };
  const row = { file, provider: "openai", raw_final_usage: { ...CHAT.usage, prompt_tokens: 999 } };
  return writeFolder({
    [file]: recorded("https://api.openai.com/v1/chat/completions", {}, answer),
    "cases.jsonl": JSON.stringify(row),
  });
}

test("recordings, bare bodies and lines of a stream are all metered and priced", () => {
  const rows = rowsByFile(folder);
  const expected = {
    "json/openai/chat.json": [{ input: 1_000, output: 200 }, "0.00027"],
    "stream/openai/unasked.json": [{ input: 30, output: 7 }, "0.0000087"],
    "azure/lines.chunks.txt": [{ input: 30, output: 7 }, "0.0000087"],
    "anthropic/lines.chunks.txt": [{ input: 50, cache_read: 400, output: 9 }, "0.000405"],
    "gemini/bare.json": [{ input: 12, output: 3 }, "0.0000111"],
    "tavily/search.json": [{ credits: 1 }, "0.001"],
  };
  for (const [file, [usage, cost]] of Object.entries(expected)) {
    expect(rows.get(file), file).toMatchObject({ verdict: "metered", usage, cost, warnings: [] });
    expect(rows.get(file)?.priceRows).toHaveLength(1);
  }
});

test("a provider that nobody set up is named, and read as it would be if somebody did", () => {
  const row = rowsByFile(folder).get("newcomer/lines.chunks.txt");
  expect(row).toMatchObject({ verdict: "metered", dialect: "newcomer", usage: { input: 30 } });
  expect(row?.warnings.join(" ")).toContain("No provider newcomer is there");
  expect(row?.warnings.join(" ")).toContain("Unpriced");
});

test("what nothing here can read is named, and is no success", () => {
  const runs = runFolder(folder);
  const stranger = runs.find(({ row }) => row.provider === "stranger")?.row;
  expect(stranger).toMatchObject({ verdict: "unread", saysUsage: true });
  expect(stranger?.reason).toContain("Unknown provider stranger");
  expect(summaryOf(runs.map(({ row }) => row)).ok).toBe(false);
  const rest = runs.filter(({ row }) => row !== stranger);
  expect(summaryOf(rest.map(({ row }) => row)).ok).toBe(true);
  expect(summaryOf([]).ok).toBe(false);
});

test("an answer that is not metered to its provider's last word fails the command, naming both numbers", () => {
  const path = lyingFolder();
  const { code, out } = runCommand(path, "--seed", "7");
  rmSync(path, { recursive: true, force: true });
  expect(code).toBe(1);
  expect(out).toContain("input tokens: said 999, metered 1000");
  expect(out).toContain("Seed 7.");
});

test("--json is one document, and 0 is said only of a folder that is metered", () => {
  const { "stranger/riddle.json": _, ...good } = FILES;
  const path = writeFolder(good);
  const { code, out } = runCommand(path, "--json", "--at", "2026-04-01T00:00:00Z");
  rmSync(path, { recursive: true, force: true });
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report.summary).toMatchObject({ recordings: 7, with_usage: 7, metered_to_last_word: 7 });
  expect(report.recordings).toContainEqual(
    expect.objectContaining({
      file: "json/openai/chat.json",
      buckets: { input: 1_000, output: 200 },
      total_tokens: 1_200,
      cost: "0.00027",
      price_rows: ["catalogue:openai:gpt-4o-mini:first"],
    }),
  );
  expect(runCommand(path, "--nonsense").code).toBe(2);
});

test("through a real gateway every answer comes out the same: bytes, usage and cost", async () => {
  const runs = runFolder(folder);
  const rows = await serveRecordings(runs, { at, random: randomFrom(2) });
  const unserved = rows.filter(({ warnings }) => warnings.join().includes("Not served"));
  expect(unserved).toEqual([]);
  expect(rows.map(({ verdict }) => verdict)).toEqual(runs.map(({ row }) => row.verdict));
});

test("a gateway that meters otherwise is found out", async () => {
  const [run] = runFolder(folder).filter(({ row }) => row.file === "json/openai/chat.json");
  if (run === undefined || run.metered === null) throw new Error("no such recording");
  const { metered } = run.metered;
  const other = { ...run.metered, metered: { ...metered, usage: { input: 1, output: 200 } } };
  const [row] = await serveRecordings([{ ...run, metered: other }], { at, random: randomFrom(3) });
  expect(row?.verdict).toBe("mismatch");
  expect(row?.reason).toContain('the gateway metered {"input":1000,"output":200}');
});

test.skipIf(!hasRecordings)(
  "the last word found in an answer is the one that whoever recorded it kept",
  () => {
    const kept = readFolder(SHARED).filter(({ keptUsage }) => keptUsage !== null);
    expect(kept.length).toBeGreaterThan(130);
    for (const recording of kept) {
      expect(lastWordOf({ ...recording, keptUsage: null }), recording.file).toEqual(
        recording.keptUsage,
      );
    }
  },
);

test.skipIf(!hasRecordings)("every shared recording is metered to its provider's last word", () => {
  const rows = runFolder(SHARED, Date.now()).map(({ row }) => row);
  expect(rows.length).toBeGreaterThanOrEqual(145);
  expect(rows.filter(({ verdict }) => verdict !== "metered" && verdict !== "silent")).toEqual([]);
  expect(summaryOf(rows).ok).toBe(true);
  // A cost of nothing is either no use, or said.
  const silentZeros = rows.filter(
    ({ cost, inputTokens, outputTokens, warnings }) =>
      cost === "0" && inputTokens + outputTokens > 0 && warnings.length === 0,
  );
  expect(silentZeros).toEqual([]);
});
