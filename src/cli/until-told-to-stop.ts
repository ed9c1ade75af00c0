/** Waits for SIGTERM or SIGINT; a second one does not wait for anything. */

/** Resolves at the first signal. At the second the process exits at once, with 1, since calls may be running. */
export function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    let told = false;
    const stop = (): void => {
      if (told) process.exit(1);
      told = true;
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });
}
