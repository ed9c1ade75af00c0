/** Which counter counts a call, is watched by a limit, or is the same as another: they are compared here and nowhere else. */
import type { CallScope, Limit } from "../../core/limits/limit.ts";
import type { CounterKey } from "./rows.ts";

/** A counter's `*` stands for all. Its subject and window are the caller's to have looked up. */
export function counts(counter: CallScope, call: CallScope): boolean {
  return (
    (counter.provider === "*" || counter.provider === call.provider) &&
    (counter.model === "*" || counter.model === call.model) &&
    (counter.operation === "*" || counter.operation === call.operation)
  );
}

/** Of two counters of one subject whose windows start together. */
export function isSameCounter(one: CounterKey, other: CounterKey): boolean {
  return (
    one.per === other.per &&
    one.meter === other.meter &&
    one.provider === other.provider &&
    one.model === other.model &&
    one.operation === other.operation
  );
}

/** Is it the counter that this limit of its subject's goes by? */
export function looksAt(limit: Limit, counter: CounterKey): boolean {
  return (
    limit.per === counter.per &&
    limit.meter === counter.meter &&
    (limit.provider ?? "*") === counter.provider &&
    (limit.model ?? "*") === counter.model &&
    (limit.operation ?? "*") === counter.operation
  );
}

/** The counter in words, the same each time: `alert_marks` keeps them. */
export function counterWords(counter: CounterKey): string {
  const { subject, meter, provider, model, operation, per, windowStart } = counter;
  return `${subject} ${meter} ${provider} ${model} ${operation} ${per} ${windowStart}`;
}
