/** The sentence at the top of a customer's overview says how things stand, what follows and what to do. */
import { expect, test } from "vitest";
import type { LimitUse, SoldPlan } from "../../dashboard/src/customer/overview/limit-uses.ts";
import {
  partSentence,
  type Sentence,
  type Standing,
  sentenceOf,
} from "../../dashboard/src/customer/overview/sentence.ts";
import { money, shortDay } from "../../dashboard/src/parts/format.ts";

const START = "2026-04-01T12:00:00Z";
const END = "2026-05-01T12:00:00Z";
const NOW = Date.parse("2026-04-11T12:00:00Z");
const endDay = shortDay(END);

const STEADY: Standing = {
  period: { start: START, end: END, isPresent: true },
  now: NOW,
  calls: 1_250,
  spent: 15.75,
  costCap: 150,
  projected: 47.25,
  limits: [],
  ahead: [],
  plans: [],
  planId: 3,
};

test("fine: what is used of the cap, and what it comes to at this pace", () => {
  expect(sentenceOf(STEADY)).toEqual({
    tone: "fine",
    lead: `You have used ${money(15.75)} of ${money(150)}.`,
    rest: `At this pace you reach ${money(47.25)} by ${endDay}.`,
    offersPlans: false,
  });
});

test("without a limit on cost it says so", () => {
  const { lead, rest } = sentenceOf({ ...STEADY, costCap: null });
  expect(lead).toBe(`You have used ${money(15.75)}.`);
  expect(rest).toContain("Your plan has no limit on cost.");
});

test("calls that cost nothing are calls all the same", () => {
  expect(sentenceOf({ ...STEADY, spent: 0, projected: 0, calls: 1 })).toMatchObject({
    tone: "fine",
    lead: "You have made 1 call, which cost nothing.",
    rest: "",
  });
});

test("nothing used yet: how long the period lasts, and what will be seen", () => {
  expect(sentenceOf({ ...STEADY, calls: 0, spent: 0, projected: 0 })).toMatchObject({
    tone: "nothing",
    lead: "Nothing used yet in this period.",
    rest: expect.stringContaining(endDay),
  });
});

test("used up: until when, and which plans have more", () => {
  const used = limitUse({ provider: "gemini", used: 1_000, max: 1_000 });
  expect(sentenceOf({ ...STEADY, limits: [used], plans: PLANS, planId: 2 })).toEqual({
    tone: "used up",
    lead: `Gemini calls are used up until ${endDay}.`,
    rest: "Pro has 5,000; Enterprise has no limit.",
    offersPlans: true,
  } satisfies Sentence);
});

test("used up on the dearest plan offers none", () => {
  const used = limitUse({ provider: "gemini", used: 1_000, max: 1_000 });
  expect(sentenceOf({ ...STEADY, limits: [used], plans: PLANS, planId: 4 })).toMatchObject({
    rest: "Calls that need more are refused until then.",
    offersPlans: false,
  });
});

test("several that are used up stand in one sentence, what stops everything first", () => {
  const limits = [
    limitUse({ provider: "gemini", used: 9, max: 9 }),
    limitUse({ meter: "cost", used: 2, max: 2 }),
  ];
  expect(sentenceOf({ ...STEADY, limits }).lead).toBe(
    `Your cost limit of ${money(2)} and Gemini calls are used up until ${endDay}.`,
  );
});

test("a key that has used up its budget is named", () => {
  const key = { id: "k", name: "laptop" };
  const limits = [{ ...limitUse({ used: 5, max: 5 }), of: "key" as const, key }];
  expect(sentenceOf({ ...STEADY, limits }).lead).toBe(
    `Key “laptop”: Calls are used up until ${endDay}.`,
  );
});

test("a minute that is full is over before it is read: it is not told", () => {
  const limits = [limitUse({ used: 60, max: 60, per: "minute" })];
  expect(sentenceOf({ ...STEADY, limits }).tone).toBe("fine");
});

test("a limit that lets calls go on is passed, and stops nothing", () => {
  const limits = [limitUse({ used: 70, max: 60, atCap: "allow" })];
  expect(sentenceOf({ ...STEADY, limits })).toMatchObject({
    tone: "close",
    rest: "Further calls go on, and cost.",
  });
});

