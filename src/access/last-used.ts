/** Notes when keys were last used, a batch at a time, so that a call costs no write. */
import type { KeyId } from "../core/ids.ts";
import type { Instant } from "../core/instant.ts";
import type { Store } from "../store/store.ts";

export interface LastUsed {
  touch(keyId: KeyId, at: Instant): void;
  /** Writes what is still noted, and ends. */
  close(): Promise<void>;
}

export function trackLastUsed(store: Store, everyMs: number): LastUsed {
  const noted = new Map<KeyId, Instant>();
  let timer: NodeJS.Timeout | null = null;

  const write = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    // In one order on all nodes, which may write the same keys at the same moment.
    const rows = [...noted].sort(([one], [other]) => (one < other ? -1 : 1));
    noted.clear();
    if (rows.length === 0) return;
    await store.write(
      rows.map(([id, at]) =>
        store.db.updateTable("keys").set({ last_used_at: at }).where("id", "=", id),
      ),
    );
  };
  return {
    touch(keyId, at) {
      noted.set(keyId, at);
      // Losing this note harms nobody, so a failed write is not tried again and stops nothing.
      timer ??= setTimeout(() => void write().catch(() => {}), everyMs).unref();
    },
    close: write,
  };
}
