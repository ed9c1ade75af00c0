/** Shapes of plans as administrators see and change them, and of what a customer's plan turns on. */
import { z } from "zod";
import { TIERS } from "../../core/plans/plan.ts";
import { planSchema } from "../../core/plans/plan-json.ts";
import { time } from "./envelope.ts";
import { plan } from "./subscription.ts";

export const shownPlan = z.object({
  id: z.number().int(),
  slug: z.string(),
  name: z.string(),
  tier: z.enum(TIERS),
});

export const features = z.object({
  plan: shownPlan.describe("The plan that holds now"),
  features: z.array(z.string()).describe("Words for people"),
  switches: z
    .record(z.string(), z.boolean())
    .describe("Every switch of any plan, and whether it is on for this customer"),
});

export const adminPlan = plan.extend({
  hidden: z.boolean(),
  version: z.number().int().describe("The newest"),
  plan_version_id: z.number().int(),
  subscribers: z.number().int().describe("Of all versions; nobody subscribes to the default plan"),
  versions: z
    .array(z.object({ version: z.number().int(), subscribers: z.number().int() }))
    .describe("The newest, and older ones that have subscribers; newest first"),
  definition: z.record(z.string(), z.unknown()).describe("As in a plan file"),
});
export const adminPlans = z.object({ plans: z.array(adminPlan), total: z.number().int() });

export const planIn = planSchema.describe("A plan as in a plan file");
/** A plan keeps its name for good, so it need not be repeated. */
export const planEditIn = planSchema.partial({ id: true }).describe("A plan as in a plan file");

export const planEdited = z.object({
  changes: z.array(z.string()).describe("What changed, in words; empty: nothing"),
  plan: adminPlan,
});

export const planVersions = z.object({
  plan: shownPlan,
  hidden: z.boolean(),
  versions: z.array(
    z.object({
      version: z.number().int(),
      plan_version_id: z.number().int(),
      created_at: time,
      subscribers: z.number().int(),
      definition: z.record(z.string(), z.unknown()).describe("As in a plan file"),
    }),
  ),
  total: z.number().int(),
});

export const applyPlansIn = z.strictObject({
  plans: z
    .union([z.string(), z.array(z.unknown())], {
      error: "must be a plan file's text, or a list of plans.",
    })
    .describe("The text of a plan file (YAML), or its list of plans"),
  dry_run: z.boolean({ error: "must be true or false." }).default(false),
});
export const planChanges = z.object({
  changes: z.array(
    z.object({
      plan: z.string(),
      kind: z.enum(["added", "changed", "missing"]),
      words: z.string(),
    }),
  ),
  dry_run: z.boolean(),
});
