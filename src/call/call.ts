/** What the eight steps of one call hand on to each other, and what the call needs from outside. */
import type { Readable } from "node:stream";
import type { AppError, ErrorCode } from "../core/errors.ts";
import type { CallId, CustomerId, UserId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { NanoUsd, NanoUsdPerMillion } from "../core/money.ts";
import type { Charge, PriceRow } from "../core/pricing/price.ts";
import type { Amounts, Usage } from "../core/usage.ts";
import type {
  Granted,
  Ledger,
  LimitDenial,
  NewObject,
  Payer,
  PlanDenial,
  UsageEvent,
} from "../ledger/ledger.ts";
import type { PriceBook } from "../prices/price-book.ts";
import type {
  Dialect,
  RequestEdits,
  RequestFacts,
  Route,
  UsageReading,
} from "../providers/dialect.ts";

/** A multipart body: its fields are read, and its bytes are kept to be sent as they came. */
export interface FormBody {
  /** As `json` of a `WireRequest` shows them. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly bytes: number;
  /** From the first byte on; again for another attempt. */
  open(): Uint8Array | Readable;
  /** The lines of its first file. */
  lines(): AsyncIterable<string>;
  close(): Promise<void>;
}

/** One call, as it came in. */
export interface CallRequest {
  readonly dialect: Dialect;
  readonly route: Route;
  /** The provider's own path, and its query without our key. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The Purser key, from wherever the SDK puts it; null where there was none. */
  readonly credential: string | null;
  /** `x-purser-customer`: whom a service key acts for. */
  readonly actsFor: string | null;
  /** `x-purser-tags`: what the caller files the call under. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Already cut down to what may reach a provider. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or empty where there is a form or nothing. */
  readonly body: Uint8Array;
  readonly form?: FormBody;
  readonly source: "gateway" | "library";
}

/** Step 1: who calls. */
export interface Caller {
  readonly payer: Payer;
  readonly userId: UserId;
}

/** Step 2: the most the call can use, and what is expected. */
export interface Estimate {
  readonly facts: RequestFacts;
  /** null: the model's price is not known. */
  readonly price: PriceRow | null;
  /** Without the output tokens, which `reserve` chooses to fit. */
  readonly most: Amounts;
  readonly outputTokens: number | null;
  readonly outputRate: NanoUsdPerMillion;
  readonly expected: { readonly usage: Usage; readonly cost: NanoUsd };
}

/** Step 3: a hold on every limit of the call. Only `reserve` makes one, and only it lets a call be sent. */
export interface Reservation extends Granted {
  readonly __proof: "held";
}

export type Denial = LimitDenial | PlanDenial;
export type Reserved =
  | { readonly ok: true; readonly held: Reservation }
  | { readonly ok: false; readonly denial: Denial };

/** Step 4: how the provider's answer came. */
export interface ProviderAnswer {
  /**
   * `whole`: as the provider meant it, an error of its own included. `cut`: it broke off. `left`: the client hung up.
   * `late`: a deadline passed. `unreachable`: nothing was sent, so nothing can be billed.
   */
  readonly ended: "whole" | "cut" | "left" | "late" | "unreachable";
  /** The provider's status; 0 where it gave none. */
  readonly status: number;
  readonly streamed: boolean;
  /** What the answer says it used; null where there was no answer to read. */
  readonly reading: UsageReading | null;
  /** What the answer made at the provider. */
  readonly made?: readonly NewObject[];
  readonly latencyMs: number;
  readonly firstTokenMs?: number;
  readonly retryCount: number;
  /** Attempts before the last one that the provider may have billed. */
  readonly billedAttempts: number;
  /** Why nothing was sent, where `ended` is `unreachable`. */
  readonly failure?: AppError;
  /** Sends what was kept back, and ends the reply. Called once the call is settled; `charge` null: it is told later. */
  deliver(settled: { charge: Charge | null }): void;
}

/** Step 5: what was really used. */
export interface Metered {
  readonly usage: Usage;
  readonly model: string;
  readonly tier?: string;
  readonly statedCost?: NanoUsd;
  readonly calls: 0 | 1;
  readonly statusCode: number;
  /** By our own count, not the provider's word. */
  readonly estimated: boolean;
  readonly errorMessage?: string;
}

/** How a call ended, for whoever ran it. */
export type CallOutcome =
  | { readonly kind: "answered"; readonly id: CallId; readonly event: UsageEvent | null }
  | {
      readonly kind: "unsent";
      readonly id: CallId;
      readonly code: ErrorCode;
      readonly message: string;
    }
  | {
      readonly kind: "refused";
      readonly id: CallId;
      readonly denial: Denial;
      /** As the request names it. */
      readonly model: string;
    };

/** Where the answer goes: the gateway's HTTP response, or the library's. */
export interface CallReply {
  start(head: { status: number; headers: Readonly<Record<string, string>> }): void;
  /** false: the client is slow; wait for `onDrain` before sending more. */
  write(bytes: Uint8Array): boolean;
  end(bytes: Uint8Array | null): void;
  /** Breaks the connection, so that a cut answer looks cut. */
  destroy(): void;
  readonly started: boolean;
  onDrain(listener: () => void): void;
  /** The client hung up before the answer was whole. At once, if it already has. */
  onLeft(listener: () => void): void;
}

/** How long to wait, in milliseconds. */
export interface Deadlines {
  /** For a whole answer that is not streamed. */
  readonly jsonMs: number;
  /** Between two pieces of a stream, and before the first. */
  readonly silenceMs: number;
  /** For a call altogether. */
  readonly callMs: number;
}

/** Where a provider is reached, and with what credential. */
export interface Upstream {
  /** No trailing slash. */
  readonly baseUrl: string;
  readonly credential: string | null;
  readonly deadlines: Deadlines;
}

/** Finds callers by their key. Throws `unauthenticated` or `forbidden`. */
export interface Callers {
  find(credential: string | null, actsFor: string | null): Caller | Promise<Caller>;
}

/** Something that a customer made at a provider through us. */
export interface OwnedObject {
  readonly objectId: string;
  readonly customerId: CustomerId;
  /** How many input tokens it makes of a request that names it; null: not known. */
  readonly tokens: number | null;
  /** What the requests in it can use, where it is a batch's input. */
  readonly contents: RequestFacts | null;
  /** The work whose result it is; null: none's. */
  readonly madeBy: string | null;
}

/** What is noted of something made without a usage event. */
export interface MadeObject extends NewObject {
  readonly contents?: RequestFacts;
  readonly madeBy?: string;
}

/** Who made what at which provider. */
export interface ObjectRegister {
  /** Those of these ids that are known, whoever they belong to. */
  find(provider: string, ids: readonly string[]): Promise<readonly OwnedObject[]>;
  /** Notes what was made without a usage event; what is known already stays its first owner's. */
  add(objects: readonly MadeObject[], owner: Payer): Promise<void>;
  remove(provider: string, objectId: string): Promise<void>;
}

/** What a call needs from outside; `server/` supplies it. */
export interface CallPorts {
  readonly callers: Callers;
  readonly ledger: Ledger;
  readonly prices: PriceBook;
  readonly objects: ObjectRegister;
  readonly clock: { now(): Instant };
  readonly newCallId: () => CallId;
  readonly upstream: (provider: string) => Upstream | null;
  /** Reads a request's JSON and facts; large bodies are read off the main thread. */
  readonly readRequest: (request: CallRequest) => RequestFacts | Promise<RequestFacts>;
  /**
   * Settles what a provider has ended of the work that answers later and is named so; `running`: it goes on. Nothing
   * is known of most objects, which is `over`. Rejects where the provider cannot be asked.
   */
  readonly endLater: (provider: string, objectId: string) => Promise<"running" | "over">;
  /** Splices edits into a request's body; large bodies off the main thread. */
  readonly editRequest: (
    request: CallRequest,
    edits: RequestEdits,
  ) => Uint8Array | Promise<Uint8Array>;
  /** Told of each settled event: live pages, and the outbox that its settle may have filled. */
  readonly settled: (event: UsageEvent) => void;
  /** Told of each answer that was metered and priced, for the operator's counters. */
  readonly answered?: (answer: {
    readonly provider: string;
    readonly reading: UsageReading | null;
    readonly charge: Charge;
  }) => void;
  /** A fault that no caller waits for any more. */
  readonly fault: (cause: unknown, during: string) => void;
}
