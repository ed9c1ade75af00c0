/** Keeps the page of webhooks in step with what is sent, and runs the receiver that it shows against real webhooks. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { webhookBody } from "../../src/alerts/channels/webhook-body.ts";
import { newSigningSecret } from "../../src/alerts/signing-secrets.ts";
import { WEBHOOK_EVENTS, type WebhookEvent } from "../../src/api/contract/webhook-events.ts";
import { ATTEMPTS_MOST, pauseAfter } from "../../src/core/alerts/back-off.ts";
import { attempt } from "../alerts/delivering.ts";
import { SAMPLES } from "../alerts/sample-messages.ts";

const PAGE = "docs/webhooks.md";
const WRITTEN =
  "<!-- From here on written by a test, from the code: npx vitest run test/docs -u -->\n";
const running: ChildProcess[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill();
});

test("the event types of the page are the ones that are sent (`npx vitest run test/docs -u` writes them)", async () => {
  const [byHand = ""] = readFileSync(PAGE, "utf8").split(WRITTEN);
  const page = byHand + WRITTEN + sharedPart() + WEBHOOK_EVENTS.map(sectionOf).join("");
  await expect(page).toMatchFileSnapshot(`../../${PAGE}`);
});

test("the page names the pauses between attempts, and how many there are", () => {
  const pauses = Array.from({ length: ATTEMPTS_MOST - 1 }, (_, at) =>
    pauseWords(pauseAfter(at + 1, { chance: 0.5 }) ?? 0),
  );
  const named = [...new Set(pauses)];
  const text = readFileSync(PAGE, "utf8");
  expect(text).toContain(`${named.slice(0, -1).join(", ")} and then ${named.at(-1)}`);
  expect(text.replaceAll("\n", " ")).toContain(`After ${ATTEMPTS_MOST} attempts`);
});

test("the receiver of the page takes what is signed, once, and refuses what is not", async () => {
  const secret = newSigningSecret();
  const { url, host, said } = await startShown(secret);
  const send = (signing: string, id?: string) => {
    const message = { ...SAMPLES["alert.threshold"], ...(id === undefined ? {} : { id }) };
    const target = { kind: "webhook", url, secrets: [signing] } as const;
    return attempt(message, target, { privateReceivers: [host] });
  };
  expect(await send(secret)).toEqual({ kind: "sent", status: 204 });
  expect(await send(secret)).toEqual({ kind: "sent", status: 204 });
  expect(await send(newSigningSecret())).toMatchObject({ kind: "failed", status: 401 });
  expect(await send(secret, "another")).toEqual({ kind: "sent", status: 204 });
  const line = `alert.threshold: ${SAMPLES["alert.threshold"].words.message}`;
  await expect
    .poll(() =>
      said()
        .split("\n")
        .filter((one) => one === line),
    )
    .toHaveLength(2);
});

/** The page's own code, on a free port. */
async function startShown(secret: string) {
  const code = /```js\n([\s\S]*?)```/.exec(readFileSync(PAGE, "utf8"))?.[1] ?? "";
  const here = code.replace("listen(3000", "listen(0");
  const child = spawn(process.execPath, ["--input-type=module", "-e", here], {
    env: { ...process.env, PURSER_WEBHOOK_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  let out = "";
  child.stdout.on("data", (more: Buffer) => {
    out += more.toString();
  });
  while (!/Listening on \d+/.test(out)) {
    const [ended] = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    if (typeof ended === "number") throw new Error(`The receiver of the page ended: ${ended}`);
  }
  const host = `127.0.0.1:${/Listening on (\d+)/.exec(out)?.[1]}`;
  return { host, url: `http://${host}/purser`, said: () => out };
}

function pauseWords(ms: number): string {
  if (ms < 60_000) return `${ms / 1_000} s`;
  return ms < 3_600_000 ? `${ms / 60_000} min` : `${ms / 3_600_000} h`;
}

/** What the data of every event has, once. */
function sharedPart(): string {
  const test = WEBHOOK_EVENTS.find(({ type }) => type === "channel.test");
  const { alert_id: _id, facts: _facts, advice, ...shared } = dataOf("alert.threshold");
  expect(Object.keys(dataOf(test?.type ?? ""))).toEqual(
    expect.arrayContaining(Object.keys(shared)),
  );
  const words =
    "Of every event, `data` has at least these fields. Each alert, `alert.…` or `operator.…`, has `alert_id`, `facts` (below, for each type) and, where something is known to help, `advice`, too.";
  return `\n### Every event\n\n${words}\n\n${schemaBlock(z.object(shared))}\n\`advice\`:\n\n${schemaBlock(advice)}`;
}

function sectionOf({ type, summary }: WebhookEvent): string {
  const { facts, severity: _severity, ...data } = dataOf(type);
  const first = WEBHOOK_EVENTS.find(
    (other) => facts !== undefined && dataOf(other.type)["facts"] === facts,
  );
  const own =
    first === undefined || first.type === type
      ? schemaBlock(facts ?? z.object(ownFields(data)))
      : `As of [${first.type}](#${first.type.replace(".", "")}).\n`;
  const which = facts === undefined ? "Of `data`, besides the fields of every event:" : "`facts`:";
  const example = compact(JSON.parse(webhookBody(SAMPLES[type])));
  return `\n### ${type}\n\n${summary}\n\n\`\`\`json\n${example}\n\`\`\`\n\n${which}\n\n${own}`;
}

function ownFields(data: Readonly<Record<string, z.ZodType>>): Record<string, z.ZodType> {
  const shared = dataOf("alert.threshold");
  return Object.fromEntries(Object.entries(data).filter(([name]) => !(name in shared)));
}

function dataOf(type: string): Readonly<Record<string, z.ZodType>> {
  const data = WEBHOOK_EVENTS.find((event) => event.type === type)?.schema.shape["data"];
  return data instanceof z.ZodObject ? data.shape : {};
}

function schemaBlock(schema: z.ZodType | undefined): string {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema ?? z.never(), {
    io: "input",
    override: ({ jsonSchema }) => {
      // That a number is one that JSON can hold is no news.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
        delete jsonSchema.minimum;
        delete jsonSchema.maximum;
      }
    },
  });
  return `\`\`\`json\n${compact(json)}\n\`\`\`\n`;
}

/** JSON on few lines: what fits on one line stays on one. */
function compact(value: unknown, indent = ""): string {
  const line = JSON.stringify(value).replaceAll(/("(?:[^"\\]|\\.)*")|([:,])/g, (_, text, sign) =>
    text === undefined ? `${sign} ` : text,
  );
  if (indent.length + line.length <= 120 || typeof value !== "object" || value === null)
    return line;
  const deeper = `${indent}  `;
  const inside = Array.isArray(value)
    ? value.map((one) => `${deeper}${compact(one, deeper)}`)
    : Object.entries(value).map(([key, one]) => `${deeper}"${key}": ${compact(one, deeper)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${inside.join(",\n")}\n${indent}${close}`;
}
