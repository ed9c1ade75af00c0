/** The columns that name a row of the roll-ups and of the closing balances, in the order of their primary key. */
export const ROLLUP_KEY = [
  "customer_id",
  "period_start",
  "starts_at",
  "provider",
  "model",
  "operation",
  "key_id",
  "outcome",
] as const;
