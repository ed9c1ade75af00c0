/** Colour for a terminal that wants it, and none for anything else. */

export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly red: (text: string) => string;
}

/** NO_COLOR, a pipe or a dumb terminal gets plain text (https://no-color.org). */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const noColour = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  const wanted = stream.isTTY === true && !noColour && env["TERM"] !== "dumb";
  const ink = (open: number, close: number) => (text: string) =>
    wanted ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: ink(1, 22),
    dim: ink(2, 22),
    green: ink(32, 39),
    yellow: ink(33, 39),
    red: ink(31, 39),
  };
}
