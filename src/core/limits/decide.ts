/** Decides whether a call fits every limit that covers it, and how much output it may be given. */
import { divideUp, type NanoUsdPerMillion } from "../money.ts";
import type { Amounts } from "../usage.ts";
import type { Limit } from "./limit.ts";
import { OUTPUT_TOKENS_LEAST, OUTPUT_TOKENS_OFFERED, type OutputHold } from "./output-hold.ts";

/** A limit and what its counter says, in units of its meter (`cost`: nano-dollars). */
export interface LimitState {
  readonly limit: Limit;
  readonly used: bigint;
  readonly held: bigint;
}

export interface Wanted {
  /** The most the call can use without its output tokens. */
  readonly most: Amounts;
  readonly output: OutputHold;
}

export type Decision =
  | {
      readonly ok: true;
      /** What to hold, output included. */
      readonly amounts: Amounts;
      /** What the request must be held to; absent: nothing needs to be sent. */
      readonly outputTokens?: number;
      /** Less is granted than the request named. */
      readonly outputCapped: boolean;
    }
  | {
      readonly ok: false;
      /** `limit_reached`: it would not fit even if nothing were held. */
      readonly code: "limit_reached" | "limit_held";
      /** Which of the states refuses. */
      readonly index: number;
      /** What the call asks of that limit's meter. */
      readonly requested: bigint;
    };

/**
 * All or nothing over the hard limits: granted only if used + held + amount ≤ cap for each that the call adds to.
 * A limit whose meter the call does not touch says nothing, even when it is overrun. Soft limits never refuse.
 */
export function decide(states: readonly LimitState[], wanted: Wanted): Decision {
  const output = shapeOf(wanted.output, roomForOutput(states, wanted));
  const least = amountsWith(wanted, output.least);
  const index = refusing(states, least);
  if (index === null) return grant(wanted, output);
  const state = states[index];
  if (state === undefined) throw new RangeError(`No limit ${index}`);
  return {
    ok: false,
    code: overflows(state, least, 0n) ? "limit_reached" : "limit_held",
    index,
    requested: amountsWith(wanted, output.asked)[state.limit.meter],
  };
}

/** The output tokens of a call: the fewest that are worth it, those asked for, and those it gets if it is granted. */
interface OutputShape {
  readonly least: bigint;
  readonly asked: bigint;
  readonly granted: bigint;
  readonly send: boolean;
  readonly capped: boolean;
}

const NO_OUTPUT: OutputShape = { least: 0n, asked: 0n, granted: 0n, send: false, capped: false };

/** `room`: the most output tokens that fit every hard limit; null where none of them bounds output. */
function shapeOf(output: OutputHold, room: bigint | null): OutputShape {
  if (output.kind === "none") return NO_OUTPUT;
  const tokens = BigInt(output.tokens);
  const least = smaller(tokens, BigInt(OUTPUT_TOKENS_LEAST));
  if (output.kind === "unnamed") {
    if (room === null) return NO_OUTPUT;
    const offered = larger(BigInt(OUTPUT_TOKENS_OFFERED), room / 8n);
    const granted = smaller(smaller(tokens, offered), room);
    return { least, asked: least, granted, send: true, capped: false };
  }
  const fits = room === null || tokens <= room;
  if (fits || !output.mayCap) {
    return { least: tokens, asked: tokens, granted: tokens, send: false, capped: false };
  }
  return { least, asked: tokens, granted: room, send: true, capped: true };
}

function grant(wanted: Wanted, output: OutputShape): Decision {
  return {
    ok: true,
    amounts: amountsWith(wanted, output.granted),
    ...(output.send ? { outputTokens: Number(output.granted) } : {}),
    outputCapped: output.capped,
  };
}

/** The cost is rounded up, so that a hold is never smaller than its bill. */
function amountsWith(wanted: Wanted, outputTokens: bigint): Amounts {
  const { most } = wanted;
  return {
    ...most,
    tokens: most.tokens + outputTokens,
    output_tokens: most.output_tokens + outputTokens,
    cost: most.cost + divideUp(outputTokens * rateOf(wanted.output), 1_000_000n),
  };
}

function rateOf(output: OutputHold): bigint {
  return output.kind === "none" ? 0n : output.rate;
}

function roomForOutput(states: readonly LimitState[], wanted: Wanted): bigint | null {
  let room: bigint | null = null;
  for (const state of states) {
    const own = roomUnder(state, wanted);
    if (own !== null) room = room === null ? own : smaller(room, own);
  }
  return room;
}

/** Null: this limit does not bound output. */
function roomUnder(state: LimitState, wanted: Wanted): bigint | null {
  const { meter } = state.limit;
  const cap = hardCap(state.limit);
  if (cap === null) return null;
  const left = larger(0n, cap - state.used - state.held - wanted.most[meter]);
  if (meter === "tokens" || meter === "output_tokens") return left;
  const rate = rateOf(wanted.output) as NanoUsdPerMillion;
  return meter === "cost" && rate > 0n ? (left * 1_000_000n) / rate : null;
}

/** The limit to blame, or null where all fit: one that is used up before one only held, then the one fullest. */
function refusing(states: readonly LimitState[], amounts: Amounts): number | null {
  let worst: number | null = null;
  for (const [index, state] of states.entries()) {
    if (!overflows(state, amounts, state.held)) continue;
    const other = worst === null ? undefined : states[worst];
    if (other === undefined || isWorse(state, other, amounts)) worst = index;
  }
  return worst;
}

function isWorse(one: LimitState, other: LimitState, amounts: Amounts): boolean {
  const oneReached = overflows(one, amounts, 0n);
  if (oneReached !== overflows(other, amounts, 0n)) return oneReached;
  // Compares (used + held) / cap without dividing.
  const [oneCap, otherCap] = [hardCap(one.limit) ?? 0n, hardCap(other.limit) ?? 0n];
  if (oneCap === 0n || otherCap === 0n) return oneCap === 0n && otherCap !== 0n;
  return (one.used + one.held) * otherCap > (other.used + other.held) * oneCap;
}

function overflows(state: LimitState, amounts: Amounts, held: bigint): boolean {
  const cap = hardCap(state.limit);
  const amount = amounts[state.limit.meter];
  return cap !== null && amount > 0n && state.used + held + amount > cap;
}

/** Null: it never refuses. */
function hardCap(limit: Limit): bigint | null {
  return limit.atCap === "deny" && limit.cap.kind === "atMost" ? limit.cap.amount : null;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
