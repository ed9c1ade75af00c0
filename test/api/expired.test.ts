/** A customer whose subscription was not paid is told so at every door: 402, and nothing reaches a provider. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "../../src/server/config.ts";
import { openPurser, type Purser } from "../../src/server/open-purser.ts";
import { emptyDatabase, IS_POSTGRES } from "../ledger/test-database.ts";

test("an expired subscription is 402 at the gateway, over HTTP and in a preflight, and 200 once paid", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "purser-expired-"));
  const shared = IS_POSTGRES ? await emptyDatabase() : null;
  const adminKey = randomBytes(32).toString("hex");
  const purser = await openPurser(
    readConfig({
      PURSER_DATA_DIR: dataDir,
      PURSER_ADMIN_KEY: adminKey,
      PURSER_LOG_LEVEL: "silent",
      OPENAI_API_KEY: "never-sent",
      PURSER_UPSTREAM_OPENAI: "http://127.0.0.1:9",
      ...(shared === null ? {} : { PURSER_DATABASE_URL: shared.address }),
    }),
    {
      serverFactory: (answerApi, gateway) =>
        createServer((request, response) =>
          gateway.takes(request.url ?? "")
            ? gateway.handle(request, response)
            : answerApi(request, response),
        ),
      isLocalSocket: () => false,
    },
  );
  try {
    await purser.api.ready();
    const { server } = purser.api;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const ask = askAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const customer = { id: "pat", plan_id: "pro" };
    await ask("/api/admin/customers", adminKey, customer);
    const made = await ask("/api/admin/customers/pat/keys", adminKey, { name: "k" });
    const { key } = made.body.data;
    await setSubscription(purser, { status: "past_due", grace_until: Date.now() - 1 });

    const scope = { provider: "openai", model: "gpt-4o-mini" };
    const call = { model: "gpt-4o-mini", messages: [{ role: "user", content: "Hi" }] };
    const gateway = await ask("/openai/v1/chat/completions", key, call);
    expect(gateway).toMatchObject({
      status: 402,
      body: {
        error: { code: "subscription_expired", message: expect.stringContaining("not paid") },
        purser: { success: false, error: "subscription_expired", provider: "openai" },
      },
    });
    expect(gateway.body.purser).not.toHaveProperty("upgrade");
    const hold = { user_id: "pat", ...scope, input_tokens: 1 };
    expect(await ask("/api/subscription/reservations", adminKey, hold)).toMatchObject({
      status: 402,
      body: { error: "subscription_expired", detail: expect.stringContaining("not paid") },
    });
    const operations = [{ ...scope, operation_type: "chat" }];
    const preflight = await ask("/api/subscription/preflight-check", key, { operations });
    expect(preflight.status).toBe(200);
    expect(preflight.body.data.operations[0]).toMatchObject({ allowed: false, limit_info: null });
    const denials = await ask("/api/admin/denials", adminKey);
    expect(denials.body.data.counts).toMatchObject([
      { user_id: "pat", code: "subscription_expired", count: 2 },
    ]);

    await setSubscription(purser, { status: "active", grace_until: null });
    expect((await ask("/api/subscription/reservations", adminKey, hold)).status).toBe(200);
  } finally {
    purser.api.server.close();
    purser.api.server.closeAllConnections();
    await purser.close();
    await shared?.remove();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

async function setSubscription(
  { parts }: Purser,
  row: { status: "active" | "past_due"; grace_until: number | null },
): Promise<void> {
  await parts.store.write([parts.store.db.updateTable("subscriptions").set(row)]);
}

function askAt(url: string) {
  return async (path: string, key: string, body?: unknown) => {
    const answer = await fetch(url + path, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
    return { status: answer.status, body: (await answer.json()) as any };
  };
}