test("projected beyond the cap: the day it is reached, and how long before it starts anew", () => {
  // $60 in 20 days more; the $30 that are left last 10 of them.
  const beyond = { ...STEADY, spent: 30, costCap: 60, projected: 90 };
  expect(sentenceOf(beyond)).toMatchObject({
    tone: "close",
    lead: `You have used ${money(30)} of ${money(60)}.`,
    rest: `At this pace all of it is used up on ${shortDay("2026-04-21T12:00:00Z")}, 10 days before it starts anew on ${endDay}.`,
  });
});

test("close to a limit: how much of it, the day it is used up, and which plans have more", () => {
  const near = limitUse({ provider: "gemini", used: 850, max: 1_000 });
  const ahead = [{ limit: near.limit, on: "2026-04-13" }];
  const close = { ...STEADY, limits: [near], plans: PLANS, planId: 2 };
  expect(sentenceOf({ ...close, ahead })).toEqual({
    tone: "close",
    lead: "Gemini calls: 850 of 1,000 used.",
    rest: `At this pace they are used up on ${shortDay("2026-04-13T12:00:00Z")}, before they start anew on ${endDay}. Pro has 5,000; Enterprise has no limit.`,
    offersPlans: true,
  });
  expect(sentenceOf(close).rest).toMatch(/^They start anew on /);
});

test("a period that is over says what it came to", () => {
  const over = { ...STEADY, period: { start: START, end: END, isPresent: false } };
  expect(sentenceOf(over)).toMatchObject({
    tone: "over",
    lead: `You used ${money(15.75)} of ${money(150)} from ${shortDay(START)} to ${endDay}, in 1,250 calls.`,
  });
  expect(sentenceOf({ ...over, calls: 0 }).lead).toMatch(/^Nothing was used from /);
});

test("a page that is narrowed says what part of the whole this is", () => {
  const part = { what: "Gemini", spent: 10.5, whole: 15.75, calls: 800, isPresent: true };
  expect(partSentence(part).lead).toBe(
    `Gemini has cost ${money(10.5)} of your ${money(15.75)}, in 800 calls.`,
  );
  expect(partSentence({ ...part, calls: 0 }).lead).toBe("Gemini was not used in this period.");
});

function limitUse(of: {
  readonly meter?: "calls" | "cost";
  readonly provider?: string;
  readonly per?: "period" | "minute";
  readonly atCap?: "deny" | "allow";
  readonly used: number;
  readonly max: number;
}): LimitUse {
  const { meter = "calls", provider, per = "period", atCap = "deny", used, max } = of;
  return {
    of: "plan",
    limit: { meter, ...(provider === undefined ? {} : { provider }), per, max, at_cap: atCap },
    used,
    held: 0,
    max,
    remaining: Math.max(0, max - used),
    percent: (used / max) * 100,
    resets_at: END,
  };
}

const NO_LIMITS = {
  gemini_calls: 0,
  openai_calls: 0,
  anthropic_calls: 0,
  mistral_calls: 0,
  tavily_calls: 0,
  serper_calls: 0,
  metaphor_calls: 0,
  exa_calls: 0,
  firecrawl_calls: 0,
  stability_calls: 0,
  wavespeed_calls: 0,
  gemini_tokens: 0,
  openai_tokens: 0,
  anthropic_tokens: 0,
  mistral_tokens: 0,
  ai_text_generation_calls: 0,
  video_calls: 0,
  image_edit_calls: 0,
  audio_calls: 0,
  monthly_cost: 0,
};

function soldPlan(id: number, name: string, price: number, geminiCalls: number): SoldPlan {
  const meaning = geminiCalls === 0 ? "unlimited" : "limited";
  return {
    id,
    slug: name.toLowerCase(),
    name,
    tier: "pro",
    price_monthly: price,
    price_yearly: price * 10,
    description: "",
    features: [],
    limits: {
      ...NO_LIMITS,
      gemini_calls: geminiCalls,
      // A record of all fields; the others are not looked at here.
      _zero_means: { gemini_calls: meaning } as SoldPlan["limits"]["_zero_means"],
    },
    all_limits: [],
    providers: "all",
  };
}

const PLANS = [
  soldPlan(1, "Free", 0, 100),
  soldPlan(2, "Basic", 29, 1_000),
  soldPlan(3, "Pro", 79, 5_000),
  soldPlan(4, "Enterprise", 199, 0),
];
