/** A whole Purser in the test's process, with a test clock, before a real mail server and real receivers of webhooks. */
import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type RunningApi, runApi } from "../../api/running-api.ts";
import { type MailServer, startMailServer } from "./mail-server.ts";
import { startWebhookReceiver, type WebhookReceiver } from "./webhook-receiver.ts";

export interface NoticeStage {
  readonly api: RunningApi;
  readonly mail: MailServer;
  readonly receivers: readonly WebhookReceiver[];
  /** Adds a customer with the e-mail address `<id>@customer.example`. */
  customer(id: string, plan: string): Promise<void>;
  /** Tells that much usage of the customer's, as one call. */
  use(customer: string, tokens: number): Promise<void>;
  /** Makes a channel; gives back its id, and a webhook's secret. */
  channel(wanted: Readonly<Record<string, unknown>>): Promise<{ id: number; secret: string }>;
  /** Asks as the administrator; throws what was not answered with success. Gives back `data`. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
  admin(method: string, path: string, body?: unknown): Promise<any>;
  /** Sets ledger time; resolves once what is due by then has been tried. */
  setClock(now: Date): Promise<void>;
}

/** All is closed after the test. `receivers`: how many. */
export async function stageNotices(of: {
  readonly plans: string;
  readonly receivers: number;
}): Promise<NoticeStage> {
  const mail = await startMailServer();
  onTestFinished(() => mail.close());
  const receivers = await Promise.all(
    Array.from({ length: of.receivers }, () => startWebhookReceiver()),
  );
  const plansFile = join(tmpdir(), `purser-plans-${randomUUID()}.yaml`);
  writeFileSync(plansFile, of.plans);
  onTestFinished(() => rmSync(plansFile));
  const api = await runApi({
    PURSER_PLANS: plansFile,
    PURSER_SMTP_URL: mail.url,
    PURSER_MAIL_FROM: "Acme <alerts@acme.example>",
    PURSER_PRIVATE_RECEIVERS: receivers.map(({ host }) => host).join(","),
  });
  onTestFinished(() => api.close());
  // Before the server closes, so that it need not wait for those that never answer.
  onTestFinished(async () => void (await Promise.all(receivers.map((each) => each.close()))));
  const admin: NoticeStage["admin"] = async (method, path, body) => {
    const answer = await api.ask(method, path, {
      key: api.adminKey,
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body.data;
  };
  return {
    api,
    mail,
    receivers,
    admin,
    async customer(id, plan) {
      const email = `${id}@customer.example`;
      await admin("POST", "/api/admin/customers", { id, email, plan_id: plan });
    },
    async use(customer, tokens) {
      const event = {
        id: randomUUID(),
        provider: "openai",
        model: "gpt-4.1-mini",
        usage: { input: tokens },
        cost_usd: 0,
      };
      const path = `/api/subscription/usage/${customer}/events`;
      const told = await admin("POST", path, { events: [event] });
      if (told.recorded !== 1) throw new Error(JSON.stringify(told));
    },
    async channel(wanted) {
      const { id, secret = "" } = await admin("POST", "/api/admin/channels", wanted);
      return { id, secret };
    },
    setClock: (now) => admin("POST", "/api/admin/clock", { now: now.toISOString() }),
  };
}

/** What a webhook that came is about. */
export function toldIn({ body }: { readonly body: string }): {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  readonly data: any;
} {
  return JSON.parse(body);
}
