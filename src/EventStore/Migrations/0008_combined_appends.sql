-- Appends of one tenant that waited together, in one transaction. Each stays its own: what one alone would be refused for, it alone is refused
-- for, and those behind it see the streams as if it had never come.
-- Given: appends in the order in which they came; their streams (p_append, p_slot: a place in p_streams, sorted and distinct), append by append;
-- their events (p_of: a place among those), stream by stream.
-- Answers for each append why it was refused, or null; for each of its streams the version after it; sequences and hashes of the accepted events.
create function ledger.append_all(
    p_tenant text, p_at timestamptz[], p_correlations text[], p_causations text[], p_headers jsonb[],
    p_keys text[], p_fingerprints bytea[], p_statuses int[], p_receipts_of int[],
    p_streams uuid[], p_append int[], p_slot int[], p_stream_types text[], p_expected bigint[], p_counts int[],
    p_of int[], p_ids uuid[], p_types text[], p_dotnet_types text[], p_data jsonb[])
    returns table (refusals text[], ends bigint[], sequences bigint[], hashes bytea)
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    stream    record;
    versions  bigint[] := array_fill(null::bigint, array[cardinality(p_streams)]);
    archived  boolean[] := array_fill(false, array[cardinality(p_streams)]);
    is_new    boolean[] := array_fill(true, array[cardinality(p_streams)]);
    started   int[] := array_fill(null::int, array[cardinality(p_streams)]);
    moved     int[] := array_fill(null::int, array[cardinality(p_streams)]);
    bases     bigint[] := '{}';
    taken     text[] := '{}';
    refusal   text;
    slot      int;
    first     int := 1;
    last      int;
    before    bigint := 0;
    accepted  int := 0;
    keyed     int := 0;
    fresh     int := 0;
    touched   int;
    chained   text;
