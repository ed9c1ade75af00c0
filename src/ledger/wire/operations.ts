/** Operations on their way to the writer thread: lists in JSON, a third of the cost of copying the objects. */
import type { CallId } from "../../core/ids.ts";
import type { Instant } from "../../core/instant.ts";
import type { OutputHold } from "../../core/limits/output-hold.ts";
import { nanoUsd, nanoUsdPerMillion } from "../../core/money.ts";
import type { Usage } from "../../core/usage.ts";
import type {
  Correct,
  Defer,
  EventSource,
  Expire,
  Look,
  NewObject,
  Operation,
  Raise,
  RecordEvent,
  Release,
  Repair,
  Reserve,
  Settle,
} from "../ledger.ts";
import type { Preflight } from "../preflight.ts";
import {
  type Flag,
  flag,
  packAmounts,
  packFacts,
  packPayer,
  packScope,
  unpackAmounts,
  unpackFacts,
  unpackPayer,
  unpackScope,
  type Whole,
  type WireAmounts,
  type WireFacts,
  type WirePayer,
  type WireScope,
  whole,
} from "./values.ts";

type WireOutput = readonly ["none"] | readonly ["named" | "unnamed", number, Whole, Flag];

type WireReserve = readonly [
  kind: "reserve",
  id: CallId,
  payer: WirePayer,
  scope: WireScope,
  most: WireAmounts,
  output: WireOutput,
  expectedUsage: Usage,
  expectedCost: Whole,
  priced: Flag,
  endpoint: string,
  streamed: Flag,
  ttlMs: number,
  owner: Reserve["owner"],
  sourceId: string | null,
];
type WireSettle = readonly [
  kind: "settle",
  id: CallId,
  source: EventSource,
  facts: WireFacts,
  onlyExternal: Flag,
  objects: readonly NewObject[] | null,
];
type WireRecord = readonly [
  kind: "record",
  id: CallId,
  payer: WirePayer,
  sourceId: string | null,
  scope: WireScope,
  endpoint: string,
  source: EventSource,
  streamed: Flag,
  timestamp: Instant | null,
  facts: WireFacts,
];
type WireCorrect = readonly [
  kind: "correct",
  eventId: CallId,
  reason: string,
  sourceId: string,
  usageDelta: Correct["usageDelta"],
  costDelta: Whole,
];

type WireRepair = readonly [
  kind: "repair",
  of: Repair["of"],
  found: Whole,
  expected: Whole,
  actor: string,
];

type WirePreflight = readonly [
  kind: "preflight",
  payer: WirePayer,
  calls: readonly (readonly [scope: WireScope, most: WireAmounts, priced: Flag])[],
];

type WireRaise = readonly [
  kind: "raise",
  rest: Omit<Raise, "mark"> & { readonly mark: Omit<Raise["mark"], "cap"> },
  cap: Whole,
];

/** Those that are rare and hold nothing JSON cannot say travel as they are. */
type WirePlain = readonly ["plain", Defer | Release | Expire | Look];

export type WireOperation =
  | WireReserve
  | WireSettle
  | WireRecord
  | WireCorrect
  | WireRepair
  | WirePreflight
  | WireRaise
  | WirePlain;

export function packOperation(operation: Operation): WireOperation {
  switch (operation.kind) {
    case "reserve":
      return packReserve(operation);
    case "settle": {
      const { id, source, facts, onlyExternal, objects = null } = operation;
      return ["settle", id, source, packFacts(facts), flag(onlyExternal), objects];
    }
    case "record":
      return packRecord(operation);
    case "correct": {
      const { eventId, reason, sourceId, usageDelta, costDelta } = operation;
      return ["correct", eventId, reason, sourceId, usageDelta, whole(costDelta)];
    }
    case "repair": {
      const { of, found, expected, actor } = operation;
      return ["repair", of, whole(found), whole(expected), actor];
    }
    case "preflight":
      return packPreflight(operation);
    case "raise": {
      const { cap, ...mark } = operation.mark;
      return ["raise", { ...operation, mark }, whole(cap)];
    }
    case "defer":
    case "release":
    case "expire":
    case "look":
      return ["plain", operation];
  }
}

