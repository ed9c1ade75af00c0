/** The names on the wire that stand for a model, as the catalogue writes them down. */
import type { MatchLogic } from "@pydantic/genai-prices";

/** Which names stand for a model of the book. */
export interface ModelNames {
  readonly provider: string;
  readonly model: string;
  readonly match: MatchLogic;
}

/** Given a name in lower case: the catalogue compares without regard to case, but in its regular expressions. */
export function matcherOf(logic: MatchLogic): (name: string) => boolean {
  if ("or" in logic) {
    const parts = logic.or.map(matcherOf);
    return (name) => parts.some((matches) => matches(name));
  }
  if ("and" in logic) {
    const parts = logic.and.map(matcherOf);
    return (name) => parts.every((matches) => matches(name));
  }
  if ("regex" in logic) {
    const pattern = new RegExp(logic.regex);
    return (name) => pattern.test(name);
  }
  return textMatcherOf(logic);
}

type TextMatch = Exclude<MatchLogic, { or: unknown } | { and: unknown } | { regex: unknown }>;

function textMatcherOf(logic: TextMatch): (name: string) => boolean {
  if ("equals" in logic) {
    const text = logic.equals.toLowerCase();
    return (name) => name === text;
  }
  if ("starts_with" in logic) {
    const text = logic.starts_with.toLowerCase();
    return (name) => name.startsWith(text);
  }
  if ("ends_with" in logic) {
    const text = logic.ends_with.toLowerCase();
    return (name) => name.endsWith(text);
  }
  const text = logic.contains.toLowerCase();
  return (name) => name.includes(text);
}
