/** What the model says of a reservation: granted with how much, or refused by what, from a recount of the log. */
import { amountsOf, METERS } from "../../src/core/usage.ts";
import type { LimitDenial, Reserve } from "../../src/ledger/ledger.ts";
import type { Answer } from "../../src/ledger/rules.ts";
import { type Bound, type ModelLog, type Sums, sumsOf } from "./model-log.ts";

/** No output is worth less than this, and this much is offered where none is named: DESIGN.md, "How much to hold". */
const LEAST_TOKENS = 1_024;
const OFFERED_TOKENS = 4_096;

export type Expected =
  | { readonly kind: "granted"; readonly held: Sums; readonly sent: number | null; capped: boolean }
  | { readonly kind: "denied"; readonly code: string; readonly by: readonly Counted[] };

/** A limit with what the log says of it. */
interface Counted {
  readonly bound: Bound;
  readonly used: number;
  readonly held: number;
}

export function expectedOf(log: ModelLog, operation: Reserve, at: number): Expected {
  const { payer, scope } = operation;
  const plan = log.world.terms.get(payer.customerId)?.plan.definition;
  if (plan === undefined) throw new Error(`No customer ${payer.customerId}`);
  if (plan.providers.kind === "listed" && !plan.providers.providers.includes(scope.provider))
    return { kind: "denied", code: "not_included", by: [] };
  const hard = log.boundsOf(payer, scope, at).filter(({ limit }) => limit.atCap === "deny");
  if (!operation.priced && hard.some(({ limit }) => limit.meter === "cost"))
    return { kind: "denied", code: "price_unknown", by: [] };
  const counted = hard.map((bound) => ({
    bound,
    used: log.used(bound.counter),
    held: log.held(bound.counter),
  }));
  const wanted = wantedOf(operation, plan.holds === "expected");
  const mayCap = wanted.mayCap && plan.outputCapping;
  return decided(counted, { ...wanted, mayCap });
}

interface Wanted {
  readonly most: Sums;
  readonly output: "none" | "named" | "unnamed";
  readonly tokens: number;
  /** Nano-dollars a million tokens. */
  readonly rate: number;
  readonly mayCap: boolean;
}

function wantedOf(operation: Reserve, onlyExpected: boolean): Wanted {
  const { most, output, expected } = operation;
  if (onlyExpected) {
    const amounts = amountsOf({ ...expected, calls: Number(most.calls) });
    return { most: sumsOf(amounts), output: "none", tokens: 0, rate: 0, mayCap: false };
  }
  if (output.kind === "none")
    return { most: sumsOf(most), output: "none", tokens: 0, rate: 0, mayCap: false };
  const { kind, tokens, rate, mayCap } = output;
  return { most: sumsOf(most), output: kind, tokens, rate: Number(rate), mayCap };
}

function decided(counted: readonly Counted[], wanted: Wanted): Expected {
  const room = roomOf(counted, wanted);
  const shape = shapeOf(wanted, room);
  const least = withOutput(wanted, shape.least);
  const over = counted.filter(({ bound, used, held }) => {
    const amount = least[bound.limit.meter];
    return amount > 0 && used + held + amount > bound.cap;
  });
  if (over.length === 0) {
    const held = withOutput(wanted, shape.granted);
    return { kind: "granted", held, sent: shape.sent, capped: shape.capped };
  }
  const reached = over.filter(({ bound, used }) => used + least[bound.limit.meter] > bound.cap);
  // One that is used up is blamed before one that is only held.
  return reached.length > 0
    ? { kind: "denied", code: "limit_reached", by: reached }
    : { kind: "denied", code: "limit_held", by: over };
}

function shapeOf(wanted: Wanted, room: number | null) {
  const { output, tokens, mayCap } = wanted;
  if (output === "none" || (output === "unnamed" && room === null))
    return { least: 0, granted: 0, sent: null, capped: false };
  const least = Math.min(tokens, LEAST_TOKENS);
  if (output === "unnamed") {
    const left = room ?? 0;
    const granted = Math.min(tokens, Math.max(OFFERED_TOKENS, Math.floor(left / 8)), left);
    return { least, granted, sent: granted, capped: false };
  }
  if (room === null || tokens <= room || !mayCap)
    return { least: tokens, granted: tokens, sent: null, capped: false };
  return { least, granted: room, sent: room, capped: true };
}

/** How many output tokens fit under every hard limit; null: none of them counts output. */
function roomOf(counted: readonly Counted[], wanted: Wanted): number | null {
  const rooms = counted.flatMap(({ bound, used, held }) => {
    const { meter } = bound.limit;
    const left = Math.max(0, bound.cap - used - held - wanted.most[meter]);
    if (meter === "tokens" || meter === "output_tokens") return [left];
    if (meter !== "cost" || wanted.rate === 0) return [];
    return [Math.floor((left * 1_000_000) / wanted.rate)];
  });
  return rooms.length === 0 ? null : Math.min(...rooms);
}

function withOutput({ most, rate }: Wanted, tokens: number): Sums {
  return {
    ...most,
    tokens: most.tokens + tokens,
    output_tokens: most.output_tokens + tokens,
    cost: most.cost + Math.ceil((tokens * rate) / 1_000_000),
  };
}

/** Words for what is wrong with the answer; null: it is as expected. */
export function wrongReserve(answer: Answer, expected: Expected): string | null {
  if (expected.kind === "granted") return wrongGrant(answer, expected);
  if (answer.kind !== "denied") return `${answer.kind}, not denied`;
  if (answer.code !== expected.code) return `${answer.code}, not ${expected.code}`;
  return "limit" in answer ? wrongBlame(answer, expected.by) : null;
}

function wrongGrant(
  answer: Answer,
  expected: Extract<Expected, { kind: "granted" }>,
): string | null {
  if (answer.kind !== "granted") return `${answer.kind}, not granted`;
  const held = sumsOf(answer.held);
  const wrong = METERS.find((meter) => held[meter] !== expected.held[meter]);
  if (wrong !== undefined) return `holds ${held[wrong]} ${wrong}, not ${expected.held[wrong]}`;
  const sent = answer.outputTokens ?? null;
  if (sent !== expected.sent) return `sends ${sent} output tokens, not ${expected.sent}`;
  return answer.outputCapped === expected.capped ? null : `capped: ${answer.outputCapped}`;
}

function wrongBlame(denial: LimitDenial, by: readonly Counted[]): string | null {
  const { limit, used, held, cap, resetsAt, subject } = denial;
  const said = [limit.meter, limit.per, subject, used, held, cap, resetsAt].join(" ");
  const isTrue = by.some(
    ({ bound, ...counted }) =>
      said ===
      [
        bound.limit.meter,
        bound.limit.per,
        bound.subject,
        counted.used,
        counted.held,
        bound.cap,
        bound.windowEnd,
      ].join(" "),
  );
  return isTrue ? null : `blames ${said}`;
}
