/** The alerts that a batch gives rise to, each with its mark, so that there is one whatever comes after it. */
import type { Told } from "../../core/alerts/alert-facts.ts";
import type { Instant } from "../../core/instant.ts";
import { alertClass, alertWords } from "../../core/messages/alert-words.ts";
import type { Meter } from "../../core/usage.ts";
import type { AlertMark, AlertRow, LedgerRows } from "./rows.ts";
import { DEPLOYMENT } from "./subjects.ts";

/** What marks are kept by. */
export type MarkOf = Pick<AlertMark, "customerId" | "counterKey" | "cap">;

export interface NewAlert {
  readonly told: Told;
  readonly threshold: number;
  readonly provider: string | null;
  readonly meter: Meter | null;
  readonly periodStart: Instant;
}

export class Raised {
  readonly alerts: AlertRow[] = [];
  readonly marks: AlertMark[] = [];
  private readonly rows: LedgerRows;

  constructor(rows: LedgerRows) {
    this.rows = rows;
  }

  /** The thresholds that had their alert or were covered, before this batch or in it. */
  marked(of: MarkOf): number[] {
    const inBatch = this.marks.filter((mark) => isOf(mark, of)).map(({ threshold }) => threshold);
    return [...this.rows.marks(of), ...inBatch];
  }

  /** Marks a threshold that a higher one's alert speaks for. */
  cover(of: MarkOf, threshold: number): void {
    this.marks.push({ ...of, threshold, alertId: null });
  }

  /** Writes an alert and its mark; `threshold` is the mark's. The words are those for whoever it is about. */
  raise(of: MarkOf & { readonly threshold: number }, alert: NewAlert): void {
    const { told, ...rest } = alert;
    const { customerId } = of;
    const id = this.rows.alertNumber(this.alerts.length);
    const reader = customerId === DEPLOYMENT ? "operator" : "customer";
    const { title, message } = alertWords(told, { reader, timeZone: "UTC" });
    this.marks.push({ ...of, alertId: id });
    this.alerts.push({
      ...rest,
      id,
      customerId,
      ...alertClass(told),
      kind: told.kind,
      facts: JSON.stringify(told.facts),
      title,
      message,
      createdAt: this.rows.at,
    });
  }
}

function isOf(mark: AlertMark, of: MarkOf): boolean {
  return (
    mark.customerId === of.customerId && mark.counterKey === of.counterKey && mark.cap === of.cap
  );
}
