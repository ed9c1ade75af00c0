/** The words of every refusal, of mails, and of the pages of unsubscribing. */
import { describe, expect, test } from "vitest";
import { CUSTOMER_ALERT_KINDS } from "../../src/core/alerts/event-types.ts";
import { instant } from "../../src/core/instant.ts";
import type { Limit } from "../../src/core/limits/limit.ts";
import { channelTestWords } from "../../src/core/messages/channel-test-words.ts";
import {
  type DenialSaid,
  denialMessage,
  type LimitDenialSaid,
} from "../../src/core/messages/denial-message.ts";
import * as mail from "../../src/core/messages/mail-words.ts";
import * as page from "../../src/core/messages/page-words.ts";
import { upgradeReason } from "../../src/core/messages/upgrade-reason.ts";
import type { PlanDefinition } from "../../src/core/plans/plan.ts";
import { readPlanFile } from "../../src/core/plans/read-plan-file.ts";
import { METERS } from "../../src/core/usage.ts";
import { wrongsOf, wrongsOfSentences } from "./message-checks.ts";

const scope = { provider: "gemini", model: "gemini-2.5-flash", operation: "chat" };
const limit: Limit = {
  meter: "calls",
  provider: "gemini",
  per: "period",
  cap: { kind: "atMost", amount: 5_000n },
  atCap: "deny",
};
const resetsAt = instant(Date.parse("2026-05-01T00:00:00Z"));
const reached: LimitDenialSaid = {
  code: "limit_reached",
  limit,
  used: 4_999n,
  held: 1n,
  cap: 5_000n,
  resetsAt,
};

const everyLimit = (code: LimitDenialSaid["code"]): LimitDenialSaid[] =>
  METERS.flatMap((meter) =>
    [1n, 2n, 5_000_000n].flatMap((cap) =>
      [limit, { ...limit, model: "gemini-2.5-flash" }, { meter, per: limit.per }].map((of) => ({
        ...reached,
        code,
        limit: { ...of, meter },
        cap,
        held: cap,
      })),
    ),
  );

/** A new code without a case here does not compile. */
const CASES: { readonly [Code in DenialSaid["code"]]: readonly DenialSaid[] } = {
  limit_reached: everyLimit("limit_reached"),
  limit_held: everyLimit("limit_held"),
  subscription_expired: [{ code: "subscription_expired" }],
  not_included: [{ code: "not_included" }],
  price_unknown: [{ code: "price_unknown" }],
};

describe("a refusal", () => {
  test.each(Object.entries(CASES))("%s is told in whole sentences", (_code, denials) => {
    for (const denial of denials) {
      for (const way of [null, "Pro has 5,000 Gemini calls."]) {
        // An instant is written as programs write it: clients read it out of the sentence.
        const said = denialMessage(denial, scope, way).replace(/ at 2026\S+Z\./, ".");
        expect(wrongsOfSentences(said)).toEqual([]);
      }
    }
  });

  test("literally", () => {
    expect(denialMessage(reached, scope, "Enterprise has no limit on Gemini calls.")).toBe(
      "4,999 of 5,000 Gemini calls are used; this call does not fit. The limit resets at 2026-05-01T00:00:00.000Z. Enterprise has no limit on Gemini calls.",
    );
    expect(denialMessage({ ...reached, code: "limit_held" }, scope, null)).toBe(
      "4,999 of 5,000 Gemini calls are used and 1 is held by calls that still run; this call does not fit until they end.",
    );
    const cost = { ...reached, limit: { meter: "cost" as const }, used: 149_999_999_999n };
    expect(denialMessage({ ...cost, cap: 150_000_000_000n }, scope, null)).toBe(
      "$149.999999999 of $150 of provider cost is used; this call does not fit. The limit resets at 2026-05-01T00:00:00.000Z.",
    );
    expect(denialMessage({ code: "not_included" }, scope, "Pro includes Gemini.")).toBe(
      "This plan does not include Gemini. Pro includes Gemini.",
    );
    expect(denialMessage({ code: "price_unknown" }, scope, null)).toBe(
      "No price is known for gemini-2.5-flash at Gemini, and a limit on cost applies, so the call was refused. The operator can add one: `purser prices add gemini gemini-2.5-flash input=… output=…`, or POST /api/admin/prices.",
    );
    expect(denialMessage({ code: "subscription_expired" }, scope, null)).toBe(
      "The subscription was not paid and its grace time is over, so calls are refused. They work again once the open invoice is paid.",
    );
  });
});

