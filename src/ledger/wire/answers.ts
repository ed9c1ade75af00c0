/** Answers on their way back from the writer thread; what the operation said itself is not sent back. */
import type { CallId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { FaultWords } from "../../store/faults.ts";
import type {
  Conflict,
  Corrected,
  Deferred,
  EventFacts,
  Expired,
  Granted,
  LimitDenial,
  Looked,
  Operation,
  PlanDenial,
  RaisedAnswer,
  Released,
  Repaired,
  Unknown,
} from "../ledger.ts";
import type { LimitRoom, Preflighted, PreflightVerdict } from "../preflight.ts";
import type { CounterRow } from "../rules/rows.ts";
import type { Answer } from "../rules.ts";
import {
  type Flag,
  flag,
  packAmounts,
  packEvent,
  packLimit,
  unpackAmounts,
  unpackEvent,
  unpackLimit,
  type WireAmounts,
  type WireEvent,
  type WireLimit,
} from "./values.ts";

type WireGranted = readonly [
  kind: "granted",
  id: CallId,
  at: Instant,
  held: WireAmounts,
  expiresAt: Instant,
  outputTokens: number | null,
  outputCapped: Flag,
];
type WireDenied = readonly [
  kind: "denied",
  denial: Omit<LimitDenial, "limit" | "used" | "held" | "cap" | "requested">,
  limit: WireLimit,
  used: string,
  held: string,
  cap: string,
  requested: string,
];
type WireTold = readonly [kind: "settled" | "recorded", again: Flag, event: WireEvent];
type WireRoom = readonly [
  limit: WireLimit,
  subject: LimitRoom["subject"],
  used: string,
  held: string,
  cap: string,
];
type WireVerdict =
  | readonly [kind: "fits", nearest: WireRoom | null]
  | WireDenied
  | readonly [kind: "plain", denial: PlanDenial];
type WirePreflighted = readonly [
  kind: "preflighted",
  verdicts: readonly WireVerdict[],
  allCalls: WireRoom | null,
];
/** Answers that hold nothing JSON cannot say. */
type WirePlain = readonly [
  kind: "plain",
  answer:
    | PlanDenial
    | Deferred
    | Released
    | Corrected
    | Expired
    | Repaired
    | Looked
    | RaisedAnswer
    | Unknown
    | Conflict,
];

export type WireAnswer = WireGranted | WireDenied | WireTold | WirePreflighted | WirePlain;

export type WireResult = WireAnswer | readonly [kind: "fault", fault: FaultWords];

/** A counter as a committed batch left it. */
export type WireCounter = readonly [
  row: Omit<CounterRow, "used" | "held">,
  used: string,
  held: string,
];

export function packAnswer(answer: Answer, operation: Operation): WireAnswer {
  switch (answer.kind) {
    case "granted":
      return packGranted(answer);
    case "denied":
      return "limit" in answer ? packDenied(answer) : ["plain", answer];
    case "settled":
      return ["settled", flag(answer.again), packEvent(answer.event, factsOf(operation))];
    case "recorded":
      return ["recorded", flag(answer.duplicate), packEvent(answer.event, factsOf(operation))];
    case "preflighted":
      return packPreflighted(answer);
    case "deferred":
    case "released":
    case "corrected":
    case "expired":
    case "repaired":
    case "looked":
    case "raised":
    case "unknown":
    case "conflict":
      return ["plain", answer];
  }
}

export function unpackAnswer(wire: WireAnswer, operation: Operation): Answer {
  switch (wire[0]) {
    case "granted":
      return unpackGranted(wire);
    case "denied":
      return unpackDenied(wire);
    case "settled": {
      const [kind, again, event] = wire;
      return { kind, again: again === 1, event: unpackEvent(event, factsOf(operation)) };
    }
    case "recorded": {
      const [kind, duplicate, event] = wire;
      return { kind, duplicate: duplicate === 1, event: unpackEvent(event, factsOf(operation)) };
    }
    case "preflighted":
      return unpackPreflighted(wire);
    case "plain":
      return wire[1];
  }
}

function packGranted(answer: Granted): WireGranted {
  const { kind, id, at, held, expiresAt, outputTokens, outputCapped } = answer;
  return [kind, id, at, packAmounts(held), expiresAt, outputTokens ?? null, flag(outputCapped)];
}

function unpackGranted(wire: WireGranted): Granted {
  const [kind, id, at, held, expiresAt, outputTokens, outputCapped] = wire;
  return {
    kind,
    id,
    at,
    held: unpackAmounts(held),
    expiresAt,
    ...(outputTokens === null ? {} : { outputTokens }),
    outputCapped: outputCapped === 1,
  };
}

function packDenied({ limit, used, held, cap, requested, ...rest }: LimitDenial): WireDenied {
  const amounts = [String(used), String(held), String(cap), String(requested)] as const;
  return ["denied", rest, packLimit(limit), ...amounts];
}

function unpackDenied([, rest, limit, used, held, cap, requested]: WireDenied): LimitDenial {
  return {
    ...rest,
    limit: unpackLimit(limit),
    used: BigInt(used),
    held: BigInt(held),
    cap: BigInt(cap),
    requested: BigInt(requested),
  };
}

function packPreflighted({ kind, verdicts, allCalls }: Preflighted): WirePreflighted {
  return [kind, verdicts.map(packVerdict), packRoom(allCalls)];
}

function unpackPreflighted([kind, verdicts, allCalls]: WirePreflighted): Preflighted {
  return { kind, verdicts: verdicts.map(unpackVerdict), allCalls: unpackRoom(allCalls) };
}

function packVerdict(verdict: PreflightVerdict): WireVerdict {
  if (verdict.kind === "fits") return ["fits", packRoom(verdict.nearest)];
  return "limit" in verdict ? packDenied(verdict) : ["plain", verdict];
}

function unpackVerdict(wire: WireVerdict): PreflightVerdict {
  switch (wire[0]) {
    case "fits":
      return { kind: "fits", nearest: unpackRoom(wire[1]) };
    case "denied":
      return unpackDenied(wire);
    case "plain":
      return wire[1];
  }
}

function packRoom(room: LimitRoom | null): WireRoom | null {
  if (room === null) return null;
  const { limit, subject, used, held, cap } = room;
  return [packLimit(limit), subject, String(used), String(held), String(cap)];
}

function unpackRoom(wire: WireRoom | null): LimitRoom | null {
  if (wire === null) return null;
  const [limit, subject, used, held, cap] = wire;
  return {
    limit: unpackLimit(limit),
    subject,
    used: BigInt(used),
    held: BigInt(held),
    cap: BigInt(cap),
  };
}

function factsOf(operation: Operation): EventFacts {
  if (operation.kind === "settle" || operation.kind === "record") return operation.facts;
  throw new Error(`A ${operation.kind} tells of no event.`);
}
