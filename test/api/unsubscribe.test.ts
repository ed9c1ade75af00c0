/** A person stops one kind of mail by the link in it: over HTTP, from the mail itself, on both databases. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type MailServer, startMailServer } from "../alerts/receivers/mail-server.ts";
import { type RunningApi, runApi } from "./running-api.ts";
import { type Subscriber, subscriberOf } from "./subscriber.ts";

const PAGE = { headers: { accept: "text/html" } };
const FORM = {
  headers: { accept: "text/html", "content-type": "application/x-www-form-urlencoded" },
};

let api: RunningApi;
let by: Subscriber;
let mail: MailServer;

beforeAll(async () => {
  mail = await startMailServer();
  api = await runApi({
    PURSER_SMTP_URL: mail.url,
    PURSER_MAIL_FROM: "Acme & Sons <alerts@acme.example>",
    PURSER_PUBLIC_URL: "https://purser.example.com/ai",
  });
  by = await subscriberOf(api);
  await by.setClock("2026-04-01T00:00:00Z");
  await api.ask("POST", "/api/admin/plans", {
    key: api.adminKey,
    body: {
      ...{ id: "small", name: "Small", tier: "pro", price: { monthly: 1, yearly: 10 } },
      limits: ["gemini", "mistral", "openai"].map((provider) => ({
        meter: "calls",
        provider,
        max: 10,
      })),
    },
  });
});
afterAll(async () => {
  await api.close();
  await mail.close();
});

async function customer(id: string): Promise<void> {
  const body = { id, plan_id: "small", email: `${id}@customers.example`, name: "Ada" };
  const made = await api.ask("POST", "/api/admin/customers", { key: api.adminKey, body });
  expect(made.status).toBe(201);
}

/** Some calls after the fact, and then whatever is due goes out. */
async function use(userId: string, provider: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, n) => ({
    ...{ id: `${provider}-${count}-${n}`, provider, model: "some", cost_usd: 0 },
    usage: { requests: 1 },
  }));
  const path = `/api/subscription/usage/${userId}/events`;
  expect((await api.ask("POST", path, { key: by.service, body: { events } })).status).toBe(200);
  await by.setClock("2026-04-01T00:00:00Z");
}

const mailsTo = (userId: string) =>
  mail.mails.filter(({ to }) => to === `${userId}@customers.example`);

/** The address in the mail's header, as a path of the API under test. */
function linkIn(userId: string): string {
  const header = mailsTo(userId).at(-1)?.headers.get("list-unsubscribe") ?? "";
  const [, query] =
    /^<https:\/\/purser\.example\.com\/ai\/unsubscribe(\?token=[\w.-]+)>$/.exec(header) ?? [];
  if (query === undefined) throw new Error(`There is no link in "${header}".`);
  return `/unsubscribe${query}`;
}

const preferences = async (userId: string) =>
  (await api.ask("GET", `/api/subscription/alert-preferences/${userId}`, { key: by.service })).body
    .data;

