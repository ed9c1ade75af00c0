/** The usage log as CSV, for spreadsheets. */
import { decimalText } from "../core/money.ts";
import type { UsageLog } from "./usage-log.ts";

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
] as const satisfies readonly (keyof UsageLog)[];

/** RFC 4180: a head line, CRLF after each line. */
export function logsCsv(logs: readonly UsageLog[]): string {
  const lines = [
    COLUMNS.join(","),
    ...logs.map((log) => COLUMNS.map((name) => cell(log[name])).join(",")),
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function cell(value: string | number | boolean | null): string {
  if (value === null) return "";
  // Small costs would be written with an exponent, which spreadsheets round.
  if (typeof value === "number") return decimalText(value);
  // A model's name comes from outside: a spreadsheet must not take it for a formula.
  const text = /^[=+\-@\t\r]/.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
