/** What a key looks like, and what is kept of it: its SHA-256, never the key. */
import { hash, randomBytes } from "node:crypto";

export const KEY_KINDS = ["admin", "service", "customer"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SECRET_BYTES = 32;
/** The fewest base62 digits that hold 256 bits. */
const SECRET_CHARS = 43;
const SHAPE = /^purser_(?:admin|service|customer)_[0-9A-Za-z]{43}$/;
/** What people see of a key in lists; enough to tell keys apart, far from enough to guess one. */
const SHOWN_SECRET_CHARS = 6;

/** 256 random bits behind a prefix that people and secret scanners recognise: `purser_customer_4fQ…`. */
export function newKeyText(kind: KeyKind): string {
  let rest = BigInt(`0x${randomBytes(SECRET_BYTES).toString("hex")}`);
  let digits = "";
  for (let place = 0; place < SECRET_CHARS; place += 1) {
    digits = (ALPHABET[Number(rest % 62n)] ?? "0") + digits;
    rest /= 62n;
  }
  return `purser_${kind}_${digits}`;
}

export function looksLikeKey(text: string): boolean {
  return SHAPE.test(text);
}

/** The SHA-256 as base64: what keys are found by. 256 random bits need no slow hash. */
export function keyHash(text: string): string {
  return hash("sha256", text, "base64");
}

export function hashBytes(hashText: string): Uint8Array {
  return new Uint8Array(Buffer.from(hashText, "base64"));
}

/** The part of a key that may be shown again. */
export function shownPrefix(text: string): string {
  return text.slice(0, text.lastIndexOf("_") + 1 + SHOWN_SECRET_CHARS);
}
