/** Which entries of the audit log are listed, as the address says it. */
import type { AddressState } from "../../app/address.ts";

export interface AskedLog {
  readonly action?: string;
  readonly actor?: string;
  readonly subject?: string;
  /** Instants; `to` is exclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly userId?: string;
  /** Where the page begins; absent: with the newest. */
  readonly after?: string;
}

/** The parameters of the address, as they are typed. */
export const LOG_FIELDS = ["action", "actor", "subject", "about", "from", "to"] as const;

/** `from` and `to` are days of the reader's calendar, both meant. */
export function askedLog(address: AddressState): AskedLog {
  const { action, actor, subject, about, from, to, after } = address;
  const first = dayStart(from, 0);
  const end = dayStart(to, 1);
  return {
    ...(action === undefined ? {} : { action }),
    ...(actor === undefined ? {} : { actor }),
    ...(subject === undefined ? {} : { subject }),
    ...(about === undefined ? {} : { userId: about }),
    ...(first === null ? {} : { from: first }),
    ...(end === null ? {} : { to: end }),
    ...(after === undefined ? {} : { after }),
  };
}

function dayStart(day: string | undefined, daysOn: number): string | null {
  if (day === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(day)) return null;
  const at = new Date(`${day}T00:00`);
  if (Number.isNaN(at.getTime())) return null;
  at.setDate(at.getDate() + daysOn);
  return at.toISOString();
}
