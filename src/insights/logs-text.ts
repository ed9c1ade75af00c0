/** The usage log as text: CSV for spreadsheets, JSON lines for programs. */
import { decimalText } from "../core/money.ts";
import type { UsageLog } from "./usage-log.ts";

export type LogFormat = "csv" | "jsonl";

/** A line, and whose it is where a text holds everybody's. */
export type TextLog = UsageLog & { readonly user_id?: string };

const COLUMNS = [
  "id",
  "event_id",
  "timestamp",
  "provider",
  "actual_provider_name",
  "model_used",
  "endpoint",
  "method",
  "tokens_input",
  "tokens_output",
  "tokens_total",
  "cost_input",
  "cost_output",
  "cost_total",
  "response_time",
  "status_code",
  "status",
  "error_message",
  "billing_period",
  "retry_count",
  "is_aggregated",
  "operation",
  "key_id",
  "source",
] as const satisfies readonly (keyof UsageLog)[];

/** What a text begins with, before the first line. */
export function logsHead(format: LogFormat, of: { readonly everybody: boolean }): string {
  return format === "jsonl" ? "" : `${columnsOf(of.everybody).join(",")}\r\n`;
}

/** CSV is RFC 4180's, with CRLF after each line. */
export function logsText(
  format: LogFormat,
  logs: readonly TextLog[],
  of: { readonly everybody: boolean },
): string {
  if (format === "jsonl") return logs.map((log) => `${JSON.stringify(log)}\n`).join("");
  const columns = columnsOf(of.everybody);
  return logs
    .map((log) => `${columns.map((name) => cell(log[name] ?? null)).join(",")}\r\n`)
    .join("");
}

function columnsOf(everybody: boolean): readonly (keyof TextLog)[] {
  return everybody ? ["user_id", ...COLUMNS] : COLUMNS;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return "";
  // Small costs would be written with an exponent, which spreadsheets round.
  if (typeof value === "number") return decimalText(value);
  // A model's name comes from outside: a spreadsheet must not take it for a formula.
  const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
