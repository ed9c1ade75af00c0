/** Kind by kind what a request's input is held at: text, conversations, tool schemas, pictures, sound. */
import { countChatCompletionTokens, encode, encodeChat } from "gpt-tokenizer/model/gpt-4o";
import { expect, test } from "vitest";
import { anthropic } from "../../src/providers/anthropic/anthropic.ts";
import type { Dialect } from "../../src/providers/dialect.ts";
import { gemini } from "../../src/providers/gemini/gemini.ts";
import { openai } from "../../src/providers/openai/openai.ts";
import { PATHS, routeOf } from "./streams.ts";
import { SAMPLES } from "./text-samples.ts";

function boundOf(dialect: Dialect, path: string, json: object): number {
  const query = new URLSearchParams();
  const route = routeOf(dialect, path);
  return dialect.readRequest({ route, path, query, json, bodyBytes: 0 }).inputTokensBound;
}

const chatBound = (json: object) => boundOf(openai, PATHS.chat, { model: "gpt-4o", ...json });
const ask = (content: unknown) => ({ messages: [{ role: "user", content }] });

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const NOT_LANGUAGES = new Set(
  "emoji symbols json prettyJson numbersJson csv code python html sql markdown base64 hex urls minified uuids whitespace capitals short names mixed".split(
    " ",
  ),
);
const languages = Object.keys(SAMPLES).filter((name) => !NOT_LANGUAGES.has(name));
const KINDS = { languages, code: ["code", "python", "sql", "html", "minified"] } as const;
const kinds: readonly (readonly [string, readonly string[]])[] = [
  ...Object.entries(KINDS),
  ["JSON", ["json", "prettyJson", "numbersJson"]],
  ["emoji", ["emoji"]],
  ["base64", ["base64"]],
];

/** Pieces of 30 to 400 characters, each a case of its own. */
function piecesOf(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const sample = SAMPLES[name] ?? "";
    const characters = [...sample.repeat(Math.ceil(1_500 / sample.length))];
    return [30, 100, 400].flatMap((length) =>
      Array.from({ length: Math.floor(characters.length / length) }, (_, at) =>
        characters.slice(at * length, (at + 1) * length).join(""),
      ),
    );
  });
}

test("twelve languages and more are among the samples", () => {
  expect(languages.length).toBeGreaterThanOrEqual(12);
});

test.each(kinds)(
  "%s: held at no less than the exact count in 99 of 100, and at most three times it at the median",
  (_kind, names) => {
    const pieces = piecesOf(names);
    expect(pieces.length).toBeGreaterThan(50);
    const below = pieces.filter((content) => {
      const exact = encodeChat([{ role: "user", content }]).length;
      return chatBound(ask(content)) < exact;
    });
    expect(below.length / pieces.length).toBeLessThanOrEqual(0.01);
    // Without what any request adds, which would hide how much is added to the text itself.
    const empty = chatBound(ask(""));
    const ratios = pieces.map((piece) => (chatBound(ask(piece)) - empty) / encode(piece).length);
    expect(median(ratios)).toBeLessThanOrEqual(3);
  },
);

test("a whole conversation is held at no less than the tokenizer's own count of it", () => {
  const messages = Object.values(SAMPLES).map((content, at) => ({
    role: at % 2 === 0 ? ("user" as const) : ("assistant" as const),
    content,
  }));
  for (const length of [1, 2, 7, messages.length]) {
    const some = messages.slice(0, length);
    const exact = encodeChat(some).length;
    const bound = chatBound({ messages: some });
    expect(bound).toBeGreaterThanOrEqual(exact);
    expect(bound).toBeLessThanOrEqual(3 * exact + 64);
  }
});

