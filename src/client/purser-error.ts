/** How a question to the REST API fails: by the API's own code, or because there was no answer to read. */
import type { ErrorCode } from "../core/errors.ts";

/** `unreachable`: no connection. `timed_out`: no answer in time. `unreadable_answer`: it is not Purser's, or of another version. */
export type ClientErrorCode = ErrorCode | "unreachable" | "timed_out" | "unreadable_answer";

/** `message` is a sentence for a person; `code` never changes its meaning. */
export class PurserError extends Error {
  readonly code: ClientErrorCode;
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  /** As in the server's log; null where no answer came. */
  readonly requestId: string | null;
  /** What comes with the code, e.g. `field`, `limit`, `resets_at`, `upgrade`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    failed: {
      readonly code: ClientErrorCode;
      readonly message: string;
      readonly status?: number;
      readonly requestId?: string | null;
      readonly details?: Readonly<Record<string, unknown>>;
    },
    options?: ErrorOptions,
  ) {
    super(failed.message, options);
    this.name = "PurserError";
    this.code = failed.code;
    this.status = failed.status ?? null;
    this.requestId = failed.requestId ?? null;
    this.details = failed.details ?? {};
  }
}
