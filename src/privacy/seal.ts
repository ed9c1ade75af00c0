/** Authenticated encryption of small things: AES-256-GCM, with what the bytes are for bound to them. */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const FORMAT = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const KEY_BYTES = 32;

/** Encrypts `plain` for one purpose; the answer is format byte, nonce, tag, ciphertext. */
export function seal(plain: Uint8Array, key: Uint8Array, purpose: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(Buffer.from(purpose));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return new Uint8Array(Buffer.concat([Buffer.of(FORMAT), nonce, cipher.getAuthTag(), body]));
}

/** Decrypts what `seal` made. Throws where the key, the purpose or a single bit is another. */
export function unseal(sealed: Uint8Array, key: Uint8Array, purpose: string): Uint8Array {
  if (sealed[0] !== FORMAT || sealed.length < 1 + NONCE_BYTES + TAG_BYTES) {
    throw new Error(`Not sealed by Purser: ${purpose}.`);
  }
  const nonceEnd = 1 + NONCE_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, nonceEnd));
  decipher.setAAD(Buffer.from(purpose));
  decipher.setAuthTag(sealed.subarray(nonceEnd, nonceEnd + TAG_BYTES));
  const rest = sealed.subarray(nonceEnd + TAG_BYTES);
  return new Uint8Array(Buffer.concat([decipher.update(rest), decipher.final()]));
}
