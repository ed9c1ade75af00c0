/** What a test of a channel says. */

/** `channel`: its name. */
export function channelTestWords(channel: string): {
  readonly title: string;
  readonly message: string;
  readonly next: string;
} {
  return {
    title: "A test from Purser",
    message: `This is a test of the channel "${channel}". It has arrived, so what the channel is for will arrive too.`,
    next: "Nothing else happened, and nothing is to be done.",
  };
}
