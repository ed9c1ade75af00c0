/** The last step of a ledger's batch, anew: roll-ups of periods, histograms of latency and sums of tags rise with the others. */

const SUMS = [
  ..."calls tokens input_tokens output_tokens cost images characters seconds pages".split(" "),
  ..."events latency_ms retries".split(" "),
];
const COUNTER = "subject, window_start, provider, model, operation, meter, per";
const KEY = "customer_id, period_start, starts_at, provider, model, operation, key_id, outcome";
const LATENCY = "customer_id, period_start, starts_at, provider, model, bucket";
const TAG = "customer_id, period_start, starts_at, tag, value, provider, model";

function raise(table: string, sums: readonly string[] = SUMS): string {
  return sums.map((sum) => `${sum} = ${table}.${sum} + excluded.${sum}`).join(", ");
}

/** `startsAt` is SQL over a row of an hour: where the longer row starts that it counts in. */
function raiseLonger(table: string, startsAt: string): string {
  return `insert into ${table} (${KEY}, ${SUMS.join(", ")})
        select customer_id, period_start, ${startsAt} as longer_starts_at, provider, model, operation, key_id,
          outcome, ${SUMS.map((sum) => `sum(${sum})`).join(", ")}
        from made
        group by customer_id, period_start, longer_starts_at, provider, model, operation, key_id, outcome
        on conflict (${KEY}) do update set ${raise(table)}`;
}

/**
 * As before (0004-write-batch.ts), but for `latency_rows`, `tag_rows` and the period's roll-ups. A row of tags that is of
 * corrections only makes no row: an event that was written before its tag was declared is in no sum.
 */
export const WRITE_BATCH = `
  drop function purser_write_batch(
    text, bigint[], bigint[], bigint[], json, json, json, json, bigint[], json, json, json, json, json, json, json, json,
    json, json, json, bigint);

  create function purser_write_batch(
    xid text, counter_ids bigint[], counter_used bigint[], counter_held bigint[], counter_rows json, share_rows json,
    hold_rows json, ended_holds json, event_months bigint[], event_rows json, detail_rows json, key_rows json,
    correction_rows json, rollup_rows json, latency_rows json, tag_rows json, denial_rows json, alert_rows json,
    mark_rows json, outbox_rows json, object_rows json, awaited_rows json, forget_before bigint)
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
      perform purser_raise_rollups(rollup_rows);
    end if;
    if latency_rows is not null then
      insert into latencies_day as l select * from json_populate_recordset(null::latencies_day, latency_rows)
        on conflict (${LATENCY}) do update set events = l.events + excluded.events;
    end if;
    if tag_rows is not null then
      perform purser_raise_tags(tag_rows);
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

  create function purser_raise_rollups(rollup_rows json) returns void language plpgsql as $$
  begin
    with made as materialized (select * from json_populate_recordset(null::rollups_hour, rollup_rows)),
      hours as (insert into rollups_hour select * from made
        on conflict (${KEY}) do update set ${raise("rollups_hour")}),
      days as (${raiseLonger("rollups_day", "starts_at - starts_at % 86400000")})
    ${raiseLonger("rollups_period", "period_start")};
  end $$;

  create function purser_raise_tags(tag_rows json) returns void language plpgsql as $$
  begin
    insert into rollups_tag select * from json_populate_recordset(null::rollups_tag, tag_rows) n where n.events > 0
      on conflict (${TAG}) do update set ${raise("rollups_tag", ["calls", "tokens", "cost", "events"])};
    update rollups_tag r set tokens = r.tokens + n.tokens, cost = r.cost + n.cost
      from json_populate_recordset(null::rollups_tag, tag_rows) n
      where n.events = 0 and ${TAG.split(", ")
        .map((column) => `r.${column} = n.${column}`)
        .join(" and ")};
  end $$;`;
