/** A select that has not ended in time is given up, on both databases. */
import { AppError } from "../core/errors.ts";

export const READ_MS_MOST = 2_000;

export function tooSlow(): AppError {
  return new AppError(
    "enforcement_unavailable",
    `A report took longer than ${READ_MS_MOST / 1_000} seconds and was given up. Ask for a shorter time or a smaller page.`,
  );
}
