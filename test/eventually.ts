/** Waits until something is so; the runner's own second is too short on a busy machine. */
import { vi } from "vitest";

export function eventually<Result>(look: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(look, { timeout: 30_000 });
}
