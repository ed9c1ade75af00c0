/** The first step of a ledger's batch: locks whom it concerns, in order, then reads what the rules begin with. */

/**
 * Everything of a customer is changed under the lock of the customer's row. The gate is shared by all batches; who makes
 * a counter that all nodes need has it alone, so that no batch that did not see the counter is still running.
 * Each statement of the function sees what was committed before it began: what comes after the lock is current.
 * Whole numbers beyond 2^53 travel as text. An event without its number has left with its month.
 */
export const OPEN_BATCH = `
  create function purser_open_batch(request json) returns json language plpgsql as $$
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
    default_plan bigint;
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
    if exists (select from customers c where c.id = any (payers) and not exists (
        select from subscriptions s where s.customer_id = c.id and s.ended_at is null)) then
      default_plan := purser_default_plan();
    end if;
    return json_build_object(
      'at', now_ms, 'xid', pg_current_xact_id()::text, 'due', due, 'named', named, 'default_plan', default_plan,
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
      'terms', (select coalesce(json_agg(t), '[]') from (
        select c.id, c.usage_anchor, coalesce(s.plan_version_id, default_plan) as plan_version_id from customers c
        left join subscriptions s on s.customer_id = c.id and s.ended_at is null where c.id = any (payers)) t),
      'keys', (select coalesce(json_agg(k), '[]') from (
        select id, customer_id, limits from keys where id = any (payer_keys)) k),
      'epochs', (select json_object_agg(name, version) from config_versions),
      'live_nodes', case when (request->>'all')::boolean then array(
        select node_id from nodes where heartbeat_at > now_ms - 30000) end,
      'deployment_limits', (select value from meta where name = 'deployment_limits'),
      'numbers', array(select nextval('event_numbers') from generate_series(1, (request->>'events')::int + cardinality(due))));
  end $$;

  create function purser_now() returns bigint language sql as
    $$ select floor(extract(epoch from clock_timestamp()) * 1000)::bigint $$;

  create function purser_default_plan() returns bigint language sql stable as $$
    select v.id from plan_versions v
    where v.version = (select max(w.version) from plan_versions w where w.plan_id = v.plan_id)
      and v.definition ~ '"tier"\\s*:\\s*"free"'
    order by v.plan_id limit 1 $$;

  create function purser_due_holds(now_ms bigint, node text, me text, dead_boots boolean, most bigint)
  returns text[] language sql stable as $$
    select array(select r.id from reservations r where r.state = 'pending' and (
        r.expires_at <= now_ms
        or (dead_boots and split_part(r.owner, '/', 1) = node and r.owner <> me)
        or (r.owner not in ('external', 'provider', me) and r.at <= now_ms - 30000 and not exists (
          select from nodes n where n.node_id || '/' || n.boot_id = r.owner and n.heartbeat_at > now_ms - 30000)))
      order by r.expires_at limit most) $$;`;
