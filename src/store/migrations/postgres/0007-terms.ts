/** What holds for customers, anew: with how they wish to be told. */

/** As before (0005-open-batch.ts), but for `preferences`: as text, since PostgreSQL cannot look into all JSON that is kept. */
export const TERMS = `
  create or replace function purser_terms(customer_ids text[]) returns json language plpgsql as $$
  declare
    default_plan bigint;
  begin
    if exists (select from unnest(customer_ids) as w (id) left join subscriptions s
        on s.customer_id = w.id and s.ended_at is null
        where s.id is null or s.status in ('paused', 'canceled')
          or (s.next_plan_at is not null and s.next_plan_version_id is null)) then
      default_plan := purser_default_plan();
    end if;
    return (select coalesce(json_agg(t), '[]') from (
      select w.id, c.usage_anchor, default_plan, s.status, s.plan_version_id, s.next_plan_at, s.next_plan_version_id,
        s.grace_until, p.preferences
      from unnest(customer_ids) as w (id) left join customers c on c.id = w.id
      left join subscriptions s on s.customer_id = c.id and s.ended_at is null
      left join alert_preferences p on p.customer_id = c.id) t);
  end $$;`;
