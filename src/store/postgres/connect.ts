/** Connects to PostgreSQL as Purser always does: values as the schema's types say, nothing waited for without end. */
import postgres from "postgres";

/** A statement, and the wait for a lock, in milliseconds: then the call is refused rather than left to hang. */
const STATEMENT_MS_MOST = 10_000;
const LOCK_MS_MOST = 4_000;
/** A node that stalls within a transaction holds its locks no longer than this. */
const IDLE_IN_TRANSACTION_MS_MOST = 5_000;
const CONNECT_SECONDS_MOST = 5;
const RECONNECT_AFTER_SECONDS = 0.1;

export type Sql = postgres.Sql<{ bigint: bigint; numeric: bigint }>;

export interface ConnectOptions {
  readonly url: string;
  readonly connections: number;
  /** Named in the database's list of who is connected. */
  readonly purpose: string;
  /** Selects only, each given up after this many milliseconds. */
  readonly readsWithinMs?: number;
  /** For work that may rightly take long (migrations, moving): no time-outs. */
  readonly patient?: boolean;
  readonly onClose?: () => void;
  readonly onNotice?: (channel: string, payload: string) => void;
}

/**
 * `int8` is read as bigint, and so is `numeric`: only sums of whole numbers are of that type. Connections are opened when
 * they are needed. Nothing here ends a connection by age: it could be in the middle of a transaction.
 */
export function connect(options: ConnectOptions): Sql {
  const { url, connections, purpose, readsWithinMs, patient, onClose, onNotice } = options;
  const settings = {
    max: connections,
    connect_timeout: CONNECT_SECONDS_MOST,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    backoff: () => RECONNECT_AFTER_SECONDS,
    onnotice: () => undefined,
    types: {
      bigint: wholeNumber(INT8),
      numeric: wholeNumber(NUMERIC),
    },
    connection: {
      application_name: `purser ${purpose}`,
      ...(patient === true ? {} : TIME_OUTS),
      ...(readsWithinMs === undefined
        ? {}
        : { default_transaction_read_only: true, statement_timeout: readsWithinMs }),
    },
    ...(onClose === undefined ? {} : { onclose: onClose }),
    // What `listen` of the package itself is built on; its own does not come back after a failed reconnection.
    ...(onNotice === undefined ? {} : { onnotify: onNotice }),
  };
  return postgres(url, settings);
}

const TIME_OUTS = {
  statement_timeout: STATEMENT_MS_MOST,
  lock_timeout: LOCK_MS_MOST,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS_MOST,
};

const INT8 = 20;
const NUMERIC = 1700;

function wholeNumber(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: bigint | number) => value.toString(),
    parse: (text: string) => BigInt(text),
  };
}
