/** The second step of a ledger's batch, anew: a customer's terms are read as in the first. */

/** As before (0004-read-batch.ts), but for the terms. */
export const READ_BATCH = `
  create or replace function purser_read_batch(request json) returns json language plpgsql as $$
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
      'terms', purser_terms(array(select json_array_elements_text(request->'customers'))),
      'keys', (select coalesce(json_agg(k), '[]') from (
        select k.id, k.customer_id, k.limits from json_array_elements_text(request->'keys') as w (id)
        join keys k on k.id = w.id) k),
      'alert_numbers', array(
        select nextval(pg_get_serial_sequence('alerts', 'id')) from generate_series(1, (request->>'alerts')::int)));
  end $$;`;
