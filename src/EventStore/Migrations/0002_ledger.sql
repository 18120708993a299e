-- The ledger: every inserted event is chained to its predecessor by the database itself, in the same transaction.
-- Hash suite l1; the byte formats are those of src/Ledger and are held to the same test vectors.

create schema ledger;

create table ledger.epoch (
    epoch     int         primary key,
    origin    text        not null,
    opened_at timestamptz not null default now()
);

-- payload_check and metadata_check are the first four bytes of their digests: they let a verifier say what was touched;
-- security rests on the hash alone.
create table ledger.event (
    seq_id         bigint primary key,
    epoch          int    not null,
    payload_check  int    not null,
    metadata_check int    not null,
    hash           bytea  not null
);

create sequence ledger.pending_id_seq;

-- One row a stream and statement, for the sequencer.
create table ledger.pending (
    id           bigint  primary key,
    xid          xid8    not null,
    seq_from     bigint  not null,
    seq_to       bigint  not null,
    version_from bigint  not null,
    version_to   bigint  not null,
    stream_id    uuid    not null,
    events       int     not null,
    tenant_id    varchar not null
);

-- The log order: each pending row's contiguous range of indices, first_index .. first_index + events - 1.
create table ledger.log (
    first_index  bigint  primary key,
    pending_id   bigint  not null unique,
    seq_from     bigint  not null,
    seq_to       bigint  not null,
    version_from bigint  not null,
    version_to   bigint  not null,
    stream_id    uuid    not null,
    events       int     not null,
    tenant_id    varchar not null
);
create index log_by_stream on ledger.log (stream_id, version_from);

-- F(x) and N(x) of the suite: length-prefixed bytes; null as 00, else 01 and F(x).
create function ledger.f(x bytea) returns bytea language sql immutable strict parallel safe
    return int4send(octet_length(x)) || x;
create function ledger.n(x bytea) returns bytea language sql immutable parallel safe
    return case when x is null then '\x00'::bytea else '\x01'::bytea || int4send(octet_length(x)) || x end;

create function ledger.payload(data text, bdata bytea) returns bytea language sql stable parallel safe
    return sha256(ledger.f(convert_to(data, 'UTF8')) || ledger.n(bdata));

create function ledger.metadata(correlation_id text, causation_id text, headers text) returns bytea language sql stable parallel safe
    return sha256(ledger.n(convert_to(correlation_id, 'UTF8')) || ledger.n(convert_to(causation_id, 'UTF8')) || ledger.n(convert_to(headers, 'UTF8')));

-- The first four bytes of a digest, as a signed number.
create function ledger.first4(digest bytea) returns int language sql immutable strict parallel safe
    return (get_byte(digest, 0) << 24) | (get_byte(digest, 1) << 16) | (get_byte(digest, 2) << 8) | get_byte(digest, 3);

create function ledger.genesis(tenant_id text, stream_id uuid) returns bytea language sql stable parallel safe
    return sha256('platform/genesis/l1'::bytea || '\x00'::bytea || ledger.f(convert_to(tenant_id, 'UTF8')) || ledger.f(convert_to(stream_id::text, 'UTF8')));

