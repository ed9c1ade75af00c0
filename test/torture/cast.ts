/** Who plays: the plans, a customer of his own for each client, and customers whose room is known and soon used up. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { jsonOf } from "./ask.ts";
import { isWorthAsking, type Scene } from "./scene.ts";

const TIGHT_CALLS = 15;
/** Dollars; a call of these clients costs some thousandths. */
const PENNY_DOLLARS = "0.03";
/** Refused so often, a customer has run out beyond doubt. */
const REFUSALS_ENOUGH = 8;

/** The first plan is everybody's own: its limits are far away, but every call is held against them. */
export const PLANS = `
plans:
  - id: roomy
    name: Roomy
    tier: free
    price: { monthly: 0, yearly: 0 }
    limits:
      - { meter: calls, max: 100000000 }
      - { meter: tokens, provider: openai, max: 100000000000 }
      - { meter: calls, per: day, max: 100000000 }
      - { meter: cost, max: "1000000" }
  - id: tight
    name: Tight
    tier: basic
    price: { monthly: 5, yearly: 50 }
    limits:
      - { meter: calls, max: ${TIGHT_CALLS} }
      - { meter: tokens, max: 100000000 }
  - id: penny
    name: Penny
    tier: pro
    price: { monthly: 6, yearly: 60 }
    limits:
      - { meter: cost, max: "${PENNY_DOLLARS}" }
`;

const SETUP_MS_MOST = 90_000;

export interface Client {
  readonly customer: string;
  /** The customer's own key, which has a budget of its own. */
  readonly key: string;
  readonly random: () => number;
}

/** Prices the models of the run, sets limits of the whole deployment, and gives each client a customer and a key. */
export async function setUp(
  scene: Scene,
  count: number,
  randomOf: (index: number) => () => number,
): Promise<Client[]> {
  await told(scene, "/api/admin/prices", {
    provider: "openai",
    model: "*",
    rates: { input: "20", output: "60" },
  });
  await told(scene, "/api/admin/limits", { limits: [{ meter: "calls", max: 100_000_000 }] }, "PUT");
  const clients: Client[] = [];
  for (let index = 0; index < count; index += 1) {
    const customer = scene.journal.newName("own");
    await told(scene, "/api/admin/customers", { id: customer });
    const made = await told(scene, `/api/admin/customers/${customer}/keys`, {
      name: "torture",
      limits: [{ meter: "calls", max: 100_000_000 }],
    });
    clients.push({ customer, key: String(made["key"]), random: randomOf(index) });
  }
  return clients;
}

/** New customers with room for a few calls or cents, in place of those who have run out. All are looked at in the audit. */
export async function renewScarceCustomers(scene: Scene): Promise<void> {
  for (const plan of ["tight", "penny"] as const) {
    const refusals = scene.journal.refusals.get(scene.scarce[plan]) ?? 0;
    if (scene.scarceOfRound.includes(scene.scarce[plan]) && refusals < REFUSALS_ENOUGH) continue;
    const customer = scene.journal.newName(plan);
    await told(scene, "/api/admin/customers", { id: customer, plan_id: plan });
    if (plan === "tight") scene.journal.limitCalls(customer, TIGHT_CALLS);
    scene.scarce[plan] = customer;
    scene.scarceOfRound.push(customer);
  }
}

/** Asks as the administrator until it is done; 409: an earlier try was, though its answer was cut. */
async function told(
  scene: Scene,
  path: string,
  body: unknown,
  method: "POST" | "PUT" = "POST",
): Promise<Readonly<Record<string, unknown>>> {
  const until = performance.now() + SETUP_MS_MOST;
  let last = "";
  while (performance.now() < until && isWorthAsking(scene)) {
    const answer = await scene.asker.ask({
      url: scene.someUrl() + path,
      method,
      key: scene.adminKey,
      body,
    });
    if (answer.kind === "whole" && (answer.status < 300 || answer.status === 409)) {
      return contentOf(answer.text);
    }
    last = answer.kind === "whole" ? answer.text : answer.why;
    await sleep(50);
  }
  // Else the run is over already, for a reason that is in the journal.
  if (performance.now() >= until) {
    scene.journal.violate(`The administrator was not answered: ${path} ${last}`);
  }
  return {};
}

function contentOf(text: string): Readonly<Record<string, unknown>> {
  const { data } = jsonOf(text);
  return typeof data === "object" && data !== null ? { ...data } : {};
}

export function newAdminKey(): string {
  return randomBytes(32).toString("hex");
}
