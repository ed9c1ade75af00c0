/** The demo's customers who use much: on Pro and Enterprise, with keys, tags and many models. */
import { DAY_MS } from "../../core/instant.ts";
import { cancels, changesPlan, readsAlerts } from "./deed.ts";
import { manyModels } from "./many-models.ts";
import { uses } from "./model-use.ts";
import type { Profile } from "./profile.ts";

export const TEAMS: readonly Profile[] = [
  {
    userId: "demo-pia",
    name: "Lindqvist Studio",
    email: "pia@lindqvist.example.com",
    months: 6,
    daysInto: 18.3,
    plan: "basic",
    pace: { from: 14, to: 62, weekend: 0.25, zone: 2 },
    mix: [
      uses("openai/gpt-5", 26, { input: 2_300, output: 820, cached: 0.4, reasoning: 0.35 }),
      uses("openai/gpt-4o", 12, { input: 1_500, output: 380 }),
      uses("openai/gpt-5.2-pro", 4, {
        input: 1_800,
        output: 900,
        reasoning: 0.5,
        firstTokenMs: 2_900,
      }),
      uses("anthropic/claude-sonnet-5", 24, { input: 1_700, output: 520, cached: 0.5 }),
      uses("gemini/gemini-2.5-pro", 16, { input: 2_600, output: 900, reasoning: 0.3 }),
      uses("gemini/gemini-2.5-flash", 14, { input: 2_100, output: 460, tokensPerSecond: 190 }),
      uses("tavily/search", 9, { unit: "credits", firstTokenMs: 900 }),
    ],
    keys: [
      { name: "production", weight: 78 },
      { name: "staging", weight: 16, budget: 500 },
      { name: "notebook of Ola", weight: 6, revokedDaysAgo: 24 },
    ],
    tags: {
      team: [
        { value: "editorial", weight: 55 },
        { value: "research", weight: 30 },
        { value: "support", weight: 15 },
      ],
      feature: [
        { value: "drafts", weight: 45 },
        { value: "summaries", weight: 30 },
        { value: "search", weight: 25 },
      ],
    },
    deeds: [
      changesPlan(122, "pro"),
      readsAlerts(19),
      {
        daysAgo: 100,
        act: (purser, userId) =>
          purser.setAlertPreferences(userId, {
            thresholds: [50, 80, 90, 100],
            time_zone: "Europe/Stockholm",
          }),
      },
    ],
  },
  {
    userId: "demo-atlas",
    name: "Atlas Support Desk",
    email: "billing@atlas.example.com",
    months: 6,
    daysInto: 21.6,
    plan: "enterprise",
    pace: { from: 64, to: 128, weekend: 0.7, zone: -5, aroundTheClock: true },
    size: 1.9,
    mix: [
      uses("openai/gpt-4o-mini", 30, { input: 2_800, output: 310, cached: 0.6 }),
      uses("openai/gpt-5", 14, { input: 6_400, output: 1_100, reasoning: 0.5, cached: 0.3 }),
      uses("anthropic/claude-haiku-4-5", 18, { input: 2_400, output: 350, tokensPerSecond: 160 }),
      uses("anthropic/claude-opus-5", 18, { input: 9_500, output: 1_500, cached: 0.7 }),
      uses("gemini/gemini-2.5-flash", 12, { input: 3_900, output: 420, tokensPerSecond: 190 }),
      uses("openai/text-embedding-3-small", 14, {
        operation: "embeddings",
        input: 900,
        output: 0,
        firstTokenMs: 130,
      }),
    ],
    keys: [
      { name: "inbox", weight: 44 },
      { name: "chat widget", weight: 34 },
      { name: "nightly index", weight: 14 },
      { name: "evaluations", weight: 8 },
    ],
    tags: {
      team: [
        { value: "tier-1", weight: 60 },
        { value: "tier-2", weight: 25 },
        { value: "quality", weight: 15 },
      ],
      feature: [
        { value: "replies", weight: 58 },
        { value: "triage", weight: 26 },
        { value: "translation", weight: 16 },
      ],
    },
    deeds: [readsAlerts(9)],
  },
  {
    userId: "demo-eve",
    name: "Everett & Moss Agency",
    email: "ops@everettmoss.example.com",
    months: 6,
    daysInto: 11.4,
    plan: "enterprise",
    cycle: "yearly",
    pace: { from: 26, to: 48, weekend: 0.35, zone: 1, jump: { daysAgo: 5.2, times: 3.9 } },
    size: 2.4,
    mix: manyModels(),
    keys: [
      { name: "playground", weight: 40 },
      { name: "client: Northwind", weight: 35 },
      { name: "client: Tailspin Toys", weight: 25 },
    ],
    tags: {
      team: [
        { value: "northwind", weight: 45 },
        { value: "tailspin", weight: 35 },
        { value: "own", weight: 20 },
      ],
    },
  },
  {
    userId: "demo-nora",
    name: "Nora Adeyemi",
    email: "nora@adeyemi.example.com",
    months: 5,
    daysInto: 23.1,
    plan: "pro",
    pace: { from: 20, to: 44, weekend: 0.5, zone: 1 },
    aim: { provider: "anthropic", share: 1.16 },
    size: 0.42,
    mix: [
      uses("anthropic/claude-sonnet-5", 62, { input: 1_100, output: 420 }),
      uses("anthropic/claude-opus-5", 14, { input: 1_300, output: 520 }),
      uses("openai/gpt-5-mini", 24, { input: 1_500, output: 520, reasoning: 0.3 }),
    ],
    deeds: [readsAlerts(30)],
  },
  {
    userId: "demo-kit",
    name: "Kitagawa Images",
    email: "kit@kitagawa.example.com",
    months: 4,
    daysInto: 15.8,
    plan: "pro",
    pace: { from: 16, to: 27, weekend: 0.9, zone: 9 },
    mix: [
      uses("stability/core", 24, { unit: "images", firstTokenMs: 3_800 }),
      uses("gemini/gemini-2.5-flash", 26),
      uses("exa/search", 14, { unit: "requests", firstTokenMs: 1_100 }),
      uses("firecrawl/scrape", 16, { unit: "credits", firstTokenMs: 2_300 }),
      uses("serper/search", 20, { unit: "credits", firstTokenMs: 600 }),
    ],
    deeds: [readsAlerts(16.5)],
    tags: {
      feature: [
        { value: "covers", weight: 60 },
        { value: "catalogue", weight: 40 },
      ],
    },
  },
  {
    userId: "demo-leo",
    name: "Leo Marchetti",
    email: "leo@marchetti.example.com",
    months: 5,
    daysInto: 20.5,
    plan: "pro",
    pace: { from: 34, to: 6, weekend: 0.4, zone: 2 },
    mix: [
      uses("openai/gpt-4o", 60),
      uses("mistral/mistral-large-latest", 40, { input: 1_900, output: 500 }),
    ],
    deeds: [cancels(5.1), readsAlerts(50)],
  },
  {
    userId: "demo-mia",
    name: "Mia Okonkwo",
    email: "mia@okonkwo.example.com",
    months: 3,
    daysInto: 8.7,
    plan: "pro",
    pace: { from: 30, to: 14, weekend: 0.6, zone: 0 },
    mix: [
      uses("gemini/gemini-2.5-pro", 45, { input: 2_200, output: 700, reasoning: 0.4 }),
      uses("openai/gpt-5-mini", 55),
    ],
    deeds: [
      changesPlan(2.3, "basic", "period_end"),
      {
        daysAgo: 6.4,
        act: (purser, userId, now) =>
          purser.admin.liftLimit(userId, {
            limit: { meter: "calls", provider: "openai", per: "period" },
            max: 4_000,
            until: new Date(now + 10 * DAY_MS).toISOString(),
            reason: "Goodwill after the outage of OpenAI",
          }),
      },
    ],
  },
];
