/** Counts the tokens of a text without a tokenizer: the most it can be, and the likely number, in one fast pass. */

/** How a family of tokenizers differs from o200k, which the counts of this file are measured against. */
export interface Tokenizer {
  /** Tokens to a token of o200k in Latin text and code. */
  readonly latin: number;
  /** The same in all other scripts. */
  readonly scripts: number;
  /** The most tokens that a digit takes: a third where digits go by threes, 1 where each is a token. */
  readonly digit: number;
}

/** The worst of the tokenizers in use, for a text of which nobody says who will read it. */
const ANY_TOKENIZER: Tokenizer = { latin: 1.4, scripts: 2.3, digit: 1 };

/** The newest of OpenAI's, in the middle of the field. */
const USUAL_TOKENIZER: Tokenizer = { latin: 1, scripts: 1, digit: 0.34 };

/** The most and the likely number of input tokens in a text, whichever provider reads it. */
export function countText(text: string): { readonly bound: number; readonly expected: number } {
  const count = new TokenCount();
  count.add(text);
  return { bound: count.most(ANY_TOKENIZER), expected: count.likely(USUAL_TOKENIZER) };
}

/** What a character belongs to. Letters of a word share one run; the rest count one by one. */
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;
const SIGN = 4;
const OTHER = 5;
const SPACE = 0x20;

const ASCII_KIND = asciiKinds();

function asciiKinds(): Uint8Array {
  const kinds = new Uint8Array(128).fill(SIGN);
  kinds.fill(LOWER, 0x61, 0x7b);
  kinds.fill(UPPER, 0x41, 0x5b);
  kinds.fill(DIGIT, 0x30, 0x3a);
  return kinds;
}

/** [first, after the last, most, likely]: tokens a character of these scripts takes. Measured over the languages in test/providers. */
const SCRIPTS: readonly (readonly [number, number, number, number])[] = [
  [0x00a0, 0x00c0, 1.2, 0.8], // Latin-1 signs
  [0x0370, 0x0400, 0.85, 0.5], // Greek
  [0x0400, 0x0530, 0.65, 0.35], // Cyrillic
  [0x0530, 0x0590, 1.2, 0.6], // Armenian
  [0x0590, 0x0600, 0.9, 0.5], // Hebrew
  [0x0600, 0x0780, 0.8, 0.4], // Arabic
  [0x0780, 0x0900, 2, 1.5],
  [0x0900, 0x0e00, 0.9, 0.45], // Devanagari and its kin
  [0x0e00, 0x0f00, 1, 0.5], // Thai, Lao
  [0x0f00, 0x1000, 2, 1.5],
  [0x1000, 0x10a0, 1.5, 0.8], // Burmese
  [0x10a0, 0x1100, 1, 0.5], // Georgian
  [0x1100, 0x1200, 2, 1.5],
  [0x1200, 0x1400, 3, 2], // Ethiopic
  [0x1400, 0x1780, 3, 2],
  [0x1780, 0x1800, 1.5, 0.8], // Khmer
  [0x2000, 0x2070, 1, 0.7], // typographic signs
  [0x2070, 0x2c00, 2.2, 1.3], // symbols, arrows, box drawing
  [0x3000, 0x3040, 1, 0.7], // CJK punctuation
  [0x3040, 0x3100, 1, 0.75], // kana
  [0x3400, 0xa000, 1.35, 0.8], // Han
  [0xac00, 0xd7b0, 1.1, 0.65], // Hangul
  [0xfe00, 0xfe10, 1.2, 1], // variation selectors, as in emoji
  [0xff00, 0xfff0, 1.5, 0.9], // full-width forms
];
const OTHER_SCRIPT = [0, 0, 3, 2] as const;
/** A longer run of letters is no word of any language that is written with spaces. */
const WORD_LETTERS_MOST = 24;
/** Emoji and everything else beyond the basic plane, for each pair of code units. */
const PAIR_MOST = 3.2;
const PAIR_LIKELY = 1.9;

const SCRIPT_OF_BLOCK = scriptsByBlock();

/** The script of each block of 16 characters, looked up by `code >> 4`. */
function scriptsByBlock(): readonly (readonly [number, number, number, number])[] {
  return Array.from({ length: 0x1000 }, (_, block) => {
    const code = block << 4;
    return SCRIPTS.find(([first, after]) => code >= first && code < after) ?? OTHER_SCRIPT;
  });
}

