/** What is wrong with a value that a schema refused, said as what it must be. */
import type { z } from "zod";

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  bigint: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Words that follow the field's name; undefined where only the schema's own words can say it. */
export function mendOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "is missing; it " : ""}must be ${typeWords(issue.expected)}.`;
    case "invalid_value":
      return `must be ${issue.values
        .map(String)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1")}.`;
    case "too_big":
      return `must ${sizeWords(issue.origin, "at most", issue.maximum)}.`;
    case "too_small":
      return `must ${sizeWords(issue.origin, "at least", issue.minimum)}.`;
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}.`;
    default:
      return undefined;
  }
}

function typeWords(expected: string): string {
  return TYPES[expected] ?? expected;
}

function sizeWords(origin: string, bound: "at most" | "at least", size: number | bigint): string {
  if (origin === "string") return `be ${bound} ${size} characters`;
  return `${origin === "array" || origin === "set" ? "hold" : "be"} ${bound} ${size}`;
}
