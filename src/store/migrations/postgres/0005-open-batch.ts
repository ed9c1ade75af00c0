/** What a batch reads of its customers, anew: their subscription, so that the rules can say which plan is in force. */

/**
 * One row for each customer asked for, there or not. The default plan is looked for only where somebody may be on it. Whether a change of plan, an end of the grace time or
 * a pause has set in is not for the database to say: core/subscriptions/plan-at.ts does, at the batch's instant.
 */
export const TERMS = `
  create function purser_terms(customer_ids text[]) returns json language plpgsql as $$
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
        s.grace_until
      from unnest(customer_ids) as w (id) left join customers c on c.id = w.id
      left join subscriptions s on s.customer_id = c.id and s.ended_at is null) t);
  end $$;`;

/** As before (0004-open-batch.ts), but for the terms. */
export const OPEN_BATCH = `
  create or replace function purser_open_batch(request json) returns json language plpgsql as $$
  declare
    asked text[] := array(select json_array_elements_text(request->'ids'));
    payers text[] := array(select json_array_elements_text(request->'customers'));
    payer_keys text[] := array(select json_array_elements_text(request->'keys'));
    me text := request->>'node' || '/' || (request->>'boot');
    sweep json := case when json_typeof(request->'expire') = 'object' then request->'expire' end;
    now_ms bigint := (request->>'at')::bigint;
    due text[] := '{}';
    named json := '[]';
    wanted text[];
  begin
    if (request->>'alone')::boolean then perform pg_advisory_xact_lock(1347770963, 1);
    else perform pg_advisory_xact_lock_shared(1347770963, 1); end if;
    if sweep is not null then
      due := purser_due_holds(coalesce(now_ms, purser_now()), request->>'node', me,
        (sweep->>'dead_boots')::boolean, (sweep->>'most')::bigint);
    end if;
    perform 1 from customers c where c.id in (
        select unnest(payers)
        union select r.customer_id from reservations r where r.id = any (asked || due)
        union select e.customer_id from event_ids e where e.event_id = any (asked)
        union select k.customer_id from keys k where k.id = any (payer_keys))
      order by c.id for no key update;
    now_ms := coalesce(now_ms, purser_now());
    if json_array_length(request->'sources') > 0 then
      named := (select coalesce(json_agg(k), '[]') from (
        select customer_id, source_id, event_id from event_keys
        join json_to_recordset(request->'sources') as s (customer_id text, source_id text)
          using (customer_id, source_id)) k);
    end if;
    wanted := asked || due || array(select k->>'event_id' from json_array_elements(named) k);
    return json_build_object(
      'at', now_ms, 'xid', pg_current_xact_id()::text, 'due', due, 'named', named,
      'holds', (select coalesce(json_agg(r), '[]') from reservations r where r.id = any (wanted)),
      'events', (select coalesce(json_agg(e), '[]') from (
        select e.seq, i.event_id as id, i.customer_id, e.key_id, e.at, e.period_start, e.provider, e.model, e.answered_model,
          e.operation, e.endpoint, e.source, e.streamed, e.status_code, e.calls, e.usage, e.cost::text, e.lines,
          e.stated_cost::text, e.latency_ms, e.first_token_ms, e.retry_count, e.estimated, e.unconfirmed, e.unpriced,
          e.overrun, d.error_message, d.tags
        from event_ids i left join events e on e.customer_id = i.customer_id and e.at = i.at and e.id = i.event_id
        left join event_details d on d.event_id = i.event_id where i.event_id = any (wanted)) e),
      'corrections', (select coalesce(json_agg(c order by c.id), '[]') from (
        select c.id, c.event_id, c.customer_id, c.source_id, c.reason, c.usage_delta, c.cost_delta::text, c.created_at
        from event_ids i join corrections c using (event_id) where i.event_id = any (wanted)) c),
      'terms', purser_terms(payers),
      'keys', (select coalesce(json_agg(k), '[]') from (
        select id, customer_id, limits from keys where id = any (payer_keys)) k),
      'epochs', (select json_object_agg(name, version) from config_versions),
      'live_nodes', case when (request->>'all')::boolean then array(
        select node_id from nodes where heartbeat_at > now_ms - 30000) end,
      'deployment_limits', (select value from meta where name = 'deployment_limits'),
      'numbers', array(select nextval('event_numbers') from generate_series(1, (request->>'events')::int + cardinality(due))));
  end $$;`;
