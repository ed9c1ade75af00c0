/** What happens to a subscription by the clock, each change of it, its renewals, and what a customer prefers. */
import type { Migration } from "../migration.ts";

/** Paid periods count from `billing_anchor`. From `next_plan_at` on another plan holds, whether the job has run or not. */
const SUBSCRIPTIONS = `
  alter table subscriptions add column billing_anchor integer not null default 0;
  alter table subscriptions add column trial_end integer;
  alter table subscriptions add column cancel_at_period_end integer not null default 0;
  alter table subscriptions add column next_plan_version_id integer references plan_versions (id);
  alter table subscriptions add column next_billing_cycle text check (next_billing_cycle in ('monthly', 'yearly'));
  alter table subscriptions add column next_plan_at integer;
  alter table subscriptions add column grace_until integer;
  alter table subscriptions add column paused_at integer;
  alter table subscriptions add column renewal_count integer not null default 0;
  alter table subscriptions add column due_at integer;
  update subscriptions set billing_anchor = current_period_start, due_at = current_period_end;
  create index subscriptions_due on subscriptions (due_at) where ended_at is null and due_at is not null;`;

const AROUND_THEM = `
  create table subscription_changes (
    customer_id text not null, revision integer not null, at integer not null, actor text not null,
    kind text not null, subscription text, primary key (customer_id, revision)) strict, without rowid;
  create table renewals (
    id integer primary key autoincrement, customer_id text not null, subscription_id integer not null,
    revision integer not null,
    renewal_type text not null check (renewal_type in ('new', 'renewal', 'upgrade', 'downgrade')),
    plan_version_id integer not null references plan_versions (id),
    previous_plan_version_id integer references plan_versions (id),
    billing_cycle text not null check (billing_cycle in ('monthly', 'yearly')),
    previous_period_start integer, previous_period_end integer, new_period_start integer not null,
    new_period_end integer not null, renewal_count integer not null,
    usage_calls integer, usage_tokens integer, usage_cost integer,
    payment_amount integer not null, payment_status text not null check (payment_status in ('paid', 'pending', 'failed')),
    payment_date integer, created_at integer not null, unique (customer_id, revision, new_period_start)) strict;
  create index renewals_customer on renewals (customer_id, id);
  create table alert_preferences (
    customer_id text primary key, preferences text not null, updated_at integer not null) strict, without rowid;
  create index audit_log_subject on audit_log (subject, id);
  create index customers_created on customers (created_at, id);`;

export const subscriptions: Migration = {
  version: 5,
  name: "subscriptions",
  sql: SUBSCRIPTIONS + AROUND_THEM,
};
