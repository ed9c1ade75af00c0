/** Gives up waiting for the database after a while; what was asked may still happen. */

/** Rejects where the work does, or has not ended after `limitMs`. */
export async function within<Result>(limitMs: number, work: Promise<Result>): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`The database did not answer within ${limitMs} ms.`)),
    limitMs,
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
