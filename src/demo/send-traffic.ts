/** Sends a customer's calls through the gateway, a few at a time, and tells refusals from faults. */
import type { DemoCustomer } from "./demo-customers.ts";
import type { SdkClients } from "./official-sdks.ts";
import type { SampleCall } from "./sample-calls.ts";

/** A refusal as the application met it: the SDK's own error. */
export interface Refusal {
  readonly provider: string;
  /** The class of the SDK's error, e.g. `RateLimitError`. */
  readonly error: string;
  readonly status: number;
  readonly message: string;
}

const AT_ONCE = 16;

/** Makes every call of the customer, and gives what was refused. An error that is no refusal (429) is thrown: the demo must not hide it. */
export async function sendTraffic(
  customer: DemoCustomer,
  clients: SdkClients,
  ended: () => void,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  async function make(call: SampleCall): Promise<void> {
    try {
      await call.make(clients);
    } catch (error) {
      refusals.push(asRefusal(call.provider, error));
    }
    ended();
  }
  const waiting = [...customer.calls];
  async function work(): Promise<void> {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) await make(call);
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  for (const call of customer.callsAfter ?? []) await make(call);
  return refusals;
}

/** Throws the error itself where it is none. */
export function asRefusal(provider: string, error: unknown): Refusal {
  if (!(error instanceof Error)) throw error;
  const status = statusIn(error);
  if (status !== 429) throw error;
  return { provider, error: error.constructor.name, status, message: wordsIn(error.message) };
}

/** SDKs put the whole body into the error's message; a person wants the sentence in it. */
function wordsIn(message: string): string {
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(message)?.[1] ?? message;
}

/** Mistral's SDK calls it `statusCode`, the others `status`. */
function statusIn(error: Error): number | null {
  if ("status" in error && typeof error.status === "number") return error.status;
  if ("statusCode" in error && typeof error.statusCode === "number") return error.statusCode;
  return null;
}