export function unpackOperation(wire: WireOperation): Operation {
  switch (wire[0]) {
    case "reserve":
      return unpackReserve(wire);
    case "settle":
      return unpackSettle(wire);
    case "record":
      return unpackRecord(wire);
    case "correct": {
      const [kind, eventId, reason, sourceId, usageDelta, cost] = wire;
      return { kind, eventId, reason, sourceId, usageDelta, costDelta: BigInt(cost) };
    }
    case "repair": {
      const [kind, of, found, expected, actor] = wire;
      return { kind, of, found: BigInt(found), expected: BigInt(expected), actor };
    }
    case "preflight":
      return unpackPreflight(wire);
    case "raise": {
      const [, rest, cap] = wire;
      return { ...rest, mark: { ...rest.mark, cap: BigInt(cap) } };
    }
    case "plain":
      return wire[1];
  }
}

function packPreflight({ kind, payer, calls }: Preflight): WirePreflight {
  const packed = calls.map(
    ({ scope, most, priced }) => [packScope(scope), packAmounts(most), flag(priced)] as const,
  );
  return [kind, packPayer(payer), packed];
}

function unpackPreflight([kind, payer, calls]: WirePreflight): Preflight {
  return {
    kind,
    payer: unpackPayer(payer),
    calls: calls.map(([scope, most, priced]) => ({
      scope: unpackScope(scope),
      most: unpackAmounts(most),
      priced: priced === 1,
    })),
  };
}

function packReserve(operation: Reserve): WireReserve {
  return [
    "reserve",
    operation.id,
    packPayer(operation.payer),
    packScope(operation.scope),
    packAmounts(operation.most),
    packOutput(operation.output),
    operation.expected.usage,
    whole(operation.expected.cost),
    flag(operation.priced),
    operation.endpoint,
    flag(operation.streamed),
    operation.ttlMs,
    operation.owner,
    operation.sourceId ?? null,
  ];
}

function unpackReserve(wire: WireReserve): Reserve {
  const [kind, id, payer, scope, most, output, usage, cost, priced, endpoint] = wire;
  const [, , , , , , , , , , streamed, ttlMs, owner, sourceId] = wire;
  return {
    kind,
    id,
    payer: unpackPayer(payer),
    scope: unpackScope(scope),
    most: unpackAmounts(most),
    output: unpackOutput(output),
    expected: { usage, cost: nanoUsd(BigInt(cost)) },
    priced: priced === 1,
    endpoint,
    streamed: streamed === 1,
    ttlMs,
    owner,
    ...(sourceId === null ? {} : { sourceId }),
  };
}

function packOutput(output: OutputHold): WireOutput {
  if (output.kind === "none") return ["none"];
  return [output.kind, output.tokens, whole(output.rate), flag(output.mayCap)];
}

function unpackOutput(wire: WireOutput): OutputHold {
  if (wire[0] === "none") return { kind: "none" };
  const [kind, tokens, rate, mayCap] = wire;
  return { kind, tokens, rate: nanoUsdPerMillion(BigInt(rate)), mayCap: mayCap === 1 };
}

function unpackSettle([kind, id, source, facts, only, objects]: WireSettle): Settle {
  return {
    kind,
    id,
    source,
    facts: unpackFacts(facts),
    onlyExternal: only === 1,
    ...(objects === null ? {} : { objects }),
  };
}

function packRecord(operation: RecordEvent): WireRecord {
  return [
    "record",
    operation.id,
    packPayer(operation.payer),
    operation.sourceId ?? null,
    packScope(operation.scope),
    operation.endpoint,
    operation.source,
    flag(operation.streamed),
    operation.timestamp ?? null,
    packFacts(operation.facts),
  ];
}

function unpackRecord(wire: WireRecord): RecordEvent {
  const [kind, id, payer, sourceId, scope, endpoint, source, streamed, timestamp, facts] = wire;
  return {
    kind,
    id,
    payer: unpackPayer(payer),
    ...(sourceId === null ? {} : { sourceId }),
    scope: unpackScope(scope),
    endpoint,
    source,
    streamed: streamed === 1,
    ...(timestamp === null ? {} : { timestamp }),
    facts: unpackFacts(facts),
  };
}
