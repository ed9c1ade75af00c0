/** What every text for people must be: whole sentences, amounts grouped, one of a thing in the singular. */

const BETWEEN = "(?:API |Gemini |input |output |of your |customer )*";
const ONE_OF_MANY = new RegExp(
  `(?<![\\d,.] ?)\\b1 ${BETWEEN}(?:calls|tokens|images|characters|seconds|pages|days|attempts)\\b`,
);
const MANY_OF_ONE = new RegExp(
  `\\b(?:[2-9]|\\d*[02-9]|\\d+,\\d{3}) ${BETWEEN}(?:call|token|image|character|second|page|day|attempt)\\b`,
);

const RULES: readonly (readonly [string, (text: string) => boolean])[] = [
  // Only a model's name may stand first as it is written, and a command.
  ["does not begin as a sentence", (text) => !/^[\p{Lu}\d$`]|^gemini-/u.test(text)],
  ["something is missing", (text) => /undefined|null|NaN|\[object|Infinity/.test(text)],
  ["has a code in it", (text) => /(?<![\w/.-])[a-z]+_[a-z_]+/.test(text)],
  ["has an empty place", (text) => / {2}|\(\)| [.,;:]|^\s|\s$/.test(text)],
  [
    "an amount is not grouped",
    (text) => /(?<![\d.-])\d{4,}/.test(text.replaceAll(/\b20\d\d\b/g, "")),
  ],
  ["many of one thing", (text) => ONE_OF_MANY.test(text)],
  ["one of many things", (text) => MANY_OF_ONE.test(text)],
];

/** What is wrong with a title, a label or a message. */
export function wrongsOf(text: string | undefined): string[] {
  if (text === undefined) return ["absent"];
  const plain = text.replaceAll(/`[^`]*`/g, "`…`");
  return RULES.filter(([, breaks]) => breaks(plain)).map(([what]) => `${what}: ${text}`);
}

/** The same of one sentence or several; an address may stand at the end. */
export function wrongsOfSentences(text: string | undefined): string[] {
  const ends = /(?:[.!?]| at https:\/\/\S+)$/.test(text ?? "");
  return [...wrongsOf(text), ...(ends ? [] : [`does not end as a sentence: ${text}`])];
}
