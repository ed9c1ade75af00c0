/** How many may listen at once, to one customer and on one node. */
import { AppError } from "../../core/errors.ts";
import type { CustomerId } from "../../core/ids.ts";

export interface Places {
  /** Throws `too_many_requests` where none is left. */
  take(customerId: CustomerId): void;
  leave(customerId: CustomerId): void;
}

export function createPlaces(most: { readonly all: number; readonly ofCustomer: number }): Places {
  const taken = new Map<string, number>();
  let total = 0;
  return {
    take(customerId) {
      const own = taken.get(customerId) ?? 0;
      if (own >= most.ofCustomer) throw tooMany("for this customer");
      if (total >= most.all) throw tooMany("on this server");
      taken.set(customerId, own + 1);
      total += 1;
    },
    leave(customerId) {
      const own = taken.get(customerId) ?? 0;
      if (own <= 1) taken.delete(customerId);
      else taken.set(customerId, own - 1);
      total -= 1;
    },
  };
}

function tooMany(where: string): AppError {
  const message = `Too many live streams are open ${where}. Close one, or come again later.`;
  return new AppError("too_many_requests", message, { retry_after_seconds: 30 });
}
