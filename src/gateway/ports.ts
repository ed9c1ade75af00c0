/** What the gateway needs from outside; `server/` supplies it. */
import type { CallPorts, CallRequest, Denial } from "../call/call.ts";
import type { Upgrade } from "../call/limit-error.ts";
import type { ErrorCode } from "../core/errors.ts";

export interface GatewayPorts extends CallPorts {
  readonly dialects: readonly CallRequest["dialect"][];
  /** Web origins that may call from a browser, e.g. `https://app.example.com`. */
  readonly corsOrigins: readonly string[];
  /** The plan that would have let the refused call through, or null. */
  readonly describeDenial: (denial: Denial, request: CallRequest) => Upgrade | null;
  /** Told of each request once it is over: 499 where its client left before the answer began. */
  readonly finished?: (request: {
    readonly provider: string;
    readonly method: string;
    /** The provider's own path without ids; null: it is not offered, or nothing of it could be read. */
    readonly endpoint: string | null;
    readonly statusCode: number;
    readonly durationMs: number;
  }) => void;
  /** Told of each call that ended in an error of ours; a refusal by a limit or a plan is none. */
  readonly failed?: (failure: { readonly provider: string; readonly code: ErrorCode }) => void;
}
