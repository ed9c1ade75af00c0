/** Which addresses of receivers are asked, and which are refused as the operator's own network. */
import { describe, expect, test } from "vitest";
import {
  checkReceiverUrl,
  type Lookup,
  type ResolvedAddress,
  safeAddress,
} from "../../src/alerts/channels/safe-address.ts";
import { AppError } from "../../src/core/errors.ts";

/** Written in every way that a URL parser takes for an address of our own network, or for no single public machine. */
const INSIDE = [
  "127.0.0.1",
  "127.1",
  "127.255.255.254",
  "127.0.0.1.",
  "0x7f.1",
  "0x7f000001",
  "0177.0.0.1",
  "2130706433",
  "%31%32%37.0.0.1",
  "①②⑦.0.0.1",
  "0",
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "100.64.0.1",
  "100.127.255.255",
  "169.254.169.254",
  "0xa9fea9fe",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.170",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.7",
  "224.0.0.1",
  "239.255.255.250",
  "240.0.0.1",
  "255.255.255.255",
  "[::]",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[::127.0.0.1]",
  "[::ffff:127.0.0.1]",
  "[::ffff:7f00:1]",
  "[::ffff:8.8.8.8]",
  "[::ffff:0:127.0.0.1]",
  "[64:ff9b::127.0.0.1]",
  "[64:ff9b::8.8.8.8]",
  "[64:ff9b:1::a00:1]",
  "[100::1]",
  "[2001::1]",
  "[2001:db8::1]",
  "[2002:7f00:1::]",
  "[2002:a00:1::1]",
  "[3fff::1]",
  "[4000::1]",
  "[5f00::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[fe80::1]",
  "[febf::1]",
  "[fec0::1]",
  "[ff02::1]",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "api.localhost",
];

const OUTSIDE = ["8.8.8.8", "93.184.215.14", "[2606:4700::1111]", "hooks.example.com", "a.b.c."];

describe("when a channel is made", () => {
  test.each(INSIDE)("https://%s/ is refused, and the setting that allows it is named", (host) => {
    expect(refusalOf(`https://${host}/in`)).toMatch(/PURSER_PRIVATE_RECEIVERS\.$/);
    expect(refusalOf(`http://${host}:8080/in`)).toMatch(/PURSER_PRIVATE_RECEIVERS\.$/);
  });

  test.each(OUTSIDE)("https://%s/ is taken, without TLS it is refused", (host) => {
    expect(refusalOf(`https://${host}/in?a=b`)).toBeNull();
    expect(refusalOf(`https://${host}:8443/in`)).toBeNull();
    expect(refusalOf(`http://${host}/in`)).toContain("must begin with https://");
  });

  test.each([
    "",
    "hooks.example.com",
    "//hooks.example.com",
    "https://",
    "https://[::1",
    "https://1.2.3.4.5/",
    "https://exa mple.com/",
    `https://hooks.example.com/${"x".repeat(2_000)}`,
  ])("%s is no URL", (url) => {
    expect(refusalOf(url)).toContain("must be a URL such as https://");
  });

  test.each([
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:,x",
    "gopher://127.0.0.1:25/",
    "unix:/tmp/socket",
  ])("%s is neither http nor https", (url) => {
    expect(refusalOf(url)).toContain("must begin with https://");
  });

  test.each(["https://ada:pw@hooks.example.com/", "https://ada@hooks.example.com/"])(
    "%s holds a user or a password, which the refusal does not repeat",
    (url) => {
      expect(refusalOf(url)).toContain("user name or password");
      expect(refusalOf(url)).not.toContain("pw");
    },
  );

  test("a refusal never holds the path or the query, where secrets are", () => {
    for (const url of [
      "http://hooks.example.com/services/T0/SECRET?key=SECRET",
      "https://10.0.0.1/SECRET?key=SECRET",
      "https://a:b@hooks.example.com/SECRET",
    ]) {
      expect(refusalOf(url)).not.toContain("SECRET");
    }
  });
});

