/** Whose usage, status or log is asked for. */
import type { FastifyRequest } from "fastify";
import { type Customer, strangerOf } from "../access/customers.ts";
import { readUserId } from "../access/user-id.ts";
import { AppError, invalidField } from "../core/errors.ts";
import type { UserId } from "../core/ids.ts";
import type { ApiPorts } from "./ports.ts";
import { headerUserId, principalOf } from "./who-asks.ts";

type SubjectPorts = Pick<ApiPorts, "customers" | "clock">;

/**
 * The customer to read: themself for a customer's key; for others the one named in the path, the query or the header.
 * A service may ask about somebody who has not called yet: they are shown as a new customer would be, and not made.
 * Throws `not_found` where an administrator names nobody.
 */
export async function subjectOf(
  request: FastifyRequest,
  ports: SubjectPorts,
  named?: string,
): Promise<Customer> {
  const principal = principalOf(request);
  const userId = principal.kind === "customer" ? principal.userId : namedUserId(request, named);
  const customer = await ports.customers.find(userId);
  if (customer !== null) return customer;
  if (principal.kind === "admin") throw noSuchCustomer();
  return strangerOf(userId, ports.clock.now());
}

/** The customer to write for, made on the default plan if never seen before. Service and admin keys only. */
export function subjectToCharge(
  request: FastifyRequest,
  ports: SubjectPorts,
  named?: string,
): Promise<Customer> {
  return ports.customers.ensure(namedUserId(request, named));
}

export function noSuchCustomer(): AppError {
  return new AppError("not_found", "There is no customer with this id.");
}

function namedUserId(request: FastifyRequest, named: string | undefined): UserId {
  if (named !== undefined) return readUserId(named, "user_id");
  const header = headerUserId(request);
  if (header !== null) return header;
  throw invalidField("user_id", "name the customer here or in the header x-purser-customer.");
}
