/** Forms and pictures through the gateway: the very bytes both ways, and what they cost. */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Json, type Stage, setStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.close());

const openaiOf = (key: string) =>
  new OpenAI({ apiKey: key, baseURL: `${stage.url}/openai/v1`, maxRetries: 0 });
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const spools = () => readdirSync(tmpdir()).filter((name) => /^purser-[\da-f]{8}-/.test(name));

describe("forms", () => {
  test("the official SDK edits a picture: its form arrives byte for byte, and the answer is metered", async () => {
    const key = await stage.customer();
    const picture = randomBytes(5_000);
    const edited = await openaiOf(key).images.edit({
      model: "gpt-image-1",
      image: await toFile(picture, "cat.png", { type: "image/png" }),
      prompt: "A hat on the cat.",
      n: 2,
    });
    expect(edited.data).toHaveLength(2);
    const sent = stage.provider.requests.at(-1);
    expect(sent?.body.includes(picture)).toBe(true);
    expect(sent?.headers["content-length"]).toBe(String(sent?.body.length));
    expect(sent?.headers["authorization"]).toBe("Bearer operators-openai-secret");
    expect(await stage.eventsOnce(key, 1)).toMatchObject([
      {
        model: "gpt-image-1",
        operation: "image_edit",
        estimated: false,
        usage: { input: 5, output_image: 2_112, images: 2 },
      },
    ]);
  });

  test("a form larger than memory takes is sent on from a file without a name, which is gone afterwards", async () => {
    const key = await stage.customer();
    const sound = randomBytes(9 * 1024 * 1024);
    const form = new FormData();
    form.set("model", "whisper-1");
    form.set("file", new File([sound], "talk.wav"));
    const body = new Response(form);
    const contentType = body.headers.get("content-type") ?? "";
    const bytes = Buffer.from(await body.arrayBuffer());
    const response = await fetch(`${stage.url}/openai/v1/audio/transcriptions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": contentType },
      body: bytes,
    });
    expect(response.status).toBe(200);
    const sent = stage.provider.requests.at(-1)?.body ?? Buffer.alloc(0);
    expect(digest(sent)).toBe(digest(bytes));
    const seconds = Math.ceil(bytes.length / 4_000);
    expect(await stage.eventsOnce(key, 1)).toMatchObject([{ usage: { seconds }, calls: 1 }]);
    await expect.poll(spools, { timeout: 5_000 }).toEqual([]);
  });

  test("a form is tried again from its first byte", async () => {
    const key = await stage.customer();
    const transcript = await openaiOf(key).audio.transcriptions.create({
      model: "sim-503-then-fine-whisper",
      file: await toFile(randomBytes(2 * 1024 * 1024), "talk.mp3"),
    });
    expect(transcript.text).toContain("simulated");
    const [first, second] = stage.provider.requests.slice(-2);
    expect(first?.body.length).toBeGreaterThan(2 * 1024 * 1024);
    expect(second?.body.equals(first?.body ?? Buffer.alloc(0))).toBe(true);
    expect(await stage.eventsOnce(key, 1)).toMatchObject([{ retry_count: 1, calls: 1 }]);
  });

  async function post(key: string, contentType: string, body: string): Promise<Json> {
    const before = stage.provider.requests.length;
    const response = await stage.post("/openai/v1/images/edits", key, body, {
      headers: { "content-type": contentType },
    });
    expect(stage.provider.requests).toHaveLength(before);
    const json: Json = await response.json();
    return { status: response.status, error: json.purser.error };
  }

  test("what is no whole form, or no form at all, is refused and holds nothing", async () => {
    const key = await stage.customer();
    const part = (name: string, text: string) =>
      `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
    const form = "multipart/form-data; boundary=b";
    expect(await post(key, form, part("model", "gpt-image-1"))).toMatchObject({ status: 400 });
    expect(await post(key, "multipart/form-data", "x")).toMatchObject({ status: 415 });
    expect(await post(key, "multipart/form-data; x=y", "x")).toMatchObject({ status: 400 });
    expect(await post(key, "text/plain", "x")).toMatchObject({ status: 415 });
    expect(await post(key, form, `${part("model", "a")}${part("model", "b")}--b--`)).toMatchObject({
      status: 400,
    });
    const long = part("prompt", "x".repeat(1_100_000));
    expect(await post(key, form, `${long}--b--`)).toMatchObject({ status: 400 });
    expect(stage.openHolds()).toBe(0);
    expect(stage.events(key)).toEqual([]);
  });

  test("more than 256 MB is 413, said before it is read, and a form without a key is 401", async () => {
    const key = await stage.customer();
    const ask = (headers: Record<string, string>) =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(
          `${stage.url}/openai/v1/images/edits`,
          {
            method: "POST",
            headers: { "content-type": "multipart/form-data; boundary=b", ...headers },
          },
          (response) => {
            resolve(response.statusCode ?? 0);
            request.destroy();
          },
        );
        request.on("error", reject);
        request.write("--b\r\n");
      });
    const tooLong = String(257 * 1024 * 1024);
    expect(await ask({ authorization: `Bearer ${key}`, "content-length": tooLong })).toBe(413);
    expect(await ask({ authorization: "Bearer sk-none" })).toBe(401);
  });

  test("a client that leaves while it sends leaves no file behind", async () => {
    const key = await stage.customer();
    const request = httpRequest(`${stage.url}/openai/v1/audio/transcriptions`, {
      method: "POST",
      headers: {
        "content-type": "multipart/form-data; boundary=b",
        authorization: `Bearer ${key}`,
        "content-length": String(9 * 1024 * 1024),
      },
    });
    request.on("error", () => {});
    request.write(randomBytes(4 * 1024 * 1024), () => request.destroy());
    await new Promise((resolve) => request.on("close", resolve));
    expect((await stage.post("/openai/v1/moderations", key, { input: "x" })).status).toBe(404);
    // A file has its name for the moment between opening and unlinking; another server's may be in it just now.
    await expect.poll(spools, { timeout: 5_000 }).toEqual([]);
  });
});

