/** Hears of what other nodes changed: by the database's word at once, by looking twice a second at the latest. */
import type { Store } from "../store/store.ts";
import { pulse } from "./pulse.ts";

/** A store that passes on the database's word. */
export interface TellingStore extends Store {
  /** Tells of each notice on the channel, and with an empty text whenever the connection is made (anew). Returns the end. */
  listen(channel: string, told: (payload: string) => void): Promise<() => Promise<void>>;
}

/** What nodes keep in memory, by the names in `config_versions`; what is not named here is kept nowhere. */
export interface Reloads {
  /** Must have forgotten when it returns: nothing is awaited. */
  readonly keys: () => void;
  readonly customers: () => void;
  readonly plans: () => Promise<void>;
  readonly prices: () => Promise<void>;
}

export interface ConfigChanges {
  /** Is every change to keys and customers known here that is older than a second? */
  areCurrent(): boolean;
  stop(): Promise<void>;
}

const CHANNEL = "purser_config";
const LOOK_EVERY_MS = 500;
/** Then another look is begun: the network may swallow the answer of this one. */
const LOOK_MS_MOST = 2_000;
const CURRENT_FOR_MS = 1_000;

/** Reloads everything once, then what changes, until stopped. A reload that fails is reported and tried at the next look. */
export async function followConfigChanges(of: {
  readonly store: TellingStore;
  readonly reloads: Reloads;
  readonly onFault: (fault: unknown) => void;
  readonly lookEveryMs?: number;
}): Promise<ConfigChanges> {
  const { store, reloads, onFault, lookEveryMs = LOOK_EVERY_MS } = of;
  const loaders = new Map<string, Loader>(
    Object.entries(reloads).map(([name, load]) => [name, createLoader(load, onFault)]),
  );
  let knownAt = Number.NEGATIVE_INFINITY;
  const look = async (): Promise<void> => {
    const askedAt = performance.now();
    const versions = await store.db.selectFrom("config_versions").selectAll().execute();
    for (const { name, version } of versions) loaders.get(name)?.want(version);
    // Keys and customers are forgotten by now: theirs are done at once.
    knownAt = Math.max(knownAt, askedAt);
  };
  const looking = pulse({ round: look, everyMs: lookEveryMs, limitMs: LOOK_MS_MOST, onFault });
  const stopListening = await store.listen(CHANNEL, (name) => {
    // What was said while nobody heard is not said again; and a database that was restored counts anew.
    if (name === "") for (const loader of loaders.values()) loader.distrust();
    looking.wake();
  });
  return {
    areCurrent: () => performance.now() - knownAt <= CURRENT_FOR_MS,
    async stop() {
      await stopListening();
      await looking.stop();
    },
  };
}

interface Loader {
  /** Loads unless that version was loaded. */
  want(version: bigint): void;
  /** Whatever was loaded, the next `want` loads. */
  distrust(): void;
}

/** One load at a time: what changes meanwhile is loaded after it. */
function createLoader(load: () => void | Promise<void>, onFault: (fault: unknown) => void): Loader {
  let wanted: bigint | null = null;
  let loaded: bigint | null = null;
  let distrusts = 0;
  let isLoading = false;
  let isFailing = false;

  const run = async (): Promise<void> => {
    isLoading = true;
    try {
      while (wanted !== loaded) {
        const [version, trust] = [wanted, distrusts];
        await load();
        if (trust === distrusts) loaded = version;
        isFailing = false;
      }
    } catch (fault) {
      // The next look wants it again.
      if (!isFailing) onFault(fault);
      isFailing = true;
    } finally {
      isLoading = false;
    }
  };
  return {
    want(version) {
      wanted = version;
      // Begun now, so that what forgets has forgotten when this returns.
      if (!isLoading) void run();
    },
    distrust() {
      loaded = null;
      distrusts += 1;
    },
  };
}
