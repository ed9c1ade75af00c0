/** How the simulated provider may be told to misbehave, by a script or by the model's name. */

/** What reached the provider. */
export interface SimulatedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The body as it came. */
  readonly body: Buffer;
  /** The body parsed, or null where it is no JSON object. */
  readonly json: Readonly<Record<string, unknown>> | null;
  /** The same, or the text fields of a form. */
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** What the first file of a form holds, as text. */
  readonly file?: string;
  readonly model: string;
}

/** All parts are optional; without any, the provider answers as it should. */
export interface Behaviour {
  /** The answer waits for this, e.g. a gate that a test opens. */
  readonly waitFor?: Promise<unknown>;
  readonly waitMs?: number;
  /** A stream's head goes out at once, its pieces wait for this. */
  readonly waitBody?: Promise<unknown>;
  /** Send this instead of an answer. */
  readonly raw?: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array;
  };
  /** Stream these pieces instead of an answer; made as the connection takes them. */
  readonly stream?: Iterable<string>;
  readonly contentType?: string;
  /** Compress the answer, whatever the request accepts. */
  readonly encoding?: "gzip" | "deflate" | "br" | "zstd";
  /** Break the connection after this part of the answer (0 to 1); 0: before its head. */
  readonly cutAfter?: number;
  /** Never answer. */
  readonly hang?: boolean;
  /** Send all of a stream, but never end the connection. */
  readonly endLate?: boolean;
  /** Exactly this many output tokens, whatever the request asks for. */
  readonly outputTokens?: number;
  /** Say every token count as this instead of the truth. */
  readonly usageSaid?: number | string;
  /** Leave the usage out. */
  readonly usageUnsaid?: boolean;
  /** Milliseconds between two pieces of a stream. */
  readonly betweenMs?: number;
}

export type Script = (request: SimulatedRequest) => Behaviour | undefined;

const HTML = "<!doctype html><title>Bad gateway</title><p>simulated";

/** `sim-503-then-fine` needs memory: which models have already been refused once. */
export function behaviourOfModel(model: string, seen: Set<string>): Behaviour {
  if (!model.startsWith("sim-")) return {};
  const first = !seen.has(model);
  seen.add(model);
  if (model.startsWith("sim-503-then-fine")) return first ? overloaded(503) : {};
  if (model.startsWith("sim-429-then-fine")) return first ? tooMany("1") : {};
  return BY_MODEL[model] ?? {};
}

const BY_MODEL: Readonly<Record<string, Behaviour>> = {
  "sim-garbage": { raw: { status: 200, body: Buffer.from([0, 255, 123, 34, 10, 10, 200, 7]) } },
  "sim-empty": { raw: { status: 200, body: "" } },
  "sim-html": { raw: { status: 200, headers: { "content-type": "text/html" }, body: HTML } },
  "sim-wrong-type": { contentType: "text/plain" },
  "sim-cut": { cutAfter: 0.5 },
  "sim-reset": { cutAfter: 0 },
  "sim-hang": { hang: true },
  "sim-drip": { betweenMs: 200 },
  "sim-500": { raw: { status: 500, body: '{"error":{"message":"simulated failure"}}' } },
  "sim-503": overloaded(503),
  "sim-529": overloaded(529),
  "sim-429": tooMany("30"),
  "sim-gzip": { encoding: "gzip" },
  "sim-deflate": { encoding: "deflate" },
  "sim-br": { encoding: "br" },
  "sim-zstd": { encoding: "zstd" },
  "sim-usage-negative": { usageSaid: -5 },
  "sim-usage-fractional": { usageSaid: 1.5 },
  "sim-usage-huge": { usageSaid: 1e300 },
  "sim-usage-text": { usageSaid: "many" },
  "sim-usage-none": { usageUnsaid: true },
};

function overloaded(status: number): Behaviour {
  return { raw: { status, body: '{"error":{"message":"simulated overload"}}' } };
}

function tooMany(retryAfter: string): Behaviour {
  return {
    raw: {
      status: 429,
      headers: { "retry-after": retryAfter },
      body: '{"error":{"message":"simulated throttle"}}',
    },
  };
}