describe("answers that are no JSON", () => {
  test("speech passes byte for byte, and is billed by the characters that were asked for", async () => {
    const key = await stage.customer();
    const input = "Ten words of speech, and then some more of it. ".repeat(40);
    const response = await openaiOf(key).audio.speech.create({
      model: "tts-1",
      voice: "alloy",
      input,
    });
    const sound = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get("content-type")).toBe("audio/mpeg");
    expect(sound).toHaveLength(input.length * 40);
    const [event] = await stage.eventsOnce(key, 1);
    expect(event).toMatchObject({
      usage: { characters: input.length },
      estimated: false,
      status_code: 200,
    });
    expect(response.headers.get("x-purser-request-id")).toBe(event?.id);
  });

  test("its last bytes leave only when it is settled", async () => {
    const key = await stage.customer();
    const headers = { "content-type": "audio/mpeg", "content-length": "200000" };
    // With a length, so that the client has it all without hearing of the end.
    stage.script = () => ({ raw: { status: 200, headers, body: randomBytes(200_000) } });
    const response = await stage.post("/openai/v1/audio/speech", key, {
      model: "tts-1",
      input: "x".repeat(500),
    });
    expect(response.headers.get("content-length")).toBe("200000");
    await response.arrayBuffer();
    expect(stage.events(key)).toHaveLength(1);
    stage.script = null;
    expect(stage.openHolds()).toBe(0);
  });

  test("one that breaks off looks broken, and is billed as estimated", async () => {
    const key = await stage.customer();
    stage.script = () => ({ cutAfter: 0.5 });
    const response = await stage.post("/openai/v1/audio/speech", key, {
      model: "tts-1",
      input: "x".repeat(500),
    });
    await expect(response.arrayBuffer()).rejects.toThrow("terminated");
    stage.script = null;
    expect(await stage.eventsOnce(key, 1)).toMatchObject([
      { usage: { characters: 500 }, estimated: true, status_code: 502 },
    ]);
  });

  test("an error is passed on as it came, and is not billed", async () => {
    const key = await stage.customer();
    stage.script = () => ({ raw: { status: 400, body: '{"error":{"message":"no such voice"}}' } });
    const speech = openaiOf(key).audio.speech.create({ model: "tts-1", voice: "x", input: "x" });
    await expect(speech).rejects.toThrow("no such voice");
    stage.script = null;
    expect(await stage.eventsOnce(key, 1)).toMatchObject([{ usage: {}, calls: 0, cost: 0 }]);
  });
});