/** Adds up the tokens of many texts, so that what is short is not rounded up each time. */
export class TokenCount {
  /** Tokens of Latin text and signs, of other scripts, and digits; the most and the likely. */
  #latinMost = 0;
  #latinLikely = 0;
  #scriptsMost = 0;
  #scriptsLikely = 0;
  #digitRuns = 0;
  #digits = 0;

  /** The most that the texts can be, in whole tokens of that tokenizer. */
  most(tokenizer: Tokenizer): number {
    const digits = this.#digitRuns + this.#digits * tokenizer.digit;
    return Math.ceil(
      this.#latinMost * tokenizer.latin + this.#scriptsMost * tokenizer.scripts + digits,
    );
  }

  likely(tokenizer: Tokenizer): number {
    const digits = this.#digitRuns * 0.5 + this.#digits * tokenizer.digit;
    const latin = this.#latinLikely * Math.max(1, tokenizer.latin * 0.9);
    return Math.ceil(latin + this.#scriptsLikely * Math.max(1, tokenizer.scripts * 0.8) + digits);
  }

  /** Structure that no text shows: tokens around a message, a name, a bracket. */
  addTokens(tokens: number): void {
    this.#latinMost += tokens;
    this.#latinLikely += tokens;
  }

  add(text: string): void {
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? ASCII_KIND[code] : accentedKind(code);
      if (kind === LOWER || kind === UPPER) at = this.#word(text, at);
      else if (kind === DIGIT) at = this.#number(text, at);
      else if (kind === OTHER) at = this.#script(code, at);
      else at = this.#signs(text, at, code);
    }
  }

  #word(text: string, start: number): number {
    const { end, humps, accents } = wordAt(text, start);
    const letters = end - start;
    // Beside digits, with capitals all over, or endless, it is no word but an id, a hash or base64: many short tokens.
    const isAfterDigit = start > 0 && ASCII_KIND[text.charCodeAt(start - 1)] === DIGIT;
    const isSoup =
      isAfterDigit || (humps > 1 && letters < humps * 4) || letters > WORD_LETTERS_MOST;
    this.#latinMost += humps + (letters - humps) * (isSoup ? 0.55 : 0.28) + accents * 0.7;
    const longer = Math.max(0, letters - humps * 5);
    this.#latinLikely += humps * 0.9 + longer / (isSoup ? 2 : 5) + accents * 0.4;
    return end;
  }

  #number(text: string, start: number): number {
    let at = start + 1;
    while (at < text.length && ASCII_KIND[text.charCodeAt(at)] === DIGIT) at += 1;
    this.#digitRuns += 0.8;
    this.#digits += at - start;
    return at;
  }

  /** Spaces, line ends and signs: one token a run of the same character; a lone space belongs to the word after it. */
  #signs(text: string, start: number, code: number): number {
    let at = start + 1;
    while (at < text.length && text.charCodeAt(at) === code) at += 1;
    const length = at - start;
    if (length === 1 && code === SPACE) {
      this.#latinMost += 0.05;
      return at;
    }
    this.#latinMost += 1 + (length - 1) / 8;
    this.#latinLikely += 0.75 + (length - 1) / 16;
    return at;
  }

  #script(code: number, at: number): number {
    if (code >= 0xd800 && code < 0xdc00) {
      this.#scriptsMost += PAIR_MOST;
      this.#scriptsLikely += PAIR_LIKELY;
      return at + 2;
    }
    const script = SCRIPT_OF_BLOCK[code >> 4] ?? OTHER_SCRIPT;
    this.#scriptsMost += script[2];
    this.#scriptsLikely += script[3];
    return at + 1;
  }
}

/** A run of Latin letters. A capital after a small letter begins a new hump, as in camelCase. */
function wordAt(text: string, start: number): { end: number; humps: number; accents: number } {
  let humps = 1;
  let accents = 0;
  let previous = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? ASCII_KIND[code] : accentedKind(code);
    if (kind !== LOWER && kind !== UPPER) return { end: at, humps, accents };
    if (code >= 128) accents += 1;
    if (kind === UPPER && previous === LOWER) humps += 1;
    previous = kind;
  }
  return { end: text.length, humps, accents };
}

function accentedKind(code: number): number {
  return isLatinLetter(code) ? LOWER : OTHER;
}

function isLatinLetter(code: number): boolean {
  return (code >= 0xc0 && code < 0x250) || (code >= 0x1e00 && code < 0x1f00);
}
