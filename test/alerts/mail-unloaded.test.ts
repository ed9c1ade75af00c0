/** A server that sends no mail does not carry what mail needs. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const LOADED = `
import { registerHooks } from "node:module";
const urls = [];
registerHooks({
  load(url, context, next) {
    urls.push(url);
    return next(url, context);
  },
});
await import("./src/server/start-server.ts");
const { createMailSender } = await import("./src/alerts/mail/mail-sender.ts");
const sender = createMailSender({ smtpUrl: "smtp://127.0.0.1:1", from: "a@example.com" });
const before = urls.filter((url) => /node_modules.(nodemailer|react|@react-email)/.test(url)).length;
const words = { title: "Title", message: "Message" };
const message = { id: "m", event: "channel.test", at: 0, reader: "operator", severity: "info", customer: null, words, details: {} };
await sender.send(message, { to: "b@example.com" }, new AbortController().signal);
const after = urls.filter((url) => /node_modules.(nodemailer|react|@react-email)/.test(url)).length;
console.log(JSON.stringify({ modules: urls.length, before, after }));
`;

test("nodemailer and react are loaded with the first mail, not before", () => {
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", LOADED], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { modules, before, after } = JSON.parse(out) as Record<string, number>;
  expect(before).toBe(0);
  // The hook does see modules.
  expect(modules).toBeGreaterThan(100);
  expect(after).toBeGreaterThan(10);
});
