/** The second step of a ledger's batch: the counters of its windows, and what new ones start from. */

/**
 * A counter with rows for nodes is locked in this node's row, or with `all` in every node's, sorted. Seeds are given only
 * for counters that do not exist: what roll-ups and pending holds say they would have counted.
 */
export const READ_BATCH = `
  create function purser_read_batch(request json) returns json language plpgsql as $$
  declare
    every_row boolean := (request->>'all')::boolean;
  begin
    if (request->>'lock')::boolean then
      perform 1 from counters c
        join json_to_recordset(request->'buckets') as b (subject text, window_start bigint)
          on c.subject = b.subject and c.window_start = b.window_start
        where c.node_id <> '' and (every_row or c.node_id = request->>'node')
        order by c.subject, c.window_start, c.provider, c.model, c.operation, c.meter, c.per, c.node_id
        for update of c;
    end if;
    return json_build_object(
      'counters', (select coalesce(json_agg(c), '[]') from (
        select c.id, c.subject, c.window_start, c.provider, c.model, c.operation, c.meter, c.per, c.node_id,
          c.window_end, c.used::text, c.held::text, c.quota::text, c.epoch
        from json_to_recordset(request->'buckets') as b (subject text, window_start bigint)
        join counters c on c.subject = b.subject and c.window_start = b.window_start) c),
      'seeds', (select coalesce(json_agg(purser_seed(s)), '[]') from json_array_elements(request->'seeds') s
        where not exists (select from counters c where c.subject = s->>'subject'
          and c.window_start = (s->>'window_start')::bigint and c.provider = s->>'provider'
          and c.model = s->>'model' and c.operation = s->>'operation' and c.meter = s->>'meter'
          and c.per = s->>'per')),
      'marks', (select coalesce(json_agg(m), '[]') from (
        select m.customer_id, m.counter_key, m.cap::text, m.threshold
        from json_to_recordset(request->'marks') as w (customer_id text, counter_key text, cap bigint)
        join alert_marks m on m.customer_id = w.customer_id and m.counter_key = w.counter_key and m.cap = w.cap) m),
      'terms', (select coalesce(json_agg(t), '[]') from (
        select c.id, c.usage_anchor, coalesce(s.plan_version_id, purser_default_plan()) as plan_version_id
        from json_array_elements_text(request->'customers') as w (id)
        join customers c on c.id = w.id
        left join subscriptions s on s.customer_id = c.id and s.ended_at is null) t),
      'keys', (select coalesce(json_agg(k), '[]') from (
        select k.id, k.customer_id, k.limits from json_array_elements_text(request->'keys') as w (id)
        join keys k on k.id = w.id) k),
      'alert_numbers', array(
        select nextval(pg_get_serial_sequence('alerts', 'id')) from generate_series(1, (request->>'alerts')::int)));
  end $$;

  create function purser_seed(s json) returns json language plpgsql as $$
  declare
    in_rollups text := 'starts_at >= $1 and starts_at < $2';
    in_holds text := 'at >= $1 and at < $2';
    same text := '($3 is null or customer_id = $3) and ($4 is null or key_id = $4)'
      || ' and ($5 = ''*'' or provider = $5) and ($6 = ''*'' or model = $6) and ($7 = ''*'' or operation = $7)';
    used numeric := 0;
    held numeric;
  begin
    if (s->>'by_period')::boolean then
      in_rollups := 'period_start = $1 and $2 is not null';
      in_holds := in_rollups;
    end if;
    if s->>'per' <> 'minute' then
      execute format('select coalesce(sum(%I), 0) from %I where %s and %s', s->>'meter',
          case s->>'per' when 'hour' then 'rollups_hour' else 'rollups_day' end, in_rollups, same)
        into used using (s->>'window_start')::bigint, (s->>'window_end')::bigint, s->>'customer_id', s->>'key_id',
          s->>'provider', s->>'model', s->>'operation';
    end if;
    execute format('select coalesce(sum((held::json->>%L)::numeric), 0) from reservations
        where state = ''pending'' and %s and %s', s->>'meter', in_holds, same)
      into held using (s->>'window_start')::bigint, (s->>'window_end')::bigint, s->>'customer_id', s->>'key_id',
        s->>'provider', s->>'model', s->>'operation';
    return json_build_object('index', s->'index', 'used', used::text, 'held', held::text);
  end $$;`;
