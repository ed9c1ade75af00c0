/** Every endpoint of the contract refuses who may not ask it: 401 without a good key, 403 for others' own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NAMED_ENDPOINTS } from "../../src/api/contract/endpoints/all.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { askerOf, countRows, expectRefusal } from "./wrong-requests.ts";

let api: RunningApi;
let ada: string;
let service: string;
let revoked: string;
let before: Readonly<Record<string, number>>;
const ask = askerOf(() => api);

beforeAll(async () => {
  api = await runApi({ PURSER_TRUST_PROXY: "1" });
  ada = await api.addCustomer("ada");
  await api.addCustomer("bob");
  service = await api.serviceKey();
  revoked = await revokedKey();
  before = await countRows(api);
});
afterAll(() => api.close());

const withKey = NAMED_ENDPOINTS.filter(([, { audience }]) => audience !== "public");
const ofCustomers = NAMED_ENDPOINTS.filter(([, { audience }]) => audience === "customer");

describe.each(withKey)("the caller of %s", (_name, endpoint) => {
  test("is 401, never 403, without a key that is in force", async () => {
    const keys = [undefined, "wrong", `${ada}x`, revoked];
    for (const key of keys) {
      const answer = await ask(endpoint, key === undefined ? {} : { key });
      expectRefusal(answer, 401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    }
    const basic = await ask(endpoint, { headers: { authorization: "Basic YWRhOmFkYQ==" } });
    expectRefusal(basic, 401);
  });

  test("is 403 with a key that may not do this", async () => {
    const { audience } = endpoint;
    if (audience === "customer") return;
    expectRefusal(await ask(endpoint, { key: ada }), 403);
    if (audience === "admin") expectRefusal(await ask(endpoint, { key: service }), 403);
  });
});

test.each(ofCustomers)(
  "%s gives a customer no sign of whether another exists",
  async (_name, endpoint) => {
    const ways = [
      ...(endpoint.path.includes(":user_id")
        ? [(id: string) => ask(endpoint, { key: ada, userId: id })]
        : []),
      (id: string) => ask(endpoint, { key: ada, query: `user_id=${id}` }),
      (id: string) => ask(endpoint, { key: ada, headers: { "x-purser-customer": id } }),
    ];
    for (const way of ways) {
      const [there, nowhere] = [await way("bob"), await way("nobody")];
      expectRefusal(there, 403);
      const { request_id: _one, ...known } = there.body;
      const { request_id: _other, ...unknown } = nowhere.body;
      expect(unknown).toEqual(known);
    }
  },
);

test("nothing of all this changed a row", async () => {
  expect(await countRows(api)).toEqual(before);
});

async function revokedKey(): Promise<string> {
  const body = { kind: "service", name: "revoked" };
  const made = await api.ask("POST", "/api/admin/keys", { key: api.adminKey, body });
  const { id, key } = made.body.data;
  await api.ask("POST", `/api/admin/keys/${id}/revoke`, { key: api.adminKey });
  return key;
}