describe("what PURSER_PRIVATE_RECEIVERS names is taken, with and without TLS", () => {
  test.each([
    ["127.0.0.1:9000", "http://127.0.0.1:9000/in", true],
    ["127.0.0.1:9000", "https://127.0.0.1:9000/in", true],
    ["127.0.0.1:9000", "http://0x7f.1:9000/in", true],
    ["127.0.0.1:9000", "http://127.0.0.1:9001/in", false],
    ["127.0.0.1:9000", "http://127.0.0.2:9000/in", false],
    ["127.0.0.1", "http://127.0.0.1:9001/in", true],
    ["127.0.0.1:80", "http://127.0.0.1/in", true],
    ["127.0.0.1:80", "https://127.0.0.1/in", false],
    ["hooks.internal:443", "https://hooks.internal/in", true],
    ["hooks.internal", "http://HOOKS.internal./in", true],
    ["hooks.internal", "http://evil.hooks.internal/in", false],
    ["hooks.internal", "http://hooks.internal.evil.com/in", false],
    ["[::1]:9000", "http://[::1]:9000/in", true],
    ["[::1]", "http://[0:0::1]:9000/in", true],
    ["[::1]:9000", "http://[::1]/in", false],
    ["localhost", "http://localhost:3000/in", true],
  ])("%s and %s: %s", (allowed, url, isTaken) => {
    expect(refusalOf(url, [allowed]) === null).toBe(isTaken);
  });

  test("a user or password is refused all the same", () => {
    expect(refusalOf("http://a:b@127.0.0.1/", ["127.0.0.1"])).toContain("user name or password");
  });
});

describe("when something is sent", () => {
  test("a name that has public addresses only is safe, with exactly those", async () => {
    const addresses = [four("8.8.8.8"), six("2606:4700::1111")];
    const found = await check("https://hooks.example.com/in", addresses);
    expect(found).toMatchObject({ kind: "safe", addresses });
  });

  test.each(INSIDE.filter((host) => /^[\d.]+$|^\[/.test(host) && !/\.$|^\d+$|^127\.1$/.test(host)))(
    "a name that leads to %s is refused",
    async (host) => {
      const address = host.replace(/^\[|\]$/g, "");
      const one = { address, family: address.includes(":") ? 6 : 4 } as const;
      const found = await check("https://hooks.example.com/in?key=SECRET", [one]);
      expect(found).toMatchObject({ kind: "refused" });
      expect(found).toHaveProperty("reason", expect.stringContaining("PURSER_PRIVATE_RECEIVERS"));
      expect(found).toHaveProperty("reason", expect.not.stringContaining("SECRET"));
    },
  );

  test("one private address among public ones is enough to be refused", async () => {
    const found = await check("https://hooks.example.com/", [four("8.8.8.8"), four("10.0.0.1")]);
    expect(found.kind).toBe("refused");
  });

  test("what is no address at all is refused", async () => {
    expect((await check("https://hooks.example.com/", [four("not an address")])).kind).toBe(
      "refused",
    );
  });

  test("a name that is allowed may lead inside", async () => {
    const url = "http://hooks.internal/";
    const found = await check(url, [four("10.0.0.1")], ["hooks.internal"]);
    expect(found).toMatchObject({ kind: "safe", addresses: [four("10.0.0.1")] });
  });

  test("an address that is written out is never looked up", async () => {
    const asked: string[] = [];
    const resolve: Lookup = async (host) => {
      asked.push(host);
      return [four("8.8.8.8")];
    };
    const of = { privateReceivers: [], resolve };
    expect((await safeAddress("https://0x7f.1/", of)).kind).toBe("refused");
    expect((await safeAddress("https://[::1]/", of)).kind).toBe("refused");
    expect(await safeAddress("https://8.8.4.4/", of)).toMatchObject({
      addresses: [four("8.8.4.4")],
    });
    expect(asked).toEqual([]);
  });

  test("a name without an address is not found", async () => {
    await expect(check("https://hooks.example.com/", [])).rejects.toMatchObject({
      code: "ENOTFOUND",
    });
  });
});

/** The reason, or null: it is taken. */
function refusalOf(url: string, privateReceivers: readonly string[] = []): string | null {
  try {
    checkReceiverUrl(url, privateReceivers);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    expect(thrown).toMatchObject({ code: "invalid_request", details: { field: "url" } });
    return thrown.message;
  }
}

function check(
  url: string,
  addresses: readonly ResolvedAddress[],
  privateReceivers: readonly string[] = [],
) {
  return safeAddress(url, { privateReceivers, resolve: async () => addresses });
}

function four(address: string): ResolvedAddress {
  return { address, family: 4 };
}

function six(address: string): ResolvedAddress {
  return { address, family: 6 };
}
