/** Tells of each write that leaves something in the outbox, so that it goes out at once. */
import type { Statement, Store } from "../store/store.ts";

const INTO_OUTBOX = /^insert into "outbox"/;

/** The same store. `told` once the write is durable. */
export function wakingStore(store: Store, told: () => void): Store {
  return {
    db: store.db,
    async write(statements) {
      const compiled = statements.map((statement) => statement.compile());
      const rows = await store.write(
        compiled.map((query): Statement => ({ compile: () => query })),
      );
      if (compiled.some(({ sql }) => INTO_OUTBOX.test(sql))) told();
      return rows;
    },
    close: () => store.close(),
  };
}
