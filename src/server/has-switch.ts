/** Says whether a customer's plan turns a feature on, for applications that open Purser in their own process. */
import { strangerOf } from "../access/customers.ts";
import { readUserId } from "../access/user-id.ts";
import { planInForce } from "../api/default-plan.ts";
import { switchesInForce } from "../insights/switches-in-force.ts";
import type { Parts } from "./open-parts.ts";

/** A customer who has never called is on the default plan; a switch that no plan names is off. */
export async function hasSwitch(
  { store, plans, clock, customers }: Pick<Parts, "store" | "plans" | "clock" | "customers">,
  userId: string,
  name: string,
): Promise<boolean> {
  const named = readUserId(userId, "user_id");
  const customer = (await customers.find(named)) ?? strangerOf(named, clock.now());
  const inForce = await planInForce({ store, plans, clock }, customer);
  // `=== true`: every object has a "constructor".
  return switchesInForce(inForce, plans.all())[name] === true;
}
