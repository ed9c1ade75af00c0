/** The simulated providers, and the network to them: an undici dispatcher in place of the pool's own. */
import { Dispatcher } from "undici";
import { poolOf } from "../../src/call/forward/upstream-pool.ts";
import type { Chance } from "./chance.ts";
import type { ClientCall } from "./client-call.ts";
import { answerPieces, type ReadRequest, readSent } from "./provider-answers.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Verdict } from "./verdict.ts";

export const PROVIDER_URL = "http://provider.simulated";

/** Told of each request that reaches a provider. */
export type Received = (call: ClientCall, sent: ReadRequest) => void;

let present: SimulatedProviders | null = null;

export class SimulatedProviders extends Dispatcher {
  readonly calls = new Map<string, ClientCall>();
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;
  readonly #verdict: Verdict;
  readonly #received: Received;

  constructor(parts: {
    scheduler: Scheduler;
    chance: Chance;
    verdict: Verdict;
    received: Received;
  }) {
    super();
    this.#scheduler = parts.scheduler;
    this.#chance = parts.chance;
    this.#verdict = parts.verdict;
    this.#received = parts.received;
  }

  /** From now on what is sent to `PROVIDER_URL` comes here. */
  takeOver(): void {
    present = this;
    const { pool } = poolOf(PROVIDER_URL);
    if (Object.hasOwn(pool, "dispatch")) return;
    Object.defineProperty(pool, "dispatch", {
      value: (...sent: Parameters<Dispatcher["dispatch"]>) => present?.dispatch(...sent),
    });
  }

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean {
    const sent = readSent(options.body as Uint8Array);
    const call = this.calls.get(sent.mark);
    if (call === undefined) throw new Error(`Nobody made the call ${sent.mark}.`);
    const answer = new Answer(this.#scheduler, handler);
    // Refused at once, or sent after a while: by then the call may have been stopped.
    this.#scheduler.after(this.#chance.below(40), () => {
      if (call.fate === "closed") answer.refuse();
      else if (answer.begin()) this.#travel(call, sent, answer);
    });
    return true;
  }

  /** From here on the provider may bill it, whatever becomes of the node. */
  #travel(call: ClientCall, sent: ReadRequest, answer: Answer): void {
    const { owner } = this.#scheduler;
    call.received += 1;
    this.#verdict.say(() => `provider: gets call ${call.number}, and ${call.fate}`);
    this.#received(call, sent);
    this.#scheduler.after(
      this.#chance.below(20),
      () => {
        const workMs = this.#chance.weigh([
          [this.#chance.below(2_000), 8],
          [this.#chance.below(60_000), 1],
        ]);
        const pieces = this.#work(call, sent, answer);
        this.#scheduler.after(workMs, () => answer.send(pieces, () => this.#pauseMs()), owner);
      },
      null,
    );
  }

  #pauseMs(): number {
    return this.#chance.below(this.#chance.percent(5) ? 20_000 : 300);
  }

  /** Does the work, bills it, and says what goes back. */
  #work(call: ClientCall, sent: ReadRequest, answer: Answer): string[] {
    const { fate } = call;
    if (fate === "refuses") return answer.as(400, ['{"error":{"message":"No."}}']);
    if (fate === "fails") return answer.as(500, ['{"error":{"message":"Broken."}}']);
    if (fate === "busy" && call.received === 1) return answer.as(503, ['{"error":{}}']);
    const most = sent.outputMost ?? Number.POSITIVE_INFINITY;
    const output = call.disobeyed ? call.outputTokens : Math.min(call.outputTokens, most);
    call.billed = { input: call.inputTokens, output };
    const pieces = answerPieces(call, fate === "unsaid" ? null : call.billed, sent);
    if (fate === "silent") return answer.as(200, []);
    answer.contentType =
      call.kind === "stream" ? "text/event-stream; charset=utf-8" : "application/json";
    if (fate === "cuts") {
      answer.breaks = true;
      return answer.as(200, pieces.slice(0, this.#chance.below(pieces.length + 1)));
    }
    call.answeredWhole = fate !== "unsaid";
    return answer.as(200, pieces);
  }
}

/** One answer on its way to a node, as undici's handlers and controllers have it. */
class Answer implements Dispatcher.DispatchController {
  contentType = "application/json";
  /** After its last piece the connection breaks. */
  breaks: boolean = false;
  aborted: boolean = false;
  paused: boolean = false;
  reason: Error | null = null;
  #status = 200;
  #over: boolean = false;
  #whenResumed: (() => void) | null = null;
  readonly #scheduler: Scheduler;
  readonly #handler: Dispatcher.DispatchHandler;

  constructor(scheduler: Scheduler, handler: Dispatcher.DispatchHandler) {
    this.#scheduler = scheduler;
    this.#handler = handler;
  }

  refuse(): void {
    this.#over = true;
    const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    this.#handler.onResponseError?.(this, cause);
  }

  /** The connection is there. false: the call has been stopped meanwhile. */
  begin(): boolean {
    this.#handler.onRequestStart?.(this, {});
    return !this.aborted;
  }

  as(status: number, pieces: string[]): string[] {
    this.#status = status;
    return pieces;
  }

  /** Nothing at all of an answer without pieces that does not break. */
  send(pieces: readonly string[], pauseMs: () => number): void {
    if (this.#over || (pieces.length === 0 && !this.breaks)) return;
    if (pieces.length > 0) {
      const headers = { "content-type": this.contentType };
      this.#handler.onResponseStart?.(this, this.#status, headers, "");
    }
    const next = (index: number): void => {
      if (this.#over) return;
      if (this.paused) {
        this.#whenResumed = () => next(index);
        return;
      }
      const piece = pieces[index];
      if (piece === undefined) {
        this.#end();
        return;
      }
      this.#handler.onResponseData?.(this, Buffer.from(piece));
      this.#scheduler.after(pauseMs(), () => next(index + 1));
    };
    next(0);
  }

  #end(): void {
    this.#over = true;
    if (this.breaks) this.#handler.onResponseError?.(this, new Error("other side closed"));
    else this.#handler.onResponseEnd?.(this, {});
  }

  abort(reason: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.aborted = true;
    this.reason = reason;
    this.#handler.onResponseError?.(this, reason);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    const resumed = this.#whenResumed;
    this.#whenResumed = null;
    if (resumed !== null) this.#scheduler.after(0, resumed);
  }
}