describe("by the link in a mail", () => {
  let link: string;

  beforeAll(async () => {
    await customer("ada");
    await use("ada", "gemini", 8);
    link = linkIn("ada");
  });

  test("the page asks first, and looking at it changes nothing", async () => {
    const [letter] = mailsTo("ada");
    expect(letter?.headers.get("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
    expect(letter?.text).toContain(`https://purser.example.com/ai${link}`);
    for (const method of ["GET", "HEAD", "GET"]) {
      const page = await fetch(`${api.url}${link}`, { method, headers: PAGE.headers });
      expect(page.status).toBe(200);
      expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    }
    const page = await api.ask("GET", link, PAGE);
    expect(page.text).toContain("<h1>Unsubscribe?</h1>");
    expect(page.text).toContain("Acme &amp; Sons");
    expect(page.text.match(/<button/g)).toHaveLength(1);
    expect((await preferences("ada")).unsubscribed).toEqual([]);
  });

  test("the page runs no script, is not indexed, and gives its address to nobody", async () => {
    const { headers, text } = await api.ask("GET", link, PAGE);
    expect(headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'$/,
    );
    expect(headers.get("x-robots-tag")).toBe("noindex, nofollow");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(text).not.toMatch(/<script|src=|href=|@import|url\(/);
    expect(text).not.toContain("ada@");
  });

  test("its button stops that kind, and no other; the same button again gives it back", async () => {
    const stop = formIn((await api.ask("GET", link, PAGE)).text);
    const stopped = await api.ask("POST", stop, { ...FORM, body: "" });
    expect(stopped.status).toBe(200);
    expect(stopped.text).toContain("<h1>You are unsubscribed</h1>");
    expect((await preferences("ada")).unsubscribed).toEqual(["threshold"]);
    expect((await api.ask("GET", link, PAGE)).text).toContain("<h1>You are unsubscribed</h1>");

    const before = mailsTo("ada").length;
    await use("ada", "mistral", 8);
    expect(mailsTo("ada")).toHaveLength(before);
    await use("ada", "openai", 10);
    expect(mailsTo("ada").at(-1)?.subject).toContain("Limit Reached");
    expect(mailsTo("ada")).toHaveLength(before + 1);

    const undo = formIn(stopped.text);
    const again = await api.ask("POST", undo, { ...FORM, body: "" });
    expect(again.text).toContain("<h1>You get these mails again</h1>");
    expect((await preferences("ada")).unsubscribed).toEqual([]);
    await use("ada", "mistral", 1);
    expect(mailsTo("ada")).toHaveLength(before + 2);
  });

  test("mail programs do it with one post of their own, as often as they like", async () => {
    const one = { ...FORM, body: "List-Unsubscribe=One-Click" };
    expect((await api.ask("POST", link, one)).status).toBe(200);
    expect((await api.ask("POST", link, one)).status).toBe(200);
    const form = new FormData();
    form.set("List-Unsubscribe", "One-Click");
    const multipart = await fetch(`${api.url}${link}`, { method: "POST", body: form });
    expect(multipart.status).toBe(200);
    expect((await api.ask("POST", link)).status).toBe(200);
    expect((await preferences("ada")).unsubscribed).toEqual(["threshold"]);
  });

  test("a link that was changed or cut short does nothing, and says what to do", async () => {
    await customer("bob");
    await use("bob", "gemini", 8);
    const good = linkIn("bob").replace("/unsubscribe?token=", "");
    const [content = "", signature = ""] = good.split(".");
    const [, customerId] = Buffer.from(content, "base64url").toString().split(" ");
    const other = Buffer.from(`limit_reached ${customerId}`).toString("base64url");
    const bad = [
      "x",
      "",
      ".",
      content,
      good.slice(0, -1),
      `${good}A`,
      `${good}=`,
      `${other}.${signature}`,
      `${content}.${signature.toLowerCase()}`,
      `${linkIn("ada").replace("/unsubscribe?token=", "").split(".")[0]}.${signature}`,
      "a".repeat(1_500),
    ];
    for (const token of bad) {
      for (const method of ["GET", "POST"]) {
        const page = await api.ask(method, `/unsubscribe?token=${token}`, PAGE);
        expect([token, page.status]).toEqual([token, 400]);
        expect(page.text).toContain("<h1>This link does not work</h1>");
        expect(page.text).not.toContain("<form");
        expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
      }
    }
    const missing = await api.ask("GET", "/unsubscribe", PAGE);
    expect([missing.status, missing.text]).toEqual([
      400,
      expect.stringContaining("This link does not work"),
    ]);
    const program = await api.ask("POST", "/unsubscribe?token=x");
    expect(program).toMatchObject({
      status: 400,
      body: { error: "invalid_request", field: "token" },
    });
    expect((await preferences("bob")).unsubscribed).toEqual([]);
  });

  test("of somebody who was erased finds nobody, and keeps nothing of them", async () => {
    await customer("eve");
    await use("eve", "gemini", 8);
    const link = linkIn("eve");
    const before = await stored();
    await api.ask("POST", link, FORM);
    expect(await stored()).toBe(before + 1);
    await api.ask("DELETE", "/api/admin/customers/eve", { key: api.adminKey });
    for (const method of ["GET", "POST"]) {
      const page = await api.ask(method, link, PAGE);
      expect([page.status, page.text]).toEqual([
        404,
        expect.stringContaining("This link does not work"),
      ]);
    }
    expect(await stored()).toBe(before);
  });
});

test("whoever unsubscribes while an application sets preferences loses nothing to it", async () => {
  await customer("zoe");
  await use("zoe", "gemini", 8);
  const link = linkIn("zoe");
  const path = "/api/subscription/alert-preferences/zoe";
  const thresholds = [50, 60, 70, 85];
  await Promise.all([
    ...thresholds.map((threshold) =>
      api.ask("PUT", path, { key: by.service, body: { thresholds: [threshold] } }),
    ),
    api.ask("POST", link, FORM),
    api.ask("PUT", path, { key: by.service, body: { time_zone: "Europe/Berlin" } }),
    api.ask("PUT", path, { key: by.service, body: { channels: { slack: false } } }),
  ]);
  const after = await preferences("zoe");
  expect(after).toMatchObject({
    unsubscribed: ["threshold"],
    time_zone: "Europe/Berlin",
    channels: { slack: false, email: true },
  });
  expect(thresholds).toContain(after.thresholds[0]);
});

/** Where the page's form goes. */
function formIn(page: string): string {
  const [, action] = /<form method="post" action="(\?[^"]+)">/.exec(page) ?? [];
  if (action === undefined) throw new Error(`There is no form in ${page}`);
  return `/unsubscribe${action.replaceAll("&amp;", "&")}`;
}

async function stored(): Promise<number> {
  const [row] = await api.rows("select count(*) as count from alert_preferences");
  return Number(row?.["count"]);
}