-- Everything under an event's hash but its predecessor: hash = sha256(head || prev).
create function ledger.head(origin text, tenant_id text, stream_id uuid, version bigint, id uuid, type text, "timestamp" timestamptz,
                            payload bytea, metadata bytea) returns bytea language sql stable parallel safe
    return 'platform/event/l1'::bytea || '\x00'::bytea
        || ledger.f(convert_to(origin, 'UTF8')) || ledger.f(convert_to(tenant_id, 'UTF8')) || ledger.f(convert_to(stream_id::text, 'UTF8'))
        || ledger.f(convert_to(version::text, 'UTF8')) || ledger.f(convert_to(id::text, 'UTF8')) || ledger.f(convert_to(type, 'UTF8'))
        || ledger.f(convert_to(to_char("timestamp" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'UTF8'))
        || payload || metadata;

-- A number no double can hold has at least 309 digits in PostgreSQL's text form, which has no exponent: only a long run of digits calls for a
-- closer look. (A bound in a pattern is 255 at most.)
create function ledger.has_refused_number(body text) returns boolean language plpgsql immutable parallel safe as $$
begin
    return exists (select from jsonb_path_query(body::jsonb, '$.** ? (@.type() == "number")') n
                   where abs((n #>> '{}')::numeric) > 1.7976931348623157e308);
end $$;

-- The end of a stream's part of a statement: it gets its row for the sequencer.
create function ledger.enqueue(p_tenant varchar, p_stream uuid, p_first bigint, p_last bigint, p_events int, p_seq_from bigint, p_seq_to bigint)
    returns void language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    -- An event below another would have to be that one's predecessor, and the chain can't change any more.
    if exists (select from public.mt_events e where e.tenant_id = p_tenant and e.stream_id = p_stream and e.version > p_last) then
        raise exception 'stream % of tenant % is past version % already', p_stream, p_tenant, p_last using errcode = 'PL005';
    end if;
    insert into ledger.pending (id, xid, seq_from, seq_to, version_from, version_to, stream_id, events, tenant_id)
    values (nextval('ledger.pending_id_seq'), pg_current_xact_id(), p_seq_from, p_seq_to, p_first, p_last, p_stream, p_events, p_tenant);
end $$;

create function ledger.chain() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    r           record;
    current     record;
    tenant      varchar;
    stream      uuid;
    last        bigint;
    prev        bytea;
    started     boolean := false;
    first       bigint;
    seq_min     bigint;
    seq_max     bigint;
    count       int;
    sequences   bigint[] := '{}';
    payloads    int[] := '{}';
    metadatas   int[] := '{}';
    hashes      bytea[] := '{}';
begin
    select e.epoch, e.origin into strict current from ledger.epoch e order by e.epoch desc limit 1;
    for r in
        select e.seq_id, e.tenant_id, e.stream_id, e.version, e.type, ledger.first4(d.payload) as payload_check, ledger.first4(d.metadata) as metadata_check,
               ledger.head(current.origin, e.tenant_id, e.stream_id, e.version, e.id, e.type, e.timestamp, d.payload, d.metadata) as head,
               case when e.tenant_id is null or e.stream_id is null then 'a tenant and a stream are needed'
                    when e.timestamp < '0001-01-01 00:00:00Z' or e.timestamp >= '10000-01-01 00:00:00Z' then 'timestamp is not a finite time of the years 1 to 9999'
                    when t.data ~ '[0-9]{64}' and ledger.has_refused_number(t.data) or t.headers ~ '[0-9]{64}' and ledger.has_refused_number(t.headers)
                        then 'a number is beyond double precision'
               end as refused
        from appended e
        cross join lateral (select e.data::text as data, e.headers::text as headers offset 0) t
        cross join lateral (select ledger.payload(t.data, e.bdata) as payload, ledger.metadata(e.correlation_id, e.causation_id, t.headers) as metadata offset 0) d
        order by e.tenant_id, e.stream_id, e.version
    loop
        if r.refused is not null then
            raise exception 'event % refused: %', r.seq_id, r.refused using errcode = 'PL006';
        end if;
        if not started or r.stream_id <> stream or r.tenant_id <> tenant then
            if started then
                perform ledger.enqueue(tenant, stream, first, last, count, seq_min, seq_max);
            end if;
            started := true;
            tenant := r.tenant_id;
            stream := r.stream_id;
            first := r.version;
            seq_min := r.seq_id;
            seq_max := r.seq_id;
            count := 0;
            last := 0;
            -- One writer of a stream at a time: the unique version keeps dense versions apart, but beside a tombstone's gap two writers would
            -- chain to the same predecessor.
            perform from public.mt_streams s where s.tenant_id = tenant and s.id = stream for no key update;
            if r.version > 1 then
                select p.version, h.hash into last, prev
                from public.mt_events p left join ledger.event h on h.seq_id = p.seq_id
                where p.tenant_id = tenant and p.stream_id = stream and p.version < r.version
                order by p.version desc limit 1;
                if not found then
                    last := 0;
                elsif prev is null then
                    raise exception 'stream % of tenant % has an unchained event at version %', stream, tenant, last
                        using errcode = 'PL010', hint = 'Run ./platform verify.';
                end if;
            end if;
            if last = 0 then
                prev := ledger.genesis(tenant, stream);
            end if;
        end if;
        if r.version <> last + 1 and (r.type <> 'tombstone' or r.version <= last) then
            raise exception 'version % of stream % (tenant %) has no predecessor: the stream is at %', r.version, stream, tenant, last using errcode = 'PL005';
        end if;
        if r.version <> last + 1 and exists (select from public.mt_events p where p.tenant_id = tenant and p.stream_id = stream
                                                                              and p.version > last and p.version < r.version) then
            raise exception 'version % of stream % (tenant %) would leave its predecessor out', r.version, stream, tenant using errcode = 'PL005';
        end if;
        prev := sha256(r.head || prev);
        last := r.version;
        count := count + 1;
        seq_min := least(seq_min, r.seq_id);
        seq_max := greatest(seq_max, r.seq_id);
        sequences := array_append(sequences, r.seq_id);
        payloads := array_append(payloads, r.payload_check);
        metadatas := array_append(metadatas, r.metadata_check);
        hashes := array_append(hashes, prev);
    end loop;
    if started then
        perform ledger.enqueue(tenant, stream, first, last, count, seq_min, seq_max);
        insert into ledger.event
        select s, current.epoch, p, m, h from unnest(sequences, payloads, metadatas, hashes) as u(s, p, m, h);
        -- For ledger.append, which answers with them: cheaper than reading them back.
        perform set_config('ledger.chained', case cardinality(hashes) when 1 then encode(prev, 'hex')
            else (select encode(string_agg(h, ''::bytea order by s), 'hex') from unnest(sequences, hashes) as u(s, h)) end, true);
    end if;
    return null;
end $$;

create trigger ledger_chain after insert on public.mt_events
    referencing new table as appended for each statement execute function ledger.chain();

create function ledger.refuse() returns trigger language plpgsql as $$
begin
    raise exception '% of %.% refused: the ledger is append-only', tg_op, tg_table_schema, tg_table_name using errcode = 'PL001';
end $$;

create trigger ledger_guard before update or delete or truncate on public.mt_events for each statement execute function ledger.refuse();
create trigger ledger_guard before update or delete or truncate on ledger.epoch     for each statement execute function ledger.refuse();
create trigger ledger_guard before update or delete or truncate on ledger.event     for each statement execute function ledger.refuse();
create trigger ledger_guard before update or delete or truncate on ledger.pending   for each statement execute function ledger.refuse();
create trigger ledger_guard before update or delete or truncate on ledger.log       for each statement execute function ledger.refuse();

-- A receipt's hashes, in the order of the sequences. A hash says nothing of its event, so it is nobody's secret; the tables behind it stay
-- closed. PL/pgSQL, because SQL functions that aren't inlined are planned at each call.
create function ledger.hashes(sequences bigint[]) returns bytea[] language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select array_agg(e.hash order by s.nth)
            from unnest(sequences) with ordinality as s (seq_id, nth) left join ledger.event e on e.seq_id = s.seq_id);
end $$;
