/** Plans as people write them: read exactly, or refused by plan, field and mend; compared; upgraded. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Limit } from "../../src/core/limits/limit.ts";
import { readLimit } from "../../src/core/limits/read-limit.ts";
import { diffPlans } from "../../src/core/plans/diff-plans.ts";
import type { PlanDefinition, PlanVersion } from "../../src/core/plans/plan.ts";
import { planFromJson, planToJson } from "../../src/core/plans/plan-json.ts";
import { readPlanFile } from "../../src/core/plans/read-plan-file.ts";
import { upgradeFor } from "../../src/core/plans/upgrade.ts";

const shipped = readFileSync("config/plans.yaml", "utf8");
const plans = readPlanFile(shipped);
const plan = (slug: string): PlanDefinition => {
  const found = plans.find((one) => one.slug === slug);
  if (found === undefined) throw new Error(`No plan ${slug}`);
  return found;
};

const versions: PlanVersion[] = plans.map((definition, i) => ({
  planId: i + 1,
  planVersionId: i + 1,
  version: 1,
  definition,
}));

describe("the plans shipped", () => {
  const cap = (slug: string, meter: string, provider?: string): string => {
    const limit = plan(slug).limits.find((one) => one.meter === meter && one.provider === provider);
    if (limit === undefined || limit.cap.kind === "unlimited") return "";
    return String(limit.cap.amount);
  };
  const included = (slug: string, provider: string): boolean => {
    const { providers } = plan(slug);
    return providers.kind === "all" || providers.providers.includes(provider);
  };

  test("are the table of the design", () => {
    const table: Record<string, readonly string[]> = {};
    for (const provider of [
      "gemini",
      "openai",
      "anthropic",
      "mistral",
      "tavily",
      "serper",
      "exa",
      "firecrawl",
      "stability",
    ]) {
      table[provider] = plans.map(({ slug }) =>
        included(slug, provider)
          ? [cap(slug, "calls", provider), cap(slug, "tokens", provider)].filter(Boolean).join("/")
          : "0",
      );
    }
    expect(table).toEqual({
      gemini: ["100/100000", "1000/1000000", "5000/5000000", ""],
      openai: ["0", "500/500000", "2500/2500000", ""],
      anthropic: ["0", "200/200000", "1000/1000000", ""],
      mistral: ["50/50000", "500/500000", "2500/2500000", ""],
      tavily: ["20", "200", "1000", ""],
      serper: ["20", "200", "1000", ""],
      exa: ["10", "100", "500", ""],
      firecrawl: ["10", "100", "500", ""],
      stability: ["5", "50", "200", ""],
    });
    expect(plans.map(({ slug }) => cap(slug, "cost"))).toEqual([
      "2000000000",
      "50000000000",
      "150000000000",
      "500000000000",
    ]);
    expect(plans.map((one) => [one.tier, one.priceMonthly, one.priceYearly])).toEqual([
      ["free", 0n, 0n],
      ["basic", 29_000_000_000n, 290_000_000_000n],
      ["pro", 79_000_000_000n, 790_000_000_000n],
      ["enterprise", 199_000_000_000n, 1_990_000_000_000n],
    ]);
  });

  test("come back from their stored form as they were", () => {
    for (const one of plans) {
      expect(planFromJson(JSON.parse(JSON.stringify(planToJson(one))))).toEqual(one);
    }
  });
});

describe("a plan file", () => {
  const mistakes: readonly (readonly [string, string, RegExp])[] = [
    [
      "tier: pro",
      "tier: professional",
      /^plan pro\.tier: must be one of free, basic, pro, enterprise/,
    ],
    ['monthly: "79.00"', "monthly: -79", /^plan pro\.price\.monthly: must be US dollars/],
    ["id: pro", "id: basic", /^plan basic\.id: is used twice/],
    ["id: pro", 'id: "42"', /^plan 42\.id: must be lower-case letters/],
    ["name: Pro", "nmae: Pro", /^plan pro\.nmae: there is no such field/],
    [
      "provider: gemini, max: 5000 ",
      "provider: gemini, maxx: 5000 ",
      /^plan pro\.limits\[0\]\.maxx: there is no/,
    ],
    [
      "provider: gemini, max: 5000 ",
      "provider: gemini, max: -1 ",
      /^plan pro\.limits\[0\]\.max: must be a whole/,
    ],
    [
      "provider: gemini, max: 5000 ",
      "provider: gemini, max: 0.5 ",
      /^plan pro\.limits\[0\]\.max: must be a whole/,
    ],
    [
      "provider: gemini, max: 5000 ",
      "provider: gemni, max: 5000 ",
      /^plan pro\.limits\[0\]\.provider: gemni is not/,
    ],
    [
      "provider: openai, max: 2500 ",
      "provider: gemini, max: 2500 ",
      /^plan pro\.limits\[2\]: limits what an earlier/,
    ],
    ["tier: free", "tier: pro", /^plan file\.plans: must have one of tier free/],
    ['price: { monthly: "0"', 'price: { monthly: "5"', /^plan free\.price: must be "0"/],
    ["plans:", "plans: []\nplanz:", /^plan file\.planz: there is no such field/],
    ["plans:", "plans: {", /^plan file: is not YAML/],
  ];

  test.each(mistakes)(
    "with %j written %j is refused by plan, field and mend",
    (right, wrong, words) => {
      expect(shipped).toContain(right);
      expect(() => readPlanFile(shipped.replace(right, wrong))).toThrow(words);
    },
  );

  test("that is empty says what must be in it", () => {
    expect(() => readPlanFile("")).toThrow("plan file: must hold `plans:`, a list of plans.");
    expect(() => readPlanFile("plans: []")).toThrow(/^plan file\.plans: is empty/);
  });

  test("may leave out what has a usual value", () => {
    const text =
      'plans: [{ id: f, name: F, tier: free, price: { monthly: 0, yearly: "0" }, limits: [] }]';
    expect(readPlanFile(text)).toEqual([
      {
        slug: "f",
        name: "F",
        tier: "free",
        priceMonthly: 0n,
        priceYearly: 0n,
        description: "",
        features: [],
        switches: [],
        hidden: false,
        providers: { kind: "all" },
        limits: [],
        outputCapping: true,
        holds: "worst_case",
      },
    ]);
  });
});

describe("a change of plans", () => {
  test("nothing is said where nothing changed", () => {
    expect(diffPlans(plans, readPlanFile(shipped))).toEqual([]);
  });

  test("says in words what is added, changed and missing", () => {
    const text = shipped
      .replace('monthly: "79.00"', 'monthly: "89"')
      .replace("provider: openai, max: 2500 ", "provider: openai, max: 3000 ")
      .replace(
        "{ meter: calls, provider: stability, max: 200 }",
        "{ meter: calls, per: minute, max: 60 }",
      )
      .replace("id: basic", "id: starter");
    expect(diffPlans(plans, readPlanFile(text))).toEqual([
      {
        slug: "starter",
        kind: "added",
        words: ["new plan Basic: $29 a month, $290 a year, 14 limits"],
      },
      {
        slug: "pro",
        kind: "changed",
        words: [
          "price.monthly: 79 → 89",
          "limit on openai calls per period: 2500 → 3000",
          "limit on stability calls per period: 200 → none",
          "limit on calls per minute: none → 60",
        ],
      },
      { slug: "basic", kind: "missing", words: ["not in the file; kept"] },
    ]);
  });
});

describe("thresholds of a plan", () => {
  const file = (alertAt: string, ofLimit = "") => `
plans:
  - id: free
    name: Free
    tier: free
    price: { monthly: "0", yearly: "0" }${alertAt}
    limits: [{ meter: calls, max: 5${ofLimit} }]`;

  test("are read, kept, and compared, those of a limit too", () => {
    const [plain] = readPlanFile(file(""));
    const [read] = readPlanFile(file("\n    alert_at: [50, 80]", ", alert_at: [90]"));
    if (plain === undefined || read === undefined) throw new Error("One plan each.");
    expect(plain.alertAt).toBeUndefined();
    expect(read.alertAt).toEqual([50, 80]);
    expect(read.limits[0]?.alertAt).toEqual([90]);
    expect(planFromJson(JSON.parse(JSON.stringify(planToJson(read))))).toEqual(read);
    expect(diffPlans([plain], [read])[0]?.words).toEqual([
      "alert_at: as usual → [50, 80]",
      "limit on calls per period: 5 → 5, alert_at [90]",
    ]);
    expect(diffPlans([read], [plain])[0]?.words).toEqual([
      "alert_at: [50, 80] → as usual",
      "limit on calls per period: 5, alert_at [90] → 5",
    ]);
    expect(diffPlans([read], [read])).toEqual([]);
  });

  test("are refused by plan, field and mend", () => {
    expect(() => readPlanFile(file("\n    alert_at: [80, 50]"))).toThrow(
      "plan free.alert_at: must be ascending, each percentage once.",
    );
  });
});

describe("an upgrade", () => {
  const limitOf = (slug: string, meter: string, provider?: string): Limit => {
    const limit = plan(slug).limits.find((one) => one.meter === meter && one.provider === provider);
    if (limit === undefined) throw new Error("No such limit");
    return limit;
  };
  const nextFor = (slug: string, meter: string, provider?: string) =>
    upgradeFor({ limit: limitOf(slug, meter, provider) }, plan(slug), versions)?.definition.slug ??
    null;

  test("is the cheapest plan with more of what ran out", () => {
    expect(nextFor("free", "calls", "gemini")).toBe("basic");
    expect(nextFor("basic", "tokens", "openai")).toBe("pro");
    expect(nextFor("pro", "cost")).toBe("enterprise");
    expect(nextFor("enterprise", "cost")).toBe(null);
  });

  test("is the cheapest plan with the provider", () => {
    const found = upgradeFor({ provider: "openai" }, plan("free"), versions);
    expect(found?.definition.slug).toBe("basic");
    expect(upgradeFor({ provider: "nobody" }, plan("pro"), versions)?.definition.slug).toBe(
      "enterprise",
    );
  });

  test("is no plan whose own wider limit is as low", () => {
    const narrow: PlanDefinition = {
      ...plan("pro"),
      slug: "narrow",
      priceMonthly: plan("basic").priceMonthly,
      limits: [readLimit({ meter: "calls", max: 100 })],
    };
    const withNarrow = [
      { planId: 9, planVersionId: 9, version: 1, definition: narrow },
      ...versions,
    ];
    const limit = limitOf("free", "calls", "gemini");
    expect(upgradeFor({ limit }, plan("free"), withNarrow)?.definition.slug).toBe("basic");
  });
});
