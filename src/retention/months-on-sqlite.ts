/** Old months on SQLite: their events go straight into an archive. */

import { monthOf } from "../ledger/audit/span.ts";
import { isBeingDetached } from "../ledger/leaving-month.ts";
import { detachMonth, goOnDetaching } from "../ledger/sqlite/detach-month.ts";
import { firstEventAt } from "../ledger/sqlite/first-month.ts";
import type { Store } from "../store/store.ts";
import type { Months } from "./months.ts";
import { writeArchive } from "./write-archive.ts";

export function monthsOnSqlite(on: { readonly store: Store; readonly folder: string }): Months {
  const { store } = on;
  let isBusy = false;
  const alone = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (isBusy) throw isBeingDetached();
    isBusy = true;
    try {
      return await work();
    } finally {
      isBusy = false;
    }
  };
  return {
    detach: (asked) =>
      alone(() => detachMonth({ store, writeArchive: (of) => writeArchive(on, of) }, asked)),
    async first() {
      const at = await firstEventAt(store);
      return at === null ? null : monthOf(at).from;
    },
    async goOn({ signal }) {
      // Somebody is at it.
      if (isBusy) return;
      await alone(() => goOnDetaching({ store }, signal));
    },
  };
}
