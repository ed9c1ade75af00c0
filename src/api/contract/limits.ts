/** Limits in the flat shape of the REST API, and as they are written in plan files. */
import { z } from "zod";
import { limitSchema } from "../../core/limits/read-limit.ts";
import { TIERS } from "../../core/plans/plan.ts";

const FIELDS = [
  "gemini_calls",
  "openai_calls",
  "anthropic_calls",
  "mistral_calls",
  "tavily_calls",
  "serper_calls",
  "metaphor_calls",
  "exa_calls",
  "firecrawl_calls",
  "stability_calls",
  "wavespeed_calls",
  "gemini_tokens",
  "openai_tokens",
  "anthropic_tokens",
  "mistral_tokens",
  "ai_text_generation_calls",
  "video_calls",
  "image_edit_calls",
  "audio_calls",
  "monthly_cost",
] as const;

/** Only in this shape a 0 stands for both "none" and "unlimited"; `_zero_means` tells which. */
export const flatLimits = z.object({
  ...(Object.fromEntries(FIELDS.map((field) => [field, z.number()])) as Record<
    (typeof FIELDS)[number],
    z.ZodNumber
  >),
  _zero_means: z.record(z.enum(FIELDS), z.enum(["disabled", "unlimited", "limited"])),
});

export const limitsObject = z.object({
  plan_name: z.string(),
  tier: z.enum(TIERS),
  limits: flatLimits,
  features: z.array(z.string()),
});

/** A limit as in a plan file. */
export const limitJson = limitSchema;

/** What a plan says in full, where the flat shape has names for a part of it only. */
export const planTerms = {
  all_limits: z
    .array(limitJson)
    .describe("Every limit of the plan, as in a plan file: on a model, a day, a minute, too"),
  providers: z
    .union([z.literal("all"), z.array(z.string())])
    .describe("Those that the plan includes"),
};

export const limitsIn = z
  .array(limitSchema, { error: "must be a list of limits." })
  .max(100, "must be at most 100 limits.");