begin
    chained := set_config('platform.tenant', p_tenant, true);
    chained := set_config('ledger.chained', '', true);

    -- Locked in order of id, as everyone does.
    for stream in
        select s.id, s.version, s.is_archived from public.mt_streams s where s.tenant_id = p_tenant and s.id = any(p_streams) order by s.id for no key update
    loop
        slot := array_position(p_streams, stream.id);
        is_new[slot] := false;
        versions[slot] := stream.version;
        archived[slot] := stream.is_archived;
    end loop;
    if num_nonnulls(variadic p_keys) > 0 then
        select coalesce(array_agg(k.key), '{}') into taken from platform.idempotency k
        where k.tenant_id = p_tenant and k.key = any(p_keys) and k.created_at >= p_at[1] - interval '24 hours';
    end if;

    for a in 1 .. cardinality(p_at) loop
        last := first - 1;
        refusal := null;
        if p_keys[a] = any(taken) then
            refusal := 'PL007';
        end if;
        while p_append[last + 1] = a loop
            last := last + 1;
            slot := p_slot[last];
            if refusal is null then
                if archived[slot] and p_counts[last] > 0 then
                    refusal := 'PL004|' || p_streams[slot];
                elsif p_expected[last] <> coalesce(versions[slot], 0) or p_counts[last] = 0 and versions[slot] is null then
                    refusal := format('PL002|%s|%s|%s', p_streams[slot], p_expected[last], coalesce(versions[slot], 0));
                end if;
            end if;
        end loop;
        refusals[a] := refusal;
        for e in first .. last loop
            if refusal is null then
                slot := p_slot[e];
                -- The version of an event is its place among all events plus this.
                bases[e] := coalesce(versions[slot], 0) - before;
                if p_counts[e] > 0 then
                    versions[slot] := coalesce(versions[slot], 0) + p_counts[e];
                    if is_new[slot] and started[slot] is null then
                        fresh := fresh + 1;
                    end if;
                    started[slot] := coalesce(started[slot], e);
                    moved[slot] := a;
                    accepted := accepted + p_counts[e];
                end if;
                ends[e] := versions[slot];
            else
                ends[e] := null;
                bases[e] := null;
            end if;
            before := before + p_counts[e];
        end loop;
        if refusal is null and p_keys[a] is not null then
            taken := taken || p_keys[a];
            keyed := keyed + 1;
        end if;
        first := last + 1;
    end loop;
    if accepted = 0 then
        sequences := '{}';
        hashes := '';
        return next;
        return;
    end if;

    if true = any(is_new) then
        insert into public.mt_streams (tenant_id, id, type, version, timestamp, created, is_archived)
        select p_tenant, d.id, p_stream_types[d.started], d.version, p_at[d.moved], p_at[p_append[d.started]], false
        from unnest(p_streams, versions, started, moved, is_new) as d (id, version, started, moved, is_new) where d.is_new and d.moved is not null
        on conflict do nothing;
        get diagnostics touched = row_count;
        if touched <> fresh then
            raise exception 'a stream was started by somebody else meanwhile' using errcode = 'PL011';
        end if;
    end if;
    if false = any(is_new) then
        update public.mt_streams s set version = d.version, timestamp = p_at[d.moved]
        from unnest(p_streams, versions, moved, is_new) as d (id, version, moved, is_new)
        where s.tenant_id = p_tenant and s.id = d.id and not d.is_new and d.moved is not null;
    end if;
    if keyed > 0 then
        insert into platform.idempotency as k (tenant_id, key, fingerprint, status, stream_id, version, events, created_at)
        select p_tenant, u.key, u.fingerprint, u.status, p_streams[p_slot[u.receipt_of]], ends[u.receipt_of], p_counts[u.receipt_of], u.at
        from unnest(p_keys, p_fingerprints, p_statuses, p_receipts_of, p_at) with ordinality as u (key, fingerprint, status, receipt_of, at, a)
        where u.key is not null and refusals[u.a] is null order by u.key
        on conflict (tenant_id, key) do update
            set fingerprint = excluded.fingerprint, status = excluded.status, stream_id = excluded.stream_id,
                version = excluded.version, events = excluded.events, created_at = excluded.created_at
            where k.created_at < excluded.created_at - interval '24 hours';
        get diagnostics touched = row_count;
        if touched <> keyed then
            raise exception 'an idempotency key was taken by somebody else meanwhile' using errcode = 'PL011';
        end if;
    end if;

    with inserted as (
        insert into public.mt_events
            (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
        select nextval('public.mt_events_sequence'), e.id, p_streams[p_slot[e.entry]], bases[e.entry] + e.nth, e.data, e.type, p_at[p_append[e.entry]], p_tenant,
               e.dotnet_type, p_correlations[p_append[e.entry]], p_causations[p_append[e.entry]], p_headers[p_append[e.entry]], false
        from unnest(p_of, p_ids, p_types, p_dotnet_types, p_data) with ordinality as e (entry, id, type, dotnet_type, data, nth)
        where bases[e.entry] is not null
        returning seq_id)
    select array_agg(i.seq_id order by i.seq_id) into sequences from inserted i;

    chained := current_setting('ledger.chained', true);
    if length(chained) is distinct from 64 * accepted then
        raise exception 'the events were not chained: trigger ledger_chain of public.mt_events is missing or disabled' using errcode = 'PL010', hint = 'Run ./platform verify.';
    end if;
    hashes := decode(chained, 'hex');
    return next;
end $$;
revoke all on function ledger.append_all(text, timestamptz[], text[], text[], jsonb[], text[], bytea[], int[], int[], uuid[], int[], int[], text[], bigint[], int[], int[], uuid[], text[], text[], jsonb[]) from public;
grant execute on function ledger.append_all(text, timestamptz[], text[], text[], jsonb[], text[], bytea[], int[], int[], uuid[], int[], int[], text[], bigint[], int[], int[], uuid[], text[], text[], jsonb[]) to platform_app;
