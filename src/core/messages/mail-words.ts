/** The fixed words of a mail: everything in it that is not the alert's own. */
import type { CustomerAlertKind } from "../alerts/event-types.ts";

type Severity = "info" | "warning" | "error";

/** What a customer is mailed of and can unsubscribe from, by kind; each goes on after "mails about". */
export const MAIL_KIND_WORDS: Readonly<Record<CustomerAlertKind, string>> = {
  threshold: "how much of a limit you have used",
  limit_reached: "a limit that you have reached",
  projected: "a limit that you will reach at this rate",
  sudden_rise: "a sudden rise of your use",
  error_rate: "calls of yours that fail",
};

/** The word beside the title. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  info: "Notice",
  warning: "Warning",
  error: "Urgent",
};

/** What the parts of an alert are headed by. */
export const PART_WORDS = {
  next: "What happens next",
  action: "What to do",
} as const;

/** Labels of buttons. */
export const LINK_WORDS = {
  upgrade: "Change plan",
  usage: "See your usage",
  operator: "Open Purser",
} as const;

/** `Hello Ada,`, or `Hello,` to whoever has no name with us. */
export function greetingWords(name: string | undefined): string {
  return name === undefined || name.trim() === "" ? "Hello," : `Hello ${name.trim()},`;
}

/** `93 % used`; `percent` is of the limit, 0 and above. */
export function usedWords(percent: number): string {
  return `${percent} % used`;
}

/** Why somebody gets this mail, under the line. */
export function footerWords(of: {
  readonly reader: "customer" | "operator";
  readonly kind?: CustomerAlertKind;
}): string {
  if (of.reader === "operator") {
    return "You get this mail because this address is a channel of Purser. `purser channels` shows all of them.";
  }
  const about = of.kind === undefined ? "what you use" : MAIL_KIND_WORDS[of.kind];
  return `You get this mail because mails about ${about} are turned on for you.`;
}

/** Where everything else about mails is set. */
export const PREFERENCES_TEXT =
  "Your alert preferences say from which percentages on and by which channels you are told.";

/** What is said of a mail in the list of mails: the title, and how much is used. */
export function subjectWords(title: string, percent: number | undefined): string {
  return percent === undefined ? title : `${title}: ${usedWords(percent)}`;
}

/** The label of the link by which a customer gets no more of one kind. */
export const UNSUBSCRIBE_LABEL = "Unsubscribe from mails of this kind";

/** The same in the text part, with the address. */
export function unsubscribeText(url: string): string {
  return `${UNSUBSCRIBE_LABEL}: ${url}`;
}
