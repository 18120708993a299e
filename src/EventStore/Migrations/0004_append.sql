-- Append in one round trip: moves the streams, inserts the events, answers versions, sequences and hashes (32 bytes each, one after the
-- other) in the order of the events given.
-- expected: null = whatever it is (started if it isn't there), 0 = must not exist, n = must be at n.
-- Streams are locked in the order given: callers give them sorted, so that two appends can't wait for each other. Events are given stream
-- by stream (p_of never falls), so that versions and sequences follow from the place in the array.
create function ledger.append(
    p_tenant text, p_streams uuid[], p_stream_types text[], p_expected bigint[],
    p_of int[], p_ids uuid[], p_types text[], p_dotnet_types text[], p_data jsonb[],
    p_at timestamptz, p_correlation text, p_causation text, p_headers jsonb,
    p_key text default null, p_fingerprint bytea default null, p_status int default null, p_receipt_of int default null)
    returns table (versions bigint[], sequences bigint[], hashes bytea)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    counts    int[] := array_fill(0, array[cardinality(p_streams)]);
    bases     bigint[] := array_fill(0::bigint, array[cardinality(p_streams)]);
    before    bigint := 0;
    moved     bigint;
    is_found  record;
    chained   text;
    i         int;
begin
    perform set_config('platform.tenant', p_tenant, true);
    for i in 1 .. cardinality(p_of) loop
        if i > 1 and p_of[i] < p_of[i - 1] then
            raise exception 'events must be given stream by stream' using errcode = 'invalid_parameter_value';
        end if;
        counts[p_of[i]] := counts[p_of[i]] + 1;
    end loop;

    for i in 1 .. cardinality(p_streams) loop
        moved := null;
        if counts[i] = 0 then
            -- Only to be found as expected: the decision rests on it.
            select s.version into moved from public.mt_streams s
            where s.tenant_id = p_tenant and s.id = p_streams[i] and s.version = p_expected[i] for share;
        elsif p_expected[i] is null then
            insert into public.mt_streams as s (tenant_id, id, type, version, timestamp, created, is_archived)
            values (p_tenant, p_streams[i], p_stream_types[i], counts[i], p_at, p_at, false)
            on conflict (tenant_id, id) do update set version = s.version + counts[i], timestamp = p_at where not s.is_archived
            returning s.version into moved;
        elsif p_expected[i] = 0 then
            insert into public.mt_streams as s (tenant_id, id, type, version, timestamp, created, is_archived)
            values (p_tenant, p_streams[i], p_stream_types[i], counts[i], p_at, p_at, false)
            on conflict (tenant_id, id) do nothing
            returning s.version into moved;
        else
            update public.mt_streams s set version = s.version + counts[i], timestamp = p_at
            where s.tenant_id = p_tenant and s.id = p_streams[i] and s.version = p_expected[i] and not s.is_archived
            returning s.version into moved;
        end if;
        if moved is null then
            -- Two requests with one key race for the same stream as well: who lost is told of the key, not of the version.
            if exists (select from platform.idempotency k
                       where k.tenant_id = p_tenant and k.key = p_key and k.created_at >= p_at - interval '24 hours') then
                raise exception 'idempotency key % is taken', p_key using errcode = 'PL007';
            end if;
            select s.version, s.is_archived into is_found from public.mt_streams s where s.tenant_id = p_tenant and s.id = p_streams[i];
            if is_found.is_archived then
                raise exception 'stream % is archived', p_streams[i] using errcode = 'PL004', detail = p_streams[i]::text;
            end if;
            raise exception 'stream % is at version %, not %', p_streams[i], coalesce(is_found.version, 0), p_expected[i]
                using errcode = 'PL002', detail = format('%s|%s|%s', p_streams[i], p_expected[i], coalesce(is_found.version, 0));
        end if;
        -- The version of a stream's event is its place among all events plus this.
        bases[i] := moved - counts[i] - before;
        before := before + counts[i];
    end loop;

    if p_key is not null then
        insert into platform.idempotency as k (tenant_id, key, fingerprint, status, stream_id, version, events, created_at)
        values (p_tenant, p_key, p_fingerprint, p_status, p_streams[p_receipt_of], (select s.version from public.mt_streams s where s.tenant_id = p_tenant and s.id = p_streams[p_receipt_of]), counts[p_receipt_of], p_at)
        on conflict (tenant_id, key) do update
            set fingerprint = excluded.fingerprint, status = excluded.status, stream_id = excluded.stream_id,
                version = excluded.version, events = excluded.events, created_at = excluded.created_at
            where k.created_at < p_at - interval '24 hours'
        returning k.version into moved;
        if not found then
            raise exception 'idempotency key % is taken', p_key using errcode = 'PL007';
        end if;
    end if;

    perform set_config('ledger.chained', '', true);
    with inserted as (
        insert into public.mt_events
            (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
        select nextval('public.mt_events_sequence'), e.id, p_streams[e.stream], bases[e.stream] + e.nth, e.data, e.type, p_at, p_tenant,
               e.dotnet_type, p_correlation, p_causation, p_headers, false
        from unnest(p_of, p_ids, p_types, p_dotnet_types, p_data) with ordinality as e (stream, id, type, dotnet_type, data, nth)
        returning seq_id, version)
    select array_agg(i.version order by i.seq_id), array_agg(i.seq_id order by i.seq_id) into versions, sequences from inserted i;

    -- What the trigger left for us; without it nothing was chained, and nothing may be accepted.
    chained := current_setting('ledger.chained', true);
    if length(chained) is distinct from 64 * cardinality(sequences) then
        raise exception 'the events were not chained: trigger ledger_chain of public.mt_events is missing or disabled' using errcode = 'PL010', hint = 'Run ./platform verify.';
    end if;
    hashes := decode(chained, 'hex');
    return next;
end $$;
