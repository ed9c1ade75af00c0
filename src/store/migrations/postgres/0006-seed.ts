/** What a counter starts from, anew: one of a usage period from the roll-ups of periods, which are few. */

/** As before (0004-read-batch.ts), but for the table. */
export const SEED = `
  create or replace function purser_seed(s json) returns json language plpgsql as $$
  declare
    by_period boolean := (s->>'by_period')::boolean;
    in_rollups text := 'starts_at >= $1 and starts_at < $2';
    in_holds text := 'at >= $1 and at < $2';
    same text := '($3 is null or customer_id = $3) and ($4 is null or key_id = $4)'
      || ' and ($5 = ''*'' or provider = $5) and ($6 = ''*'' or model = $6) and ($7 = ''*'' or operation = $7)';
    used numeric := 0;
    held numeric;
  begin
    if by_period then
      in_rollups := 'period_start = $1 and $2 is not null';
      in_holds := in_rollups;
    end if;
    if s->>'per' <> 'minute' then
      execute format('select coalesce(sum(%I), 0) from %I where %s and %s', s->>'meter',
          case when by_period then 'rollups_period' when s->>'per' = 'hour' then 'rollups_hour' else 'rollups_day' end,
          in_rollups, same)
        into used using (s->>'window_start')::bigint, (s->>'window_end')::bigint, s->>'customer_id', s->>'key_id',
          s->>'provider', s->>'model', s->>'operation';
    end if;
    execute format('select coalesce(sum((held::json->>%L)::numeric), 0) from reservations
        where state = ''pending'' and %s and %s', s->>'meter', in_holds, same)
      into held using (s->>'window_start')::bigint, (s->>'window_end')::bigint, s->>'customer_id', s->>'key_id',
        s->>'provider', s->>'model', s->>'operation';
    return json_build_object('index', s->'index', 'used', used::text, 'held', held::text);
  end $$;`;
