/** What every answer of the REST API looks like, and the shapes that many requests share. */
import { z } from "zod";
import { ERROR_CODES } from "../../core/errors.ts";

/** `{ success: true, data }`. */
export function success<Data extends z.ZodType>(payload: Data) {
  return z.object({ success: z.literal(true), data: payload });
}

/** Every failure, whatever its status. `detail` repeats `message` for clients that show that field. */
export const failure = z
  .looseObject({
    success: z.literal(false),
    error: z.enum(ERROR_CODES),
    message: z.string(),
    detail: z.string(),
    request_id: z.string(),
  })
  .describe(
    "A failure: a stable code, a sentence for a person, and details that depend on the code.",
  );

/**
 * A query: unknown parameters are refused by name. `user_id` is accepted everywhere, since clients add it to every
 * call; whether it is another's is checked before.
 */
export function query<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({
    user_id: z.string().optional().describe("Accepted everywhere; another's id is refused."),
    ...shape,
  });
}

export const noQuery = query({});

/** A POST without a body, or with an empty one. */
export const noBody = z.strictObject({}).nullish();

export const time = z.string().describe("RFC 3339 in UTC, e.g. 2026-04-01T12:00:00.000Z");
export const dollars = z.number().describe("US dollars, exact to the nano-dollar");
export const dollarsIn = z
  .union([z.number(), z.string()], { error: "must be US dollars such as 12.50." })
  .describe("US dollars, as a number or a decimal string with at most nine decimals");

/** A whole number in a query. */
export function wholeNumber(bounds: { least: number; most: number; otherwise: number }) {
  const mend = `must be a whole number from ${bounds.least} to ${bounds.most}.`;
  return z.coerce
    .number<number | string>({ error: mend })
    .int(mend)
    .min(bounds.least, mend)
    .max(bounds.most, mend)
    .default(bounds.otherwise);
}

export const nameIn = z
  .string({ error: "must be words." })
  .trim()
  .min(1, "must not be empty.")
  .max(200, "must be at most 200 characters.")
  // Names go into mails' subjects and terminals, and PostgreSQL keeps no NUL.
  .regex(/^\P{Cc}*$/u, "must not hold control characters.");
