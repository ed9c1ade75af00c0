/** One question to an endpoint of the contract: its path filled in, its answer checked. */
import type { z } from "zod";
import type { BodyIn, Endpoint, ParamsOf, QueryIn } from "../api/contract/endpoint.ts";
import { failure, success } from "../api/contract/envelope.ts";
import { AppError } from "../core/errors.ts";
import type { AdminDoor } from "./admin-door.ts";

/** What is sent, as the endpoint's schemas take it; parts that an endpoint does not have are left out. */
export interface Sent<One extends Endpoint> {
  readonly params?: ParamsOf<One["path"]>;
  readonly query?: QueryIn<One>;
  readonly body?: BodyIn<One>;
}

/** Gives `data` of the answer, or all of a bare one. Throws the AppError that the API answered with, or `internal`. */
export async function askEndpoint<One extends Endpoint>(
  door: AdminDoor,
  endpoint: One,
  sent: Sent<One> = {},
): Promise<z.output<One["answer"]>> {
  const path = addressOf(endpoint.path, sent.params ?? {}, sent.query ?? {});
  const { status, body } = await door.request(endpoint.method, path, sent.body);
  const shape = endpoint.bare ? endpoint.answer : success(endpoint.answer);
  const answer = shape.safeParse(body);
  if (answer.success && status < 400) {
    const read = answer.data as { data?: unknown };
    return (endpoint.bare ? read : read.data) as z.output<One["answer"]>;
  }
  const refused = failure.safeParse(body);
  if (refused.success) throw new AppError(refused.data.error, refused.data.message, refused.data);
  const message = `${endpoint.method} ${endpoint.path} gave an answer (${status}) that is not of this version.`;
  throw new AppError("internal", message, {}, { cause: answer.error });
}

/** The path with its names replaced, and what is not undefined of the query behind it. */
export function addressOf(path: string, params: object, query: object): string {
  const values = new Map<string, unknown>(Object.entries(params));
  const filled = path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name) ?? "")),
  );
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) asked.set(name, String(value));
  }
  return asked.size === 0 ? filled : `${filled}?${asked}`;
}
