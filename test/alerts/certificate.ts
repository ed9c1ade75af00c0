/** Makes self-signed certificates for names, so that TLS can be tried without files or programs. */
import { generateKeyPairSync, sign } from "node:crypto";

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

const COMMON_NAME = "2.5.4.3";
const ALTERNATIVE_NAMES = "2.5.29.17";
const MAY_SIGN = "2.5.29.19";
const ECDSA_WITH_SHA256 = "1.2.840.10045.4.3.2";

/** Valid from 2020 to 2049 for `host` alone. */
export function selfSigned(host: string): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = tagged(0x30, oid(ECDSA_WITH_SHA256));
  const name = tagged(0x30, tagged(0x31, tagged(0x30, oid(COMMON_NAME), text(0x0c, host))));
  const names = tagged(0x04, tagged(0x30, text(0x82, host)));
  const maySign = tagged(0x04, tagged(0x30, Buffer.from([0x01, 0x01, 0xff])));
  const said = tagged(
    0x30,
    tagged(0xa0, Buffer.from([0x02, 0x01, 0x02])),
    Buffer.from([0x02, 0x01, 0x01]),
    algorithm,
    name,
    tagged(0x30, text(0x17, "200101000000Z"), text(0x17, "491231000000Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    tagged(
      0xa3,
      tagged(
        0x30,
        tagged(0x30, oid(MAY_SIGN), maySign),
        tagged(0x30, oid(ALTERNATIVE_NAMES), names),
      ),
    ),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign("sha256", said, privateKey)]);
  const whole = tagged(0x30, said, algorithm, tagged(0x03, signature));
  const lines = whole.toString("base64").replace(/(.{64})/g, "$1\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** DER: a tag, a length, the contents. */
function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function text(tag: number, words: string): Buffer {
  return tagged(tag, Buffer.from(words));
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = rest.flatMap((part) => {
    const septets = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}
