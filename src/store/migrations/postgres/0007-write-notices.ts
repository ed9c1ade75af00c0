/** How a batch writes refusals, marks, alerts and the outbox, anew: alerts with their kind and facts. */

/** As before (0004-write-batch.ts), but for the alerts. */
export const WRITE_NOTICES = `
  create or replace function purser_write_notices(
    denial_rows json, alert_rows json, mark_rows json, outbox_rows json, forget_before bigint)
  returns void language plpgsql as $$
  begin
    if denial_rows is not null then
      insert into denial_counts (customer_id, limit_key, code, day, count)
        select customer_id, limit_key, code, at - at % 86400000 as day, count(*)
        from json_to_recordset(denial_rows) as d (customer_id text, limit_key text, code text, at bigint)
        group by customer_id, limit_key, code, day
        on conflict (customer_id, limit_key, code, day)
          do update set count = denial_counts.count + excluded.count;
      insert into denials (customer_id, at, code, provider, model, operation, limit_json, used, held, cap, requested)
        select customer_id, at, code, provider, model, operation, limit_json, used, held, cap, requested
        from json_populate_recordset(null::denials, denial_rows);
    end if;
    if mark_rows is not null then
      insert into alert_marks select * from json_populate_recordset(null::alert_marks, mark_rows)
        order by customer_id, counter_key, cap, threshold;
    end if;
    if alert_rows is not null then
      insert into alerts (id, customer_id, type, threshold, severity, provider, meter, title, message, period_start,
          created_at, kind, facts)
        select id, customer_id, type, threshold, severity, provider, meter, title, message, period_start, created_at,
          kind, facts
        from json_populate_recordset(null::alerts, alert_rows);
    end if;
    if outbox_rows is not null then
      insert into outbox (kind, customer_id, payload, created_at)
        select kind, customer_id, payload, created_at from json_populate_recordset(null::outbox, outbox_rows);
    end if;
    if forget_before is not null then
      delete from reservations where state = 'released' and expires_at < forget_before;
      delete from denials where id <= (select max(id) from denials) - 1000;
    end if;
  end $$;`;
