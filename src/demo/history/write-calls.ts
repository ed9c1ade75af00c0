/** Writes calls of the history through the ledger's own door: after the fact, or as a hold that may be refused. */
import { randomBytes } from "node:crypto";
import { factsTold, holdCall, settleHeld, type ToldUsage } from "../../call/hold.ts";
import { newCallId } from "../../core/ids.ts";
import {
  type Amounts,
  amountsOf,
  INPUT_BUCKETS,
  OUTPUT_BUCKETS,
  type Usage,
} from "../../core/usage.ts";
import type { EventFacts, Payer, RecordEvent } from "../../ledger/ledger.ts";
import type { Purser } from "../../server/open-purser.ts";
import type { DrawnCall } from "./draw-calls.ts";

export interface CallWriter {
  /** What the call costs and counts, by the prices of its own instant. */
  price(call: DrawnCall): PricedCall;
  /** Written with the next flush. */
  add(priced: PricedCall, payer: Payer): void;
  /** The ledger's clock must not be behind what was added. */
  flush(): Promise<void>;
  /** Asks for a hold, now by the ledger's clock, as the gateway does; most will be refused. */
  tryHold(priced: PricedCall, payer: Payer): Promise<void>;
}

export interface PricedCall {
  readonly call: DrawnCall;
  readonly facts: EventFacts;
  readonly amounts: Amounts;
}

const HOLD_MS = 60_000;

export function callWriter({ ledger, prices, clock }: Purser["parts"]): CallWriter {
  let waiting: RecordEvent[] = [];
  return {
    price(call) {
      const { scope, at } = call;
      const facts = {
        ...factsTold({ scope, at, told: toldOf(call) }, { prices }),
        ...timesOf(call),
      };
      return { call, facts, amounts: amountsOf(facts) };
    },
    add({ call, facts }, payer) {
      const { scope, at, streamed } = call;
      waiting.push({
        kind: "record",
        id: newCallId(at, randomBytes(16)),
        payer,
        scope,
        endpoint: scope.operation,
        source: "import",
        streamed,
        timestamp: at,
        facts,
      });
    },
    async flush() {
      const written = waiting;
      waiting = [];
      await Promise.all(written.map((operation) => ledger.record(operation)));
    },
    async tryHold({ call }, payer) {
      const { scope, usage } = call;
      const reserved = await holdCall(
        {
          id: newCallId(clock.now(), randomBytes(16)),
          payer,
          scope,
          inputTokens: tokensIn(usage, INPUT_BUCKETS),
          outputTokens: tokensIn(usage, OUTPUT_BUCKETS),
          units: {},
          ttlMs: HOLD_MS,
        },
        { ledger, prices, clock },
      );
      if (!reserved.ok) return;
      const { id } = reserved.held;
      await settleHeld({ id, scope, at: clock.now(), told: toldOf(call) }, { ledger, prices });
    },
  };
}

function toldOf(call: DrawnCall): ToldUsage {
  return {
    usage: call.usage,
    model: call.scope.model,
    statusCode: call.statusCode,
    latencyMs: call.latencyMs,
    estimated: false,
    ...(call.errorMessage === undefined ? {} : { errorMessage: call.errorMessage }),
    ...(Object.keys(call.tags).length === 0 ? {} : { tags: call.tags }),
  };
}

function timesOf({ firstTokenMs, retryCount }: DrawnCall) {
  return { retryCount, ...(firstTokenMs === undefined ? {} : { firstTokenMs }) };
}

function tokensIn(usage: Usage, buckets: readonly (keyof Usage)[]): number {
  return buckets.reduce((sum, bucket) => sum + (usage[bucket] ?? 0), 0);
}
