/** Receivers that break off, speak something else or prove to be somebody else: each attempt fails and says why. */
import { createServer as createSecureServer } from "node:https";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import type { Lookup } from "../../src/alerts/channels/safe-address.ts";
import type { Attempt } from "../../src/alerts/message.ts";
import { type Certificate, selfSigned } from "./certificate.ts";
import { always, bare, closeAll, listenOnce, receive, send, sendTo } from "./hostile-sending.ts";

afterEach(closeAll);

describe("connections", () => {
  test.each([
    ["at once", ""],
    ["within the headers", "HTTP/1.1 200 OK\r\nContent-Le"],
  ])("one that closes %s has failed", async (_when, bytes) => {
    const receiver = await bare((socket) => socket.end(bytes));
    expect(await send(receiver)).toEqual({
      kind: "failed",
      reason: `${receiver.host} closed the connection before it had answered.`,
    });
  });

  test("one that resets the connection has failed", async () => {
    const receiver = await bare((socket) => socket.resetAndDestroy());
    expect(await send(receiver)).toMatchObject({ kind: "failed" });
  });

  test("one that closes within its answer has said 200 before", async () => {
    const bytes = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    const receiver = await bare((socket) => socket.end(bytes));
    expect(await send(receiver)).toEqual({ kind: "sent", status: 200 });
  });

  test("one that speaks another protocol has failed", async () => {
    const receiver = await bare((socket) => socket.end("220 mail.example.com ESMTP\r\n"));
    expect(await send(receiver)).toEqual({
      kind: "failed",
      reason: `${receiver.host} does not answer in HTTP.`,
    });
  });

  test("where nobody listens, and where no name is, it says so", async () => {
    const receiver = await receive();
    await receiver.close();
    expect(await send(receiver)).toEqual({
      kind: "failed",
      reason: `${receiver.host} refused the connection.`,
    });
    const resolve = () => Promise.reject(Object.assign(new Error("none"), { code: "ENOTFOUND" }));
    expect(await sendTo("https://nowhere.example.com/in", { resolve })).toEqual({
      kind: "failed",
      reason: "The name nowhere.example.com was not found.",
    });
  });

  test("of several addresses one that works is enough", async () => {
    const receiver = await receive();
    const resolve: Lookup = async () => [
      { address: "127.0.0.2", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    const url = `http://hooks.invalid:${receiver.port}/`;
    const privateReceivers = ["hooks.invalid"];
    expect(await sendTo(url, { resolve, privateReceivers })).toEqual({ kind: "sent", status: 200 });
  });
});

describe("TLS", () => {
  const trusted = selfSigned("hooks.invalid");

  test("a certificate that is trusted and of that name is taken", async () => {
    setDefaultCACertificates([...getCACertificates("default"), trusted.cert]);
    expect(await sendSecurely(trusted)).toEqual({ kind: "sent", status: 200 });
  });

  test.each([
    ["that nobody trusts", selfSigned("hooks.invalid"), "DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["of another name", selfSigned("other.invalid"), "ERR_TLS_CERT_ALTNAME_INVALID"],
  ])("a certificate %s is refused, and nothing is said to it", async (_what, certificate, code) => {
    if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
      setDefaultCACertificates([...getCACertificates("default"), certificate.cert]);
    }
    const attempted = await sendSecurely(certificate, 0);
    expect(attempted).toMatchObject({ kind: "failed" });
    expect(attempted).toHaveProperty(
      "reason",
      expect.stringContaining("The certificate of hooks.invalid"),
    );
    expect(attempted).toHaveProperty("reason", expect.stringContaining(code));
  });

  test("one that speaks no TLS has failed", async () => {
    const receiver = await receive();
    const url = `https://${receiver.host}/in`;
    const attempted = await sendTo(url, { privateReceivers: [receiver.host] });
    expect(attempted).toMatchObject({ kind: "failed" });
    expect(receiver.asked).toEqual([]);
  });

  async function sendSecurely(certificate: Certificate, wantedRequests = 1): Promise<Attempt> {
    let requests = 0;
    const server = createSecureServer(certificate, (_request, response) => {
      requests += 1;
      response.end();
    });
    const receiver = await listenOnce(server);
    const url = `https://hooks.invalid:${receiver.port}/in`;
    const privateReceivers = ["hooks.invalid"];
    const attempted = await sendTo(url, { resolve: always("127.0.0.1"), privateReceivers });
    expect(requests).toBe(wantedRequests);
    return attempted;
  }
});
