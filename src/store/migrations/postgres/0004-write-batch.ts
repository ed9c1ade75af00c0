/** The last step of a ledger's batch: writes what the rules changed, each row once. */

const SUMS = [
  ..."calls tokens input_tokens output_tokens cost images characters seconds pages".split(" "),
  ..."events latency_ms retries".split(" "),
];
const COUNTER = "subject, window_start, provider, model, operation, meter, per";
const KEY = "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome";

function raise(table: string): string {
  return SUMS.map((sum) => `${sum} = ${table}.${sum} + excluded.${sum}`).join(", ");
}

/**
 * `xid` is the transaction that read the rows: a statement that reaches another one (a lost connection was replaced)
 * writes nothing. Absent parts are null, so that a batch pays for what it has only. Counters that are there come by their ids as they shall be, new ones in full, shares
 * of counters that all nodes need as what they rise by.
 */
export const WRITE_BATCH = `
  create function purser_write_batch(
    xid text, counter_ids bigint[], counter_used bigint[], counter_held bigint[], counter_rows json, share_rows json,
    hold_rows json, ended_holds json, event_months bigint[], event_rows json, detail_rows json, key_rows json,
    correction_rows json, rollup_rows json, denial_rows json, alert_rows json, mark_rows json, outbox_rows json,
    object_rows json, awaited_rows json, forget_before bigint)
  returns void language plpgsql as $$
  begin
    if pg_current_xact_id_if_assigned()::text is distinct from xid then
      raise exception 'This is not the transaction that read the rows.' using errcode = '40001';
    end if;
    if counter_ids is not null then
      update counters c set used = n.used, held = n.held
        from unnest(counter_ids, counter_used, counter_held) as n (id, used, held) where c.id = n.id;
    end if;
    if counter_rows is not null then
      insert into counters (${COUNTER}, node_id, window_end, used, held)
        select ${COUNTER}, '', window_end, used, held from json_populate_recordset(null::counters, counter_rows);
    end if;
    if share_rows is not null then
      insert into counters (${COUNTER}, node_id, window_end, used, held, quota, epoch)
        select ${COUNTER}, node_id, window_end, used, held, quota, epoch
        from json_populate_recordset(null::counters, share_rows)
        on conflict (${COUNTER}, node_id) do update set
          used = counters.used + excluded.used, held = counters.held + excluded.held,
          quota = coalesce(excluded.quota, counters.quota), epoch = coalesce(excluded.epoch, counters.epoch);
    end if;
    if ended_holds is not null then
      delete from reservations where id in (select json_array_elements_text(ended_holds));
    end if;
    if hold_rows is not null then
      insert into reservations select * from json_populate_recordset(null::reservations, hold_rows)
        on conflict (id) do update set
          state = excluded.state, owner = excluded.owner, expires_at = excluded.expires_at;
    end if;
    if event_rows is not null then
      perform purser_make_events_month(month) from unnest(event_months) as month;
      with made as materialized (select * from json_populate_recordset(null::events, event_rows)),
        named as (insert into event_ids (event_id, customer_id, at) select id, customer_id, at from made)
      insert into events select * from made;
    end if;
    if detail_rows is not null then
      insert into event_details select * from json_populate_recordset(null::event_details, detail_rows);
    end if;
    if key_rows is not null then
      delete from event_keys k
        using json_to_recordset(key_rows) as n (customer_id text, source_id text, replaces text)
        where k.customer_id = n.customer_id and k.source_id = n.source_id and k.event_id = n.replaces;
      insert into event_keys select * from json_populate_recordset(null::event_keys, key_rows);
    end if;
    if correction_rows is not null then
      insert into corrections (event_id, customer_id, source_id, reason, usage_delta, cost_delta, created_at)
        select event_id, customer_id, source_id, reason, usage_delta, cost_delta, created_at
        from json_populate_recordset(null::corrections, correction_rows);
    end if;
    if rollup_rows is not null then
      with made as materialized (select * from json_populate_recordset(null::rollups_hour, rollup_rows)),
        hours as (insert into rollups_hour select * from made
          on conflict (${KEY}) do update set ${raise("rollups_hour")})
      insert into rollups_day (${KEY}, ${SUMS.join(", ")})
        select customer_id, period_start, starts_at - starts_at % 86400000 as day, provider, model, operation, key_id,
          outcome, ${SUMS.map((sum) => `sum(${sum})`).join(", ")}
        from made
        group by customer_id, period_start, day, provider, model, operation, key_id, outcome
        on conflict (${KEY}) do update set ${raise("rollups_day")};
    end if;
    perform purser_write_notices(denial_rows, alert_rows, mark_rows, outbox_rows, forget_before);
    if object_rows is not null then
      insert into objects (provider, object_id, kind, customer_id, tokens, created_at)
        select provider, object_id, kind, customer_id, tokens, created_at
        from json_populate_recordset(null::objects, object_rows)
        on conflict (provider, object_id) do update set tokens = excluded.tokens
          where objects.customer_id = excluded.customer_id;
    end if;
    if awaited_rows is not null then
      insert into awaited select * from json_populate_recordset(null::awaited, awaited_rows) on conflict do nothing;
    end if;
  end $$;

  create function purser_write_notices(
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
          created_at)
        select id, customer_id, type, threshold, severity, provider, meter, title, message, period_start, created_at
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
