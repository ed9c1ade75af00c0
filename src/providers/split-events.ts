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
const BLANK_LINE = /\r\n(?:\r\n|\n|\r(?!\n|$))|\n(?:\r\n|\n|\r(?!\n|$))|\r\r\n?/y;
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
    for (let at = nextLineEnd(text, from); at >= 0; at = nextLineEnd(text, at + 1)) {
      BLANK_LINE.lastIndex = at;
      if (BLANK_LINE.test(text)) return BLANK_LINE.lastIndex;
    }
    return -1;
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

function nextLineEnd(text: string, from: number): number {
  const carriageReturn = text.indexOf("\r", from);
  const lineFeed = text.indexOf("\n", from);
  if (carriageReturn < 0 || lineFeed < 0) return Math.max(carriageReturn, lineFeed);
  return Math.min(carriageReturn, lineFeed);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** One JSON array of objects: an event is whatever stands before an object, and the object to its last brace. */
export function jsonArraySplitter(): EventSplitter {
  return new JsonObjects();
}

class JsonObjects implements EventSplitter {
  #depth = 0;
  #inString: boolean = false;
  #escaped: boolean = false;

  endIn(piece: string, from: number): number {
    for (let at = from; at < piece.length; at += 1) {
      const code = piece.charCodeAt(at);
      if (this.#inString) this.#stepInString(code);
      else if (this.#closes(code)) return at + 1;
    }
    return -1;
  }

  /** Is this the last brace of an object that stands in no other? */
  #closes(code: number): boolean {
    if (code === QUOTE) this.#inString = true;
    else if (code === OPEN_BRACE) this.#depth += 1;
    else if (code === CLOSE_BRACE && this.#depth > 0) {
      this.#depth -= 1;
      return this.#depth === 0;
    }
    return false;
  }

  #stepInString(code: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) this.#inString = false;
  }
}
