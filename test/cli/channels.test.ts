/** The commands of channels, the outbox and alerts, as a person at the terminal uses them, beside a server that runs. */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from "../alerts/receivers/webhook-receiver.ts";
import { type RunningApi, runApi } from "../api/running-api.ts";
import { purser } from "./run-purser.ts";

let api: RunningApi;
let receiver: WebhookReceiver;
let here: readonly string[];

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  api = await runApi({ PURSER_PRIVATE_RECEIVERS: receiver.host });
  here = ["--data-dir", api.dataDir];
  await api.addCustomer("ada", "free");
});
afterAll(async () => {
  await receiver.close();
  await api.close();
});

async function json(...words: string[]) {
  const ended = await purser(...words, "--json", ...here);
  expect(ended, ended.err).toMatchObject({ code: 0, err: "" });
  return JSON.parse(ended.out);
}

test("a channel is made and tried with one command, which shows its secret once", async () => {
  expect((await purser("channels", ...here)).out).toContain("purser channels add");
  const made = await purser(
    ...["channels", "add", "webhook", receiver.url, "--events", "alert.*,operator.*"],
    ...["--name", "ops", "--test", ...here],
  );
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(/^Made channel 1 \(ops\)\.$/m);
  expect(made.out).toMatch(/^ {2}whsec_\S+$/m);
  expect(made.out).toMatch(/^Delivered a test message by channel 1 \(\d+ ms, status 204\)\.$/m);
  expect(receiver.posts).toHaveLength(1);
  const listed = await purser("channels", ...here);
  expect(listed.out).toMatch(
    /^ *1 +ops +webhook +http:\S+hook +alert\.\*, operator\.\* +– +on +0 +nothing yet$/m,
  );
  expect(listed.out).not.toContain("whsec_");
});

test("--json after a command below `channels` is that command's", async () => {
  expect(await json("channels", "test", "1")).toMatchObject({ delivered: true, status: 204 });
  expect(await json("channels")).toMatchObject({ total: 1, channels: [{ id: 1 }] });
  expect(await json("outbox", "retry", "--dead")).toEqual({ queued: [] });
  expect(await json("alerts", "read", "--all")).toEqual({ marked: 0 });
});

test("a test that does not arrive exits with 1, and says why", async () => {
  receiver.react = () => ({ status: 500 });
  const failed = await purser("channels", "test", "1", ...here);
  receiver.react = () => "take";
  expect(failed.code).toBe(1);
  expect(failed.out).toMatch(/^Not delivered by channel 1 \(\d+ ms, status 500\)\.$/m);
  expect(failed.err).toMatch(/^purser: \S+ answered 500\.\n {2}→ .+\n$/);
});

test("a secret is replaced with an overlap, or alone for a script", async () => {
  const rotated = await purser("channels", "rotate", "1", "--overlap", "60", ...here);
  expect(rotated.out).toMatch(/shown only now: +whsec_\S+\nUntil \S+ \S+Z messages are signed/);
  const quiet = await purser("channels", "rotate", "1", "--overlap", "0", "--quiet", ...here);
  expect(quiet.out).toMatch(/^whsec_\S+\n$/);
  const wrong = await purser("channels", "rotate", "1", "--overlap", "x", ...here);
  expect(wrong).toMatchObject({ code: 1, out: "" });
  expect(wrong.err).toContain("overlap_seconds");
});

test("what is wrong with a call is said, and with what is not there too", async () => {
  for (const [words, code, said] of [
    [["channels", "add", "fax", "x"], 2, "email, webhook, slack"],
    [["channels", "edit", "1"], 2, "Say what to change"],
    [["channels", "edit", "1", "--pause", "--resume"], 2, "not both"],
    [["channels", "test", "nine"], 1, "a channel's id"],
    [["channels", "test", "99"], 1, "no channel with this id"],
    [["channels", "add", "email", "ops@acme.example"], 1, "PURSER_SMTP_URL"],
    [["channels", "add", "webhook", "http://10.0.0.1/"], 1, "PURSER_PRIVATE_RECEIVERS"],
    [["channels", "remove", "1"], 1, "--yes"],
    [["outbox", "retry"], 2, "--dead"],
    [["outbox", "retry", "1", "--dead"], 2, "--dead"],
    [["outbox", "--state", "lost"], 1, "pending, sent, dead"],
    [["alerts", "read"], 2, "--all"],
    [["alerts", "--severity", "loud"], 1, "info, warning"],
  ] as const) {
    const ended = await purser(...words, ...here);
    expect(ended.code, words.join(" ")).toBe(code);
    expect(ended.err, words.join(" ")).toContain(said);
  }
});

test("what was told is shown, retried and marked as read", async () => {
  receiver.react = () => ({ status: 410 });
  const event = { id: "1", provider: "gemini", model: "gemini-2.5-flash", cost_usd: 1.7 };
  await api.ask("POST", "/api/subscription/usage/ada/events", {
    key: api.adminKey,
    body: { events: [{ ...event, usage: { input: 10 } }] },
  });
  await expect
    .poll(async () => (await json("outbox", "--state", "dead")).deliveries.length)
    .toBeGreaterThan(0);
  receiver.react = () => "take";
  const outbox = await purser("outbox", "--state", "dead", "--channel", "1", ...here);
  expect(outbox.out).toMatch(
    /alert\.threshold +ops +ada +given up +1 +– +\S+ answered 410 \(Gone\)/,
  );
  expect(outbox.out).toContain("Try what was given up again:  purser outbox retry --dead");
  const { queued } = await json("outbox", "retry", "--dead");
  expect(queued.length).toBeGreaterThan(0);
  await expect.poll(() => receiver.taken.length).toBeGreaterThan(queued.length);
  const told = await purser("alerts", "--customer", "ada", ...here);
  expect(told.out).toMatch(/Z {2}info {2}\S.+#\d+ {2}\(unread\)$/m);
  expect(told.out).toMatch(/\$1\.70 of \$2\.00/);
  const { alerts } = await json("alerts", "--customer", "ada");
  await json("alerts", "read", String(alerts[0].id), "--customer", "ada");
  expect((await purser("alerts", "--customer", "ada", ...here)).out).toContain("All are read.");
  await expect
    .poll(async () => (await json("alerts", "--unread")).alerts)
    .toMatchObject([{ kind: "dead_letter" }]);
  expect((await json("alerts", "read", "--all")).marked).toBe(1);
});

test("a channel is changed, paused and removed", async () => {
  const words = ["channels", "edit", "1", "--events", "*", "--pause", "--name", "all"];
  expect((await purser(...words, ...here)).out).toMatch(/^ *1 +all .* \* +– +paused \d{4}-/m);
  expect(await json("channels", "edit", "1", "--resume")).toMatchObject({ paused: false });
  expect((await purser("channels", "remove", "1", "--yes", ...here)).out).toContain("Removed");
  expect(await json("channels")).toMatchObject({ total: 0 });
});
