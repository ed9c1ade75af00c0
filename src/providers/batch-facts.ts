/** Adds up what the requests of a batch can use, to be held as one. */
import { invalidField } from "../core/errors.ts";
import { type Usage, usageOf } from "../core/usage.ts";
import type { NamedObject, RequestFacts } from "./dialect.ts";
import { addUsage } from "./usage-numbers.ts";

/** More would not fit where they are kept; nobody's batch names so many files. */
const NAMES_MOST = 1_000;

/** Give it every request, then ask for the sum. All of them must be for one model, since limits go by model. */
export class BatchFacts {
  #first: RequestFacts | null = null;
  #inputBound = 0;
  #inputExpected = 0;
  #largestInput = 0;
  #output = 0;
  #answers = 0;
  #units: Usage = usageOf({});
  #feesMost: Usage = usageOf({});
  #soft: boolean = false;
  readonly #cacheWrites = new Set<RequestFacts["cacheWrite"]>();
  readonly #modalities = new Set<RequestFacts["modalities"][number]>();
  readonly #names = new Map<string, NamedObject>();

  /** Throws `invalid_request` where the request cannot be in a batch with those before it. */
  add(facts: RequestFacts): void {
    this.#first ??= facts;
    if (facts.model !== this.#first.model) {
      throw invalidField(
        "model",
        "must be the same in all requests of a batch: send one batch for each model.",
      );
    }
    if (facts.streamed) throw invalidField("stream", "is not for requests of a batch.");
    if (facts.answersLater) throw invalidField("background", "is not for requests of a batch.");
    this.#inputBound += facts.inputTokensBound;
    this.#inputExpected += facts.inputTokensExpected;
    this.#largestInput = Math.max(this.#largestInput, facts.inputTokensBound);
    this.#output += outputOf(facts);
    this.#answers += facts.choices;
    this.#units = addUsage(this.#units, facts.units ?? {});
    this.#feesMost = addUsage(this.#feesMost, facts.feesMost ?? {});
    this.#soft ||= facts.soft;
    this.#cacheWrites.add(facts.cacheWrite);
    for (const modality of facts.modalities) this.#modalities.add(modality);
    for (const name of facts.names ?? []) this.#names.set(name.id, { ...name, guessed: false });
    if (this.#names.size > NAMES_MOST) {
      throw invalidField("file_id", `may name at most ${NAMES_MOST} different files in a batch.`);
    }
  }

  /** At batch prices. Throws `invalid_request` where there is no request. */
  total(): RequestFacts {
    if (this.#first === null) throw invalidField("requests", "must be at least one.");
    const names = [...this.#names.values()];
    return {
      model: this.#first.model,
      streamed: false,
      inputTokensBound: this.#inputBound,
      inputTokensExpected: this.#inputExpected,
      soft: this.#soft,
      output:
        this.#output === 0
          ? { kind: "none" }
          : { kind: "named", tokens: Math.ceil(this.#output / this.#answers) },
      choices: this.#answers,
      // No request of a batch is changed.
      cutHurts: true,
      cacheWrite: this.#cacheWrites.has("1h") ? "1h" : this.#cacheWrites.has("5m") ? "5m" : "none",
      modalities: [...this.#modalities],
      usageAsked: true,
      ...(Object.keys(this.#units).length === 0 ? {} : { units: this.#units }),
      ...(Object.keys(this.#feesMost).length === 0 ? {} : { feesMost: this.#feesMost }),
      ...(names.length === 0 ? {} : { names }),
      largestInput: this.#largestInput,
      tier: "batch",
    };
  }
}

function outputOf({ output, choices }: RequestFacts): number {
  if (output.kind === "none") return 0;
  return (output.kind === "named" ? output.tokens : output.modelMax) * choices;
}
