/** Stability: which model a request is for, how many images it asks for, and what they cost. */
import { expect, test } from "vitest";
import { findRoute } from "../../src/providers/all.ts";
import { anyRoute, costOf, dialectNamed, factsOf, readingOf } from "./unit-calls.ts";

const stability = dialectNamed("stability");
const GENERATE = "/v2beta/stable-image/generate";
const prompt = { prompt: "a lighthouse" };
const image = { filename: "a.png", contentType: "image/png", bytes: 2_000 };
const artifact = { base64: "aGk=", seed: 1, finishReason: "SUCCESS" };

test.each([
  [`${GENERATE}/core`, prompt, "core", 1],
  [`${GENERATE}/ultra`, prompt, "ultra", 1],
  [`${GENERATE}/sd3`, prompt, "sd3.5-large", 1],
  [`${GENERATE}/sd3`, { ...prompt, model: "sd3.5-medium" }, "sd3.5-medium", 1],
  ["/v2beta/stable-image/edit/remove-background", { image }, "remove-background", 1],
  ["/v2beta/stable-image/edit/inpaint", { image, ...prompt }, "inpaint", 1],
  ["/v2beta/stable-image/control/style-transfer", { image }, "style-transfer", 1],
  ["/v2beta/stable-image/upscale/fast", { image }, "upscale-fast", 1],
  [
    "/v1/generation/stable-diffusion-xl-1024-v1-0/text-to-image",
    { samples: 3 },
    "stable-diffusion-xl-1024-v1-0",
    3,
  ],
  [
    "/v1/generation/stable-diffusion-v1-6/image-to-image",
    { samples: "2", init_image: image },
    "stable-diffusion-v1-6",
    2,
  ],
])("%s with %o is of model %s and holds %i images", (path, json, model, images) => {
  expect(factsOf("stability", path, json)).toMatchObject({ model, units: { images } });
});

test("the bytes of an image, its base64 and its id cost four cents each", () => {
  const path = `${GENERATE}/ultra`;
  for (const answer of [null, { image: "aGk=", finish_reason: "SUCCESS", seed: 1 }, { id: "x" }]) {
    const reading = readingOf("stability", path, answer, prompt);
    expect(reading.usage).toEqual({ images: 1 });
    expect(costOf("stability", "ultra", reading)).toBe(40_000_000n);
  }
});

test("of several samples those that came are paid for", () => {
  const path = "/v1/generation/stable-diffusion-v1-6/text-to-image";
  const answer = { artifacts: [artifact, artifact] };
  const reading = readingOf("stability", path, answer, { samples: 3 });
  expect(reading.usage).toEqual({ images: 2 });
  expect(costOf("stability", "stable-diffusion-v1-6", reading)).toBe(80_000_000n);
});

test("an error of either version says nothing of usage", () => {
  const newer = { id: "x", name: "content_moderation", errors: ["Your request was flagged."] };
  const older = { id: "x", name: "bad_request", message: "bad" };
  for (const error of [newer, older, {}, []]) {
    expect(readingOf("stability", `${GENERATE}/core`, error, prompt).usage).toBe(null);
  }
});

test("samples that cannot be are refused by name", () => {
  const path = "/v1/generation/stable-diffusion-v1-6/text-to-image";
  for (const samples of [0, 11, 1.5, "many", -1]) {
    expect(() => factsOf("stability", path, { samples }), String(samples)).toThrow(/^samples: /);
  }
});

test("forms and pictures are said to be such, and edits are edits", () => {
  expect(findRoute(stability, "POST", `${GENERATE}/core`)).toMatchObject({
    operation: "image",
    body: "multipart",
    answer: "binary",
  });
  const erase = findRoute(stability, "POST", "/v2beta/stable-image/edit/erase");
  expect(erase).toMatchObject({ operation: "image_edit", body: "multipart", answer: "binary" });
  const text = findRoute(stability, "POST", "/v1/generation/sd/text-to-image");
  expect(text).toMatchObject({ operation: "image", answer: "binary" });
  expect(text?.body).toBe(undefined);
});

test("work that answers later is marked, and paid for when it begins", () => {
  const path = "/v2beta/stable-image/upscale/creative";
  expect(anyRoute("stability", path).deferred).toBe("starts");
  expect(anyRoute("stability", "/v2beta/results/abc", "GET").deferred).toBe("tells");
  expect(readingOf("stability", path, { id: "abc" }, { image }).usage).toEqual({ images: 1 });
});

test("nothing else is reached: no balance, no other path in disguise", () => {
  for (const path of [
    "/v1/user/balance",
    "/v2beta/results/..",
    "/v1/generation/../text-to-image",
  ]) {
    expect(
      stability.routes.filter(({ pattern }) => pattern.test(path)),
      path,
    ).toEqual([]);
  }
});

test("errors are in Stability's own words", () => {
  const words = { status: 429, code: "limit_reached", message: "No more.", requestId: "r1" };
  expect(stability.errorBody(words)).toEqual({
    id: "r1",
    name: "limit_reached",
    message: "No more.",
    errors: ["No more."],
  });
});
