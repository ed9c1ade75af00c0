/** Every second or so, asks providers for the work that they answer later, and settles what is over. */
import { type Repeating, repeat } from "./repeat.ts";

/** More than this at once would take the connections that calls need. */
const AT_ONCE = 8;
/** Then the next round's work, which has waited longer, gets its turn. */
const ROUND_MOST = 200;

/**
 * `take` gives at most so many pieces of work that are due, none of them to anybody else; `ask` asks for one, and ends
 * it where it is over. What fails is reported, and due again later. Two of these may run at once.
 */
export function pollDeferred<Work>(options: {
  readonly take: (most: number) => Promise<readonly Work[]>;
  readonly ask: (work: Work) => Promise<void>;
  readonly everyMs: number;
  /** Is it this node's work now? Left out: always. */
  readonly mayRun?: () => boolean;
  readonly onFault: (fault: unknown) => void;
}): Repeating {
  const { take, ask, everyMs, mayRun = () => true, onFault } = options;
  return repeat({
    everyMs,
    mayRun,
    onFault,
    async round(isStopped) {
      for (let asked = 0; asked < ROUND_MOST && !isStopped(); asked += AT_ONCE) {
        if (!(await askSome({ take, ask, onFault }))) break;
      }
    },
  });
}

/** false: nothing more is due. */
async function askSome<Work>(by: {
  readonly take: (most: number) => Promise<readonly Work[]>;
  readonly ask: (work: Work) => Promise<void>;
  readonly onFault: (fault: unknown) => void;
}): Promise<boolean> {
  const works = await by.take(AT_ONCE);
  const ends = await Promise.allSettled(works.map(by.ask));
  for (const end of ends) if (end.status === "rejected") by.onFault(end.reason);
  return works.length > 0;
}
