-- The same chain, guards and answers at less cost: bodies are turned to bytes once, digests are of whole statements, a statement of one event
-- (the most common) takes a way of its own without arrays, and a stream that the transaction moved itself needs no further lock.

-- array_send writes each element as the suite's F does, after 20 bytes of header: one call instead of three for each part. What an event is hashed
-- with has two parts, of which the first is the same for a whole stream.
create function ledger.head(origin text, tenant_id text, stream_id uuid) returns bytea language sql stable parallel safe
    return '\x706c6174666f726d2f6576656e742f6c3100'::bytea
        || substr(array_send(array[convert_to(origin, 'UTF8'), convert_to(tenant_id, 'UTF8'), convert_to(stream_id::text, 'UTF8')]), 21);

create function ledger.body(version bigint, id uuid, type text, "timestamp" timestamptz, payload bytea, metadata bytea) returns bytea language sql stable parallel safe
    return substr(array_send(array[convert_to(version::text, 'UTF8'), convert_to(id::text, 'UTF8'), convert_to(type, 'UTF8'),
                                   convert_to(to_char("timestamp" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8')]), 21)
        || payload || metadata;

create function ledger.payload(data bytea, bdata bytea) returns bytea language sql immutable parallel safe
    return sha256(int4send(octet_length(data)) || data || ledger.n(bdata));

create function ledger.metadata(correlation_id bytea, causation_id bytea, headers bytea) returns bytea language sql immutable parallel safe
    return sha256(ledger.n(correlation_id) || ledger.n(causation_id) || ledger.n(headers));

-- Of any 309 digits in a row one stands where this looks, so most bodies need no regular expression.
create function ledger.has_refused_number(body bytea) returns boolean language plpgsql immutable parallel safe as $$
begin
    for i in 308 .. octet_length(body) - 1 by 309 loop
        if get_byte(body, i) between 48 and 57 then
            return convert_from(body, 'UTF8') ~ '[0-9]{64}' and ledger.has_refused_number(convert_from(body, 'UTF8'));
        end if;
    end loop;
    return false;
end $$;

-- Why an event isn't taken, or null.
create function ledger.refusal(tenant_id text, stream_id uuid, "timestamp" timestamptz, data bytea, headers bytea) returns text language sql stable parallel safe
    return case when tenant_id is null or stream_id is null then 'a tenant and a stream are needed'
                when "timestamp" < '0001-01-01 00:00:00Z' or "timestamp" >= '10000-01-01 00:00:00Z' then 'timestamp is not a finite time of the years 1 to 9999'
                when octet_length(data) < 309 and (headers is null or octet_length(headers) < 309) then null
                when octet_length(data) between 309 and 617 and get_byte(data, 308) not between 48 and 57
                     and (headers is null or octet_length(headers) < 309) then null
                when ledger.has_refused_number(data) or headers is not null and ledger.has_refused_number(headers) then 'a number is beyond double precision'
           end;

-- What the first new event of a stream is chained to, once it is sure that nobody else adds to the stream: who moved the stream's row in this
-- transaction holds its lock; anyone else, and whoever leaves gaps, takes it here and looks again.
create function ledger.predecessor(p_tenant varchar, p_stream uuid, p_first bigint, p_last bigint, p_is_ours boolean, p_before bigint, p_hash bytea, p_after bigint,
                                   p_versions bigint[], p_types varchar[]) returns bytea
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v bigint;
begin
    if p_is_ours is not true then
        perform from public.mt_streams s where s.tenant_id = p_tenant and s.id = p_stream for no key update;
        select e.version, h.hash into p_before, p_hash
        from public.mt_events e left join ledger.event h on h.seq_id = e.seq_id
        where e.tenant_id = p_tenant and e.stream_id = p_stream and e.version < p_first and p_first > 1
        order by e.version desc limit 1;
        select e.version into p_after from public.mt_events e
        where e.tenant_id = p_tenant and e.stream_id = p_stream and e.version > p_last limit 1;
    end if;
    if p_before is not null and p_hash is null then
        raise exception 'stream % of tenant % has an unchained event at version %', p_stream, p_tenant, p_before using errcode = 'PL010', hint = 'Run ./platform verify.';
    end if;
    p_before := coalesce(p_before, 0);
    if p_first <> p_before + 1 or p_last - p_first + 1 <> cardinality(p_versions) then
        for i in 1 .. cardinality(p_versions) loop
            v := p_versions[i];
            if v <> p_before + 1 and (p_types[i] <> 'tombstone' or v <= p_before) then
                raise exception 'version % of stream % (tenant %) has no predecessor: the stream is at %', v, p_stream, p_tenant, p_before using errcode = 'PL005';
            end if;
            if v <> p_before + 1 and exists (select from public.mt_events e where e.tenant_id = p_tenant and e.stream_id = p_stream
                                                                                    and e.version > p_before and e.version < v) then
                raise exception 'version % of stream % (tenant %) would leave its predecessor out', v, p_stream, p_tenant using errcode = 'PL005';
            end if;
            p_before := v;
        end loop;
    end if;
    -- An event below another would have to be that one's predecessor, and the chain can't change any more.
    if p_after is not null then
        raise exception 'stream % of tenant % is past version % already', p_stream, p_tenant, p_last using errcode = 'PL005';
    end if;
    return coalesce(p_hash, ledger.genesis(p_tenant, p_stream));
end $$;

create or replace function ledger.chain() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan as $$
declare
    r             record;
    current_epoch int;
    origin        text;
    prev          bytea;
    head          bytea;
    links         bytea[];
    same          record;
    same_metadata bytea;
    sequences     bigint[] := '{}';
    payloads      int[] := '{}';
    metadatas     int[] := '{}';
    hashes        bytea[] := '{}';
begin
    select e.epoch, e.origin into strict current_epoch, origin from ledger.epoch e order by e.epoch desc limit 1;

    -- The first event, and how many there are.
    select x.*, ledger.refusal(x.tenant_id, x.stream_id, x.timestamp, x.data, x.headers) as refused,
           ledger.payload(x.data, x.bdata) as payload, ledger.metadata(x.correlation, x.causation, x.headers) as metadata,
           other.version as other, other.hash as other_hash,
           (select s.xmin = pg_current_xact_id()::xid from public.mt_streams s where s.tenant_id = x.tenant_id and s.id = x.stream_id) as is_ours
    into r
    from (select a.seq_id, a.tenant_id, a.stream_id, a.version, a.id, a.type, a.timestamp, a.bdata, a.headers as raw_headers, a.correlation_id, a.causation_id, convert_to(a.data::text, 'UTF8') as data,
                 convert_to(a.correlation_id, 'UTF8') as correlation, convert_to(a.causation_id, 'UTF8') as causation,
                 convert_to(a.headers::text, 'UTF8') as headers, (select count(*) from appended) as events
          from appended a limit 1) x
    left join lateral (select p.version, h.hash from public.mt_events p left join ledger.event h on h.seq_id = p.seq_id
                       where p.tenant_id = x.tenant_id and p.stream_id = x.stream_id and p.version <> x.version
                       order by p.version desc limit 1) other on x.events = 1;
    if r.refused is not null then
        raise exception 'event % refused: %', r.seq_id, r.refused using errcode = 'PL006';
    end if;
    if r.events = 1 then
        if r.is_ours and r.version = 1 and r.other is null then
            prev := ledger.genesis(r.tenant_id, r.stream_id);
        else
            prev := ledger.predecessor(r.tenant_id, r.stream_id, r.version, r.version, r.is_ours and (r.other is null or r.other = r.version - 1),
                                       r.other, r.other_hash, null, array[r.version], array[r.type]);
        end if;
        prev := sha256(ledger.head(origin, r.tenant_id, r.stream_id) || ledger.body(r.version, r.id, r.type, r.timestamp, r.payload, r.metadata) || prev);
        with queued as (
            insert into ledger.pending (id, xid, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
            values (nextval('ledger.pending_id_seq'), pg_current_xact_id(), r.seq_id, r.seq_id, r.version, r.version, r.stream_id, 1, r.tenant_id))
        insert into ledger.event values (r.seq_id, current_epoch, ledger.first4(r.payload), ledger.first4(r.metadata), prev);
        -- For ledger.append, which answers with it: cheaper than reading it back.
        perform set_config('ledger.chained', encode(prev, 'hex'), true);
        return null;
    end if;

    -- Most events of a statement have the metadata of its first, to the byte: their digest is known.
    same := row(r.raw_headers, r.correlation_id, r.causation_id);
    same_metadata := r.metadata;
    for r in
        select g.*, before.version as before, h.hash as before_hash, after.version as after,
               (select s.xmin = pg_current_xact_id()::xid from public.mt_streams s where s.tenant_id = g.tenant_id and s.id = g.stream_id) as is_ours
        from (select x.tenant_id, x.stream_id, count(*)::int as events, min(x.version) as first, max(x.version) as last, min(x.seq_id) as seq_min, max(x.seq_id) as seq_max,
                     max(x.refused) as refused, array_agg(x.version) as versions, array_agg(x.type) as types, array_agg(x.seq_id) as sequences,
                     array_agg(ledger.first4(x.payload)) as payloads, array_agg(ledger.first4(x.metadata)) as metadatas,
                     array_agg(ledger.body(x.version, x.id, x.type, x.timestamp, x.payload, x.metadata)) as bodies
              from (select e.tenant_id, e.stream_id, e.version, e.seq_id, e.id, e.type, e.timestamp,
                           ledger.refusal(e.tenant_id, e.stream_id, e.timestamp, e.data, e.headers) as refused, ledger.payload(e.data, e.bdata) as payload,
                           case when e.is_same then same_metadata else ledger.metadata(convert_to(e.correlation_id, 'UTF8'), convert_to(e.causation_id, 'UTF8'), e.headers) end as metadata
                    from (select a.seq_id, a.tenant_id, a.stream_id, a.version, a.id, a.type, a.timestamp, a.bdata, a.correlation_id, a.causation_id, s.is_same,
                                 convert_to(a.data::text, 'UTF8') as data, case when not s.is_same then convert_to(a.headers::text, 'UTF8') end as headers
                          from appended a cross join lateral (select record_image_eq(row(a.headers, a.correlation_id, a.causation_id), same) as is_same offset 0) s offset 0) e
                    offset 0) x
              group by x.tenant_id, x.stream_id offset 0) g
        left join lateral (select p.version, p.seq_id from public.mt_events p
                           where p.tenant_id = g.tenant_id and p.stream_id = g.stream_id and p.version < g.first
                           order by p.version desc limit 1) before on g.first > 1
        left join ledger.event h on h.seq_id = before.seq_id
        left join lateral (select p.version from public.mt_events p
                           where p.tenant_id = g.tenant_id and p.stream_id = g.stream_id and p.version > g.last limit 1) after on true
    loop
        if r.refused is not null then
            raise exception 'event % refused: %', r.seq_min, r.refused using errcode = 'PL006';
        end if;
        -- Sorting every statement would cost more than looking: nearly all come in order.
        if r.versions <> array(select generate_series(r.first, r.last)) then
            select array_agg(u.version order by u.version) as versions, array_agg(u.type order by u.version) as types, array_agg(u.seq_id order by u.version) as sequences,
                   array_agg(u.payload order by u.version) as payloads, array_agg(u.metadata order by u.version) as metadatas, array_agg(u.body order by u.version) as bodies
            into r.versions, r.types, r.sequences, r.payloads, r.metadatas, r.bodies
            from unnest(r.versions, r.types, r.sequences, r.payloads, r.metadatas, r.bodies) as u (version, type, seq_id, payload, metadata, body);
        end if;
        prev := ledger.predecessor(r.tenant_id, r.stream_id, r.first, r.last, r.is_ours, r.before, r.before_hash, r.after, r.versions, r.types);
        head := ledger.head(origin, r.tenant_id, r.stream_id);
        links := r.bodies;
        links[1] := sha256(head || links[1] || prev);
        for i in 2 .. r.events loop
            links[i] := sha256(head || links[i] || links[i - 1]);
        end loop;
        sequences := sequences || r.sequences;
        payloads := payloads || r.payloads;
        metadatas := metadatas || r.metadatas;
        hashes := hashes || links;
        insert into ledger.pending (id, xid, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
        values (nextval('ledger.pending_id_seq'), pg_current_xact_id(), r.seq_min, r.seq_max, r.first, r.last, r.stream_id, r.events, r.tenant_id);
    end loop;
    if cardinality(hashes) > 0 then
        insert into ledger.event select s, current_epoch, p, m, h from unnest(sequences, payloads, metadatas, hashes) as u(s, p, m, h);
        perform set_config('ledger.chained', (select encode(string_agg(h, ''::bytea order by s), 'hex') from unnest(sequences, hashes) as u(s, h)), true);
    end if;
    return null;
end $$;

drop function ledger.enqueue(varchar, uuid, bigint, bigint, int, bigint, bigint);
drop function ledger.head(text, text, uuid, bigint, uuid, text, timestamptz, bytea, bytea);
drop function ledger.payload(text, bytea);
drop function ledger.metadata(text, text, text);

-- One append; see 0004 for what it takes and answers.
create or replace function ledger.append(
    p_tenant text, p_streams uuid[], p_stream_types text[], p_expected bigint[],
    p_of int[], p_ids uuid[], p_types text[], p_dotnet_types text[], p_data jsonb[],
    p_at timestamptz, p_correlation text, p_causation text, p_headers jsonb,
    p_key text default null, p_fingerprint bytea default null, p_status int default null, p_receipt_of int default null)
    returns table (versions bigint[], sequences bigint[], hashes bytea)
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
    total     int := cardinality(p_of);
    counts    int[];
    ends      bigint[] := '{}';
    bases     bigint[] := '{}';
    before    bigint := 0;
    moved     bigint;
    is_found  record;
    chained   text;
begin
    -- Assigned, not performed: an expression costs a fraction of a statement.
    chained := set_config('platform.tenant', p_tenant, true);
    chained := set_config('ledger.chained', '', true);
    if cardinality(p_streams) = 1 then
        counts := array[total];
    else
        select array_agg((select count(*) from unnest(p_of) o where o = s.n) order by s.n) into counts from generate_series(1, cardinality(p_streams)) s(n);
        if p_of <> (select array_agg(o order by o) from unnest(p_of) o) then
            raise exception 'events must be given stream by stream' using errcode = 'invalid_parameter_value';
        end if;
    end if;

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
        ends[i] := moved;
        bases[i] := moved - counts[i] - before;
        before := before + counts[i];
    end loop;

    if p_key is not null then
        insert into platform.idempotency as k (tenant_id, key, fingerprint, status, stream_id, version, events, created_at)
        values (p_tenant, p_key, p_fingerprint, p_status, p_streams[p_receipt_of], ends[p_receipt_of], counts[p_receipt_of], p_at)
        on conflict (tenant_id, key) do update
            set fingerprint = excluded.fingerprint, status = excluded.status, stream_id = excluded.stream_id,
                version = excluded.version, events = excluded.events, created_at = excluded.created_at
            where k.created_at < p_at - interval '24 hours';
        if not found then
            raise exception 'idempotency key % is taken', p_key using errcode = 'PL007';
        end if;
    end if;

    if total = 1 then
        sequences[1] := nextval('public.mt_events_sequence');
        versions[1] := bases[p_of[1]] + 1;
        insert into public.mt_events
            (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
        values (sequences[1], p_ids[1], p_streams[p_of[1]], versions[1], p_data[1], p_types[1], p_at, p_tenant, p_dotnet_types[1], p_correlation, p_causation, p_headers, false);
    else
        select array_agg(nextval('public.mt_events_sequence')), array_agg(bases[o.stream] + o.nth) into sequences, versions
        from unnest(p_of) with ordinality as o (stream, nth);
        insert into public.mt_events
            (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived)
        select e.seq_id, e.id, p_streams[e.stream], e.version, e.data, e.type, p_at, p_tenant, e.dotnet_type, p_correlation, p_causation, p_headers, false
        from unnest(sequences, versions, p_of, p_ids, p_types, p_dotnet_types, p_data) as e (seq_id, version, stream, id, type, dotnet_type, data);
    end if;

    -- What the trigger left for us; without it nothing was chained, and nothing may be accepted.
    chained := current_setting('ledger.chained', true);
    if length(chained) is distinct from 64 * total then
        raise exception 'the events were not chained: trigger ledger_chain of public.mt_events is missing or disabled' using errcode = 'PL010', hint = 'Run ./platform verify.';
    end if;
    hashes := decode(chained, 'hex');
    return next;
end $$;

revoke all on function ledger.head(text, text, uuid), ledger.body(bigint, uuid, text, timestamptz, bytea, bytea), ledger.payload(bytea, bytea), ledger.metadata(bytea, bytea, bytea), ledger.has_refused_number(bytea), ledger.refusal(text, uuid, timestamptz, bytea, bytea),
    ledger.predecessor(varchar, uuid, bigint, bigint, boolean, bigint, bytea, bigint, bigint[], varchar[]) from public;
