/** Sets ledger time, where the test clock is on. */
import { AppError } from "../../core/errors.ts";
import { formatInstant, parseInstant } from "../../core/instant.ts";
import type { Api } from "../api.ts";
import { setClock } from "../contract/endpoints/operation.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";

export function clockRoute(app: Api, ports: ApiPorts): void {
  serve(app, setClock, async ({ body }) => {
    if (ports.setClock === null) {
      throw new AppError(
        "forbidden",
        "The test clock is off. Start Purser with PURSER_TEST_CLOCK=1 to set the time; never where money is real.",
      );
    }
    const at = parseInstant(body.now, "now");
    await ports.setClock(at);
    return { now: formatInstant(at) };
  });
}
