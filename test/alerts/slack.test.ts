/** Slack gets what it takes, within its limits, and its own words for what went wrong become reasons. */
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { slackBody } from "../../src/alerts/channels/slack-body.ts";
import type { Message } from "../../src/alerts/message.ts";
import { EVENT_TYPES } from "../../src/core/alerts/event-types.ts";
import { type Answered, type HttpReceiver, startReceiver } from "./bare-receiver.ts";
import { attempt } from "./delivering.ts";
import { SAMPLES } from "./sample-messages.ts";

interface Block {
  readonly type: string;
  readonly text?: { readonly type: string; readonly text: string };
  readonly elements?: readonly {
    readonly type: string;
    readonly text: string | { readonly text: string };
    readonly url?: string;
  }[];
}

const MESSAGE = SAMPLES["alert.threshold"];
const open: HttpReceiver[] = [];

afterEach(async () => {
  for (const receiver of open.splice(0)) await receiver.close();
});

describe("a post", () => {
  test("has title, message, what is next, what to do, a button and a line of context", () => {
    const { text, blocks } = written(MESSAGE);
    expect(text).toBe(`${MESSAGE.words.title}: ${MESSAGE.words.message}`);
    expect(blocks).toEqual([
      { type: "header", text: plain(MESSAGE.words.title) },
      { type: "section", text: plain(MESSAGE.words.message) },
      { type: "section", text: plain(MESSAGE.words.next) },
      { type: "section", text: plain(MESSAGE.words.action) },
      {
        type: "actions",
        elements: [{ type: "button", text: plain(MESSAGE.link?.label), url: MESSAGE.link?.url }],
      },
      {
        type: "context",
        elements: [plain("Customer ada · alert.threshold · 2026-04-12T09:30:00.000Z")],
      },
    ]);
  });

  test("what a message has not is left out", () => {
    const { blocks } = written({ ...SAMPLES["channel.test"], words: { title: "A", message: "B" } });
    expect(blocks.map(({ type }) => type)).toEqual(["header", "section", "context"]);
  });

  test("a name cannot call people, link or format", () => {
    const words = {
      title: "<!channel> & <https://evil.example|click>",
      message: "Customer <@U123> *has* used `all`",
    };
    const { text, blocks } = written({ ...MESSAGE, words });
    expect(text).toBe(
      "&lt;!channel&gt; &amp; &lt;https://evil.example|click&gt;: Customer &lt;@U123&gt; *has* used `all`",
    );
    // Plain text is not read as Slack's markup at all.
    expect(JSON.stringify(blocks)).not.toContain("mrkdwn");
    expect(blocks[1]?.text?.text).toBe("Customer &lt;@U123&gt; *has* used `all`");
  });

  test("a link that Slack would refuse costs its button only", () => {
    for (const url of ["javascript:alert(1)", `https://app.example.com/${"x".repeat(3_000)}`]) {
      const { blocks } = written({ ...MESSAGE, link: { label: "See", url } });
      expect(blocks.map(({ type }) => type)).not.toContain("actions");
    }
  });

  test("texts of any length and any signs stay within Slack's limits, cut between signs", () => {
    const words = fc.string({
      unit: fc.constantFrom("a", "&", "<", ">", "é", "😀"),
      maxLength: 7_000,
      // Else nearly all of them are short.
      size: "max",
    });
    fc.assert(
      fc.property(words, words, (title, message) => {
        const link = { label: title, url: "https://app.example.com/" };
        const { text, blocks } = written({
          ...MESSAGE,
          words: { title, message, next: title },
          link,
        });
        expect(text.length).toBeLessThanOrEqual(3_000);
        expect(blocks.length).toBeLessThanOrEqual(50);
        const limits = { header: 150, section: 3_000, context: 2_000, actions: 75 };
        for (const { type, text: own, elements = [] } of blocks) {
          const texts = [
            own,
            ...elements.map((one) => (typeof one.text === "string" ? one : one.text)),
          ];
          for (const one of texts.flatMap((value) =>
            value === undefined ? [] : [String(value.text)],
          )) {
            expect(one.length).toBeLessThanOrEqual(limits[type as keyof typeof limits]);
            expect(one).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
            expect(one.isWellFormed()).toBe(true);
          }
        }
      }),
      // Making such long texts shorter would take minutes.
      { numRuns: 100, endOnFailure: true },
    );
  });

  test.each(EVENT_TYPES)("%s can be written", (type) => {
    expect(written(SAMPLES[type]).blocks.length).toBeGreaterThan(2);
  });
});

describe("what Slack answers", () => {
  test("200 with ok is sent, by POST of JSON", async () => {
    const slack = await answering({ body: "ok" });
    expect(await send(slack)).toEqual({ kind: "sent", status: 200 });
    expect(slack.asked[0]).toMatchObject({
      path: "/services/T0/B0/SECRET",
      headers: { "content-type": "application/json" },
      body: slackBody(MESSAGE),
    });
  });

  test.each([
    [400, "invalid_payload", "did not accept the message"],
    [400, "invalid_blocks", "did not accept the message"],
    [403, "action_prohibited", "does not allow"],
    [403, "invalid_token", "does not know this webhook"],
    [404, "no_service", "does not know this webhook"],
    [404, "channel_not_found", "is not there any more"],
    [410, "channel_is_archived", "is archived"],
  ])("%i %s is final, in words", async (status, body, words) => {
    const attempted = await send(await answering({ status, body }));
    expect(attempted).toMatchObject({ kind: "failed", status, isFinal: true });
    expect(attempted).toHaveProperty("reason", expect.stringContaining(words));
    expect(attempted).toHaveProperty("reason", expect.stringContaining(body));
  });

  test.each([
    [500, "rollup_error"],
    [503, ""],
    [400, "constructor"],
  ])("%i %s may be tried again", async (status, body) => {
    const slack = await answering({ status, body });
    expect(await send(slack)).toEqual({
      kind: "failed",
      status,
      reason: `${slack.host} answered ${status}.`,
    });
  });

  test("429 asks for a pause", async () => {
    const slack = await answering({ status: 429, headers: { "retry-after": "30" } });
    expect(await send(slack)).toMatchObject({ status: 429, retryAfterMs: 30_000 });
  });

  test("a page that answers 200 is not Slack", async () => {
    const attempted = await send(await answering({ body: "<html>Welcome</html>" }));
    expect(attempted).toMatchObject({ kind: "failed", status: 200 });
    expect(attempted).not.toHaveProperty("isFinal");
  });

  test("the address, which is the secret, is in no reason", async () => {
    for (const status of [200, 302, 400, 404, 410, 500]) {
      const attempted = await send(await answering({ status }));
      expect(attempted).toHaveProperty("reason", expect.not.stringMatching(/services|SECRET/));
    }
  });
});

function written(message: Message): { text: string; blocks: Block[] } {
  return JSON.parse(slackBody(message));
}

function plain(text: string | undefined) {
  return { type: "plain_text", text, emoji: false };
}

async function answering(answer: Answered): Promise<HttpReceiver> {
  const slack = await startReceiver(() => answer);
  open.push(slack);
  return slack;
}

function send({ host }: HttpReceiver) {
  const url = `http://${host}/services/T0/B0/SECRET`;
  return attempt(MESSAGE, { kind: "slack", url }, { privateReceivers: [host] });
}
