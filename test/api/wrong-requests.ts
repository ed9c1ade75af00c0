/** Asks every endpoint of the contract the wrong way, and looks at how it refuses. */
import { request as httpRequest } from "node:http";
import { expect } from "vitest";
import { type Endpoint, paramNames } from "../../src/api/contract/endpoint.ts";
import { IS_POSTGRES } from "../ledger/test-database.ts";
import type { Answer, RunningApi } from "./running-api.ts";

/** Of nothing. */
export const UNKNOWN_ID = "019ab1c2-0000-7000-8000-000000000000";

export const ODD_TEXTS = [
  "%00",
  "%01",
  "-1",
  "0",
  "1e300",
  "1152921504606846976",
  "99999999999999999999999",
  "%F0%9F%92%A9",
  "%27%3B--",
  "..%2F..",
  "x".repeat(190),
  "x".repeat(1_900),
  "0001-01-01",
  "9999-12-31T23%3A59%3A59Z",
  "2026-13",
];

export interface Asking {
  readonly key?: string;
  readonly body?: unknown;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of ada. */
  readonly userId?: string;
  /** In place of every id in the path. */
  readonly id?: string;
}

function pathOf(endpoint: Endpoint, { userId = "ada", id }: Asking): string {
  return paramNames(endpoint.path).reduce(
    (path, name) => path.replace(`:${name}`, id ?? (name === "user_id" ? userId : UNKNOWN_ID)),
    endpoint.path,
  );
}

/** Gives every request another address, since many failures from one are slowed down. The API must trust its proxy. */
export function askerOf(api: () => RunningApi) {
  let asked = 0;
  return (endpoint: Endpoint, asking: Asking): Promise<Answer> => {
    asked += 1;
    const { key, body, query, headers } = asking;
    const path = pathOf(endpoint, asking);
    return api().ask(endpoint.method, query === undefined ? path : `${path}?${query}`, {
      ...(key === undefined ? {} : { key }),
      ...(body === undefined ? {} : { body }),
      headers: { "x-forwarded-for": `10.0.${(asked >> 8) & 255}.${asked & 255}`, ...headers },
    });
  };
}

export function expectRefusal(answer: Answer, status: number, what = ""): void {
  expect(answer.status, `${what}: ${answer.text.slice(0, 300)}`).toBe(status);
  expect(answer.body, what).toMatchObject({
    success: false,
    error: expect.stringMatching(/^[a-z_]+$/),
    message: expect.stringMatching(/\S/),
    detail: answer.body.message,
    request_id: answer.headers.get("x-purser-request-id"),
  });
}

/** Says that so many bytes follow, and sends none of them. */
export function statusOfAnnounced(
  api: RunningApi,
  endpoint: Endpoint,
  bytes: number,
): Promise<number> {
  const headers = {
    authorization: `Bearer ${api.adminKey}`,
    "content-type": "application/json",
    "content-length": bytes,
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(`${api.url}${pathOf(endpoint, {})}`, {
      method: endpoint.method,
      headers,
    });
    sent.on("error", reject);
    sent.on("response", (answer) => {
      resolve(answer.statusCode ?? 0);
      sent.destroy();
    });
    sent.flushHeaders();
  });
}

/** Of every table there is. */
export async function countRows(api: RunningApi): Promise<Record<string, number>> {
  const tables = await api.rows(
    IS_POSTGRES
      ? "select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'"
      : "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
  );
  const names = tables.map(({ name }) => String(name));
  expect(names.length).toBeGreaterThan(10);
  const counts = names.map((name) => `select '${name}' as name, count(*) as count from "${name}"`);
  const rows = await api.rows(counts.join(" union all "));
  return Object.fromEntries(rows.map(({ name, count }) => [String(name), Number(count)]));
}