test("tool schemas are held at no less than what they come to for the model", () => {
  const parameter = (at: number) => ({
    type: at % 2 === 0 ? ("string" as const) : ("number" as const),
    description: `What the caller wants of part ${at}, in words that a person would use.`,
  });
  for (const [tools, parts] of [
    [1, 0],
    [1, 3],
    [4, 8],
    [20, 5],
  ] as const) {
    const functions = Array.from({ length: tools }, (_, tool) => ({
      name: `look_up_part_${tool}`,
      description: "Looks something up for the person who asks, and says where it was found.",
      parameters: {
        type: "object" as const,
        properties: Object.fromEntries(
          Array.from({ length: parts }, (__, at) => [`part_${at}`, parameter(at)]),
        ),
        required: parts > 0 ? ["part_0"] : [],
      },
    }));
    const messages = [{ role: "user" as const, content: "Where is it?" }];
    const exact = countChatCompletionTokens?.({ messages, functions }) ?? Number.NaN;
    const wrapped = functions.map((one) => ({ type: "function", function: one }));
    const bound = chatBound({ messages, tools: wrapped });
    expect(bound, `${tools} tools of ${parts}`).toBeGreaterThanOrEqual(exact);
    expect(bound, `${tools} tools of ${parts}`).toBeLessThanOrEqual(3 * exact);
  }
});

/** Only a header: a picture's size is read from it, and the rest is not looked at. */
function png(width: number, height: number): string {
  const header = Buffer.alloc(33);
  header.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]);
  header.writeUInt32BE(width, 16);
  header.writeUInt32BE(height, 20);
  return header.toString("base64");
}

const SIZES = [
  [64, 64],
  [512, 512],
  [768, 768],
  [1_024, 1_024],
  [1_092, 1_092],
  [1_920, 1_080],
  [300, 4_000],
] as const;

/** platform.openai.com/docs/guides/images-vision: fit in 2048², short side to 768, 85 + 170 for each tile of 512. */
function gpt4oImage(width: number, height: number): number {
  const fit = Math.min(1, 2_048 / Math.max(width, height));
  const short = Math.min(1, 768 / (Math.min(width, height) * fit));
  const tiles = (side: number) => Math.ceil((side * fit * short) / 512);
  return 85 + 170 * tiles(width) * tiles(height);
}

/** docs.anthropic.com/en/docs/build-with-claude/vision: width × height / 750, long side at most 1,568. */
function claudeImage(width: number, height: number): number {
  const fit = Math.min(1, 1_568 / Math.max(width, height));
  return Math.min(1_600, (width * fit * height * fit) / 750);
}

/** ai.google.dev/gemini-api/docs/tokens: 258 up to 384², else 258 for each tile. */
function geminiImage(width: number, height: number): number {
  if (width <= 384 && height <= 384) return 258;
  const tile = Math.min(768, Math.max(256, Math.floor(Math.min(width, height) / 1.5)));
  return 258 * Math.ceil(width / tile) * Math.ceil(height / tile);
}

test("a picture is held at no less than what its provider's documentation makes of its size", () => {
  for (const [width, height] of SIZES) {
    const name = `${width}x${height}`;
    const inline = png(width, height);
    const url = `data:image/png;base64,${inline}`;
    const openaiBound = chatBound(ask([{ type: "image_url", image_url: { url, detail: "high" } }]));
    expect(openaiBound, name).toBeGreaterThanOrEqual(gpt4oImage(width, height));
    const source = { type: "base64", media_type: "image/png", data: inline };
    const claude = {
      model: "claude-sonnet-4-5",
      max_tokens: 9,
      ...ask([{ type: "image", source }]),
    };
    expect(boundOf(anthropic, PATHS.messages, claude), name).toBeGreaterThanOrEqual(
      claudeImage(width, height),
    );
    const parts = [{ inlineData: { mimeType: "image/png", data: inline } }];
    const bound = boundOf(gemini, PATHS.generate, { contents: [{ role: "user", parts }] });
    expect(bound, name).toBeGreaterThanOrEqual(geminiImage(width, height));
  }
});

test("sound is held by its length: Gemini's 32 tokens a second, and not three times that", () => {
  const bytesASecond = 16_000;
  for (const seconds of [10, 60, 300]) {
    const wav = Buffer.alloc(44 + seconds * bytesASecond);
    wav.write("RIFF", 0, "latin1");
    wav.write("WAVEfmt ", 8, "latin1");
    wav.writeUInt32LE(bytesASecond, 28);
    const parts = [{ inlineData: { mimeType: "audio/wav", data: wav.toString("base64") } }];
    const bound = boundOf(gemini, PATHS.generate, { contents: [{ role: "user", parts }] });
    expect(bound).toBeGreaterThanOrEqual(32 * seconds);
    expect(bound).toBeLessThanOrEqual(96 * seconds);
  }
});