test("the reason for an upgrade says what the better plan has", () => {
  const file = (limits: string): PlanDefinition => {
    const [plan] = readPlanFile(
      `plans:\n  - {id: pro, name: Pro, tier: free, price: {monthly: "0", yearly: "0"}, limits: [${limits}]}`,
    );
    if (plan === undefined) throw new Error("no plan");
    return plan;
  };
  const calls = file("{meter: calls, provider: gemini, max: 5000}");
  expect(upgradeReason(calls, { limit })).toBe("Pro has 5,000 Gemini calls.");
  expect(upgradeReason(file(""), { limit })).toBe("Pro has no limit on Gemini calls.");
  expect(upgradeReason(file(""), { provider: "openai" })).toBe("Pro includes OpenAI.");
  const cost: Limit = { meter: "cost", per: "day", cap: limit.cap, atCap: "deny" };
  expect(upgradeReason(file('{meter: cost, per: day, max: "12.50"}'), { limit: cost })).toBe(
    "Pro has $12.50 of provider cost a day.",
  );
  expect(
    upgradeReason(file("{meter: calls, per: hour, max: 1}"), {
      limit: { meter: "calls", per: "hour", cap: limit.cap, atCap: "deny" },
    }),
  ).toBe("Pro has 1 call an hour.");
  for (const meter of METERS) {
    expect(wrongsOfSentences(upgradeReason(calls, { limit: { ...limit, meter } }))).toEqual([]);
  }
});

describe("mails and pages", () => {
  test.each(CUSTOMER_ALERT_KINDS)("of %s have whole words", (kind) => {
    expect(wrongsOfSentences(mail.footerWords({ reader: "customer", kind }))).toEqual([]);
    const pages = [
      page.unsubscribePage(kind),
      page.unsubscribedPage(kind),
      page.subscribedAgainPage(kind),
    ];
    for (const { title, text, button } of [...pages, page.BROKEN_LINK_PAGE]) {
      expect(wrongsOf(title)).toEqual([]);
      expect(wrongsOfSentences(text)).toEqual([]);
      if (button !== undefined) expect(wrongsOf(button)).toEqual([]);
    }
  });

  test("of every other fixed word too", () => {
    expect(wrongsOfSentences(mail.footerWords({ reader: "operator" }))).toEqual([]);
    expect(wrongsOfSentences(mail.footerWords({ reader: "customer" }))).toEqual([]);
    expect(wrongsOfSentences(mail.PREFERENCES_TEXT)).toEqual([]);
    const words = [mail.SEVERITY_WORDS, mail.PART_WORDS, mail.LINK_WORDS].flatMap((all) =>
      Object.values<string>(all),
    );
    for (const text of [...words, mail.UNSUBSCRIBE_LABEL]) expect(wrongsOf(text)).toEqual([]);
    expect(mail.greetingWords("Ada")).toBe("Hello Ada,");
    expect(mail.greetingWords(undefined)).toBe("Hello,");
    expect(mail.greetingWords("  ")).toBe("Hello,");
    expect(mail.usedWords(93)).toBe("93 % used");
    expect(mail.unsubscribeText("https://x.example/u")).toBe(
      "Unsubscribe from mails of this kind: https://x.example/u",
    );
    const tried = channelTestWords("ops");
    for (const text of [tried.message, tried.next]) expect(wrongsOfSentences(text)).toEqual([]);
  });
});
