/** Finds where the events of a stream end, wherever its bytes are cut. */

/** Keeps what it must of an unfinished event, so that each piece of the stream is looked at once. */
export interface EventSplitter {
  /**
   * Where the event that is open, or else begins at `from`, ends in this piece; -1 if it does not.
   * `piece` is bytes as latin1 text, so that an index is a byte's; each piece is given until it answers -1.
   */
  endIn(piece: string, from: number): number;
}

/** Two line ends in a row. A final "\r" may be half of a "\r\n", so where the stream has used "\n" it is waited for. */
const BLANK_LINE = /\r\n(?:\r\n|\n|\r(?!\n|$))|\n(?:\r\n|\n|\r(?!\n|$))|\r\r\n?/g;
/** The longest beginning of a blank line that is none yet: "\r\n\r". */
const TAIL_CHARS = 3;

/** Server-sent events: each ends with a blank line, whose line ends may be of any of the three kinds. */
export function sseSplitter(): EventSplitter {
  let tail = "";
  let known = "";
  let hasCarriageReturn = false;

  function blankLineEnd(text: string, from: number): number {
    if (!hasCarriageReturn) {
      const at = text.indexOf("\n\n", from);
      return at < 0 ? -1 : at + 2;
    }
    BLANK_LINE.lastIndex = from;
    return BLANK_LINE.test(text) ? BLANK_LINE.lastIndex : -1;
  }

  function endAcross(piece: string, from: number): number {
    // One character more than a blank line can reach, for the look ahead past its final "\r".
    const seam = tail + piece.slice(from, from + TAIL_CHARS + 1);
    const end = blankLineEnd(seam, 0);
    return end <= tail.length ? -1 : from + end - tail.length;
  }

  return {
    endIn(piece, from) {
      if (piece !== known) {
        known = piece;
        hasCarriageReturn = piece.includes("\r") || tail.includes("\r");
      }
      let end = tail === "" ? -1 : endAcross(piece, from);
      if (end < 0) end = blankLineEnd(piece, from);
      tail = end < 0 ? (tail + piece.slice(from)).slice(-TAIL_CHARS) : "";
      if (end < 0) known = "";
      return end;
    },
  };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** One JSON array of objects: an event is whatever stands before an object, and the object to its last brace. */
export function jsonArraySplitter(): EventSplitter {
  let depth = 0;
  let inString = false;
  let escaped = false;

  function inText(code: number): void {
    if (escaped) escaped = false;
    else if (code === BACKSLASH) escaped = true;
    else if (code === QUOTE) inString = false;
  }

  return {
    endIn(piece, from) {
      for (let at = from; at < piece.length; at += 1) {
        const code = piece.charCodeAt(at);
        if (inString) inText(code);
        else if (code === QUOTE) inString = true;
        else if (code === OPEN_BRACE) depth += 1;
        else if (code === CLOSE_BRACE && depth > 0) {
          depth -= 1;
          if (depth === 0) return at + 1;
        }
      }
      return -1;
    },
  };
}
