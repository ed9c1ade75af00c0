/** Sends a customer's calls through the gateway, a few at a time, and tells refusals from faults. */
import type { DemoCustomer } from "./demo-customers.ts";
import type { SdkClients } from "./official-sdks.ts";

/** A refusal as the application met it: the SDK's own error. */
export interface Refusal {
  readonly provider: string;
  /** The class of the SDK's error, e.g. `RateLimitError`. */
  readonly error: string;
  readonly status: number;
  readonly message: string;
}

export interface Traffic {
  readonly answered: number;
  readonly refusals: readonly Refusal[];
}

const AT_ONCE = 16;

/** Makes every call of the customer. An error that is no refusal (429) is thrown: the demo must not hide it. */
export async function sendTraffic(
  customer: DemoCustomer,
  clients: SdkClients,
  ended: () => void,
): Promise<Traffic> {
  const waiting = [...customer.calls];
  const refusals: Refusal[] = [];
  let answered = 0;
  async function work(): Promise<void> {
    for (let call = waiting.shift(); call !== undefined; call = waiting.shift()) {
      try {
        await call.make(clients);
        answered += 1;
      } catch (error) {
        refusals.push(asRefusal(call.provider, error));
      }
      ended();
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { answered, refusals };
}

function asRefusal(provider: string, error: unknown): Refusal {
  if (!(error instanceof Error)) throw error;
  const status = statusIn(error);
  if (status !== 429) throw error;
  return { provider, error: error.constructor.name, status, message: error.message };
}

/** Mistral's SDK calls it `statusCode`, the others `status`. */
function statusIn(error: Error): number | null {
  if ("status" in error && typeof error.status === "number") return error.status;
  if ("statusCode" in error && typeof error.statusCode === "number") return error.statusCode;
  return null;
}
