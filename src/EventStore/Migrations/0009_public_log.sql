-- The public log: what the sequencer makes of the order that ledger.log has. Hashes alone: no table here has anything of a tenant, and
-- the application may read all of them.

-- Full tiles (C2SP tlog-tiles): 256 hashes each. Level 0 holds the entries, i.e. the events' hashes (a tile's leaf hashes follow from them);
-- on level 1 and above, each hash is the root of a full tile below.
create table ledger.tile (
    level  smallint not null,
    index  bigint   not null,
    hashes bytea    not null,
    primary key (level, index)
);
-- Hashes don't get smaller by compression.
alter table ledger.tile alter column hashes set storage external;

-- The tiles at the tree's right edge, 1 to 255 hashes each, as of the head.
create table ledger.edge (
    level  smallint primary key,
    index  bigint   not null,
    hashes bytea    not null
);
alter table ledger.edge alter column hashes set storage external;

-- The last checkpoint, and the last one that enough witnesses cosigned.
create table ledger.head (
    only_row      boolean     primary key default true check (only_row),
    epoch         int         not null,
    size          bigint      not null,
    root          bytea       not null,
    note          text        not null,
    signed_at     timestamptz not null,
    cosigned_size bigint,
    cosigned_note text,
    cosigned_at   timestamptz
);

-- Checkpoints kept for auditors, at most one a minute and the last of each epoch.
create table ledger.checkpoint (
    epoch     int         not null,
    size      bigint      not null,
    root      bytea       not null,
    note      text        not null,
    signed_at timestamptz not null,
    primary key (epoch, size)
);

-- Which key speaks for which sizes of the tree (docs/ledger-format.md): follows from the events that announce keys.
create table ledger.key (
    role       text   not null check (role in ('log', 'writer')),
    algorithm  text   not null,
    public_key bytea  not null,
    from_size  bigint not null,
    to_size    bigint,
    primary key (role, algorithm, from_size)
);

-- Signatures of events of weight by their writer: base64 of key id and signature.
create table ledger.writer_signature (
    seq_id    bigint primary key,
    signature bytea  not null
);

-- The writer's key of this moment.
create table ledger.writer (
    only_row   boolean primary key default true check (only_row),
    public_key bytea   not null
);

-- Why nothing is signed; null: all is well.
alter table platform.sequencer add column alarm text;

create trigger ledger_guard before update or delete or truncate on ledger.tile             for each statement execute function ledger.refuse();
create trigger ledger_guard before update or delete or truncate on ledger.checkpoint       for each statement execute function ledger.refuse();
create trigger ledger_guard before update or delete or truncate on ledger.writer_signature for each statement execute function ledger.refuse();

-- Stores the writer's signatures of events that this transaction appended. Whoever signs with a key that was rotated meanwhile is refused: the lock keeps
-- a rotation waiting until this commits, so that in the log's order no event of the old key follows the rotation.
create function ledger.countersign(p_public_key bytea, p_sequences bigint[], p_signatures bytea[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    current_key bytea;
begin
    insert into ledger.writer (public_key) values (p_public_key) on conflict do nothing;
    select w.public_key into strict current_key from ledger.writer w for share;
    if current_key <> p_public_key then
        raise exception 'the writer''s key was rotated' using errcode = 'PL012';
    end if;
    if cardinality(p_sequences) <> cardinality(p_signatures) or cardinality(p_sequences) <> (
        select count(*) from public.mt_events e where e.seq_id = any(p_sequences) and e.xmin = pg_current_xact_id()::xid) then
        raise exception 'only events of the same transaction are signed' using errcode = 'PL006';
    end if;
    insert into ledger.writer_signature (seq_id, signature) select s, g from unnest(p_sequences, p_signatures) as u (s, g);
end $$;

-- Before the event that announces it is appended, in its transaction.
create function ledger.rotate_writer(p_from bytea, p_to bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update ledger.writer w set public_key = p_to where w.public_key = p_from;
    if not found then
        raise exception 'the writer''s key was rotated' using errcode = 'PL012';
    end if;
end $$;

-- What a proof says of one event besides its place.
create function ledger.entry_of(p_sequence bigint) returns table (epoch int, origin text, hash bytea, prev bytea, signature bytea)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select h.epoch, o.origin, h.hash, coalesce(b.hash, ledger.genesis(e.tenant_id, e.stream_id)), w.signature
    from public.mt_events e
    join ledger.event h on h.seq_id = e.seq_id
    join ledger.epoch o on o.epoch = h.epoch
    left join lateral (select l.hash from public.mt_events p left join ledger.event l on l.seq_id = p.seq_id
                       where p.tenant_id = e.tenant_id and p.stream_id = e.stream_id and p.version < e.version order by p.version desc limit 1) b on true
    left join ledger.writer_signature w on w.seq_id = e.seq_id
    where e.seq_id = p_sequence and e.tenant_id = current_setting('platform.tenant', true)
$$;

-- The sequence of an event by its id. Marten's table has no index on ids, and another one of its own would cost every append; but a UUIDv7 tells its time, and
-- sequences follow time closely: two searches by halves, then what lies between.
create function ledger.find_event(p_id uuid) returns bigint
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    at       timestamptz := to_timestamp(('x' || substr(replace(p_id::text, '-', ''), 1, 12))::bit(48)::bigint / 1000.0);
    highest  bigint := (select e.seq_id from public.mt_events e order by e.seq_id desc limit 1);
    slack    interval;
    bounds   bigint[];
    wanted   timestamptz;
    low      bigint;
    high     bigint;
    middle   bigint;
    found_at timestamptz;
    sequence bigint;
begin
    if substr(p_id::text, 15, 1) <> '7' then
        return null;
    end if;
    foreach slack in array array[interval '1 second', interval '2 minutes'] loop
        bounds := '{}';
        foreach wanted in array array[at - slack, at + slack] loop
            low := 1;
            high := highest + 1;
            while low < high loop
                middle := (low + high) / 2;
                select e.timestamp into found_at from public.mt_events e where e.seq_id >= middle order by e.seq_id limit 1;
                if found_at < wanted then
                    low := middle + 1;
                else
                    high := middle;
                end if;
            end loop;
            bounds := bounds || low;
        end loop;
        select e.seq_id into sequence from public.mt_events e
        where e.seq_id between bounds[1] and bounds[2] and e.id = p_id and e.tenant_id = current_setting('platform.tenant', true)
        order by e.seq_id limit 1;
        if sequence is not null then
            return sequence;
        end if;
    end loop;
    return null;
end $$;

revoke all on function ledger.countersign(bytea, bigint[], bytea[]), ledger.rotate_writer(bytea, bytea), ledger.entry_of(bigint), ledger.find_event(uuid) from public;
grant execute on function ledger.countersign(bytea, bigint[], bytea[]), ledger.rotate_writer(bytea, bytea), ledger.entry_of(bigint), ledger.find_event(uuid) to platform_app;
grant select on ledger.tile, ledger.edge, ledger.head, ledger.checkpoint, ledger.key, ledger.writer to platform_app, platform_auditor, platform_sequencer;
grant select on ledger.writer_signature to platform_auditor, platform_sequencer;
grant select on platform.sequencer to platform_app;
grant select, insert on ledger.tile, ledger.checkpoint to platform_sequencer;
grant select, insert, update on ledger.edge, ledger.head, ledger.key to platform_sequencer;
grant select, delete on ledger.edge to platform_sequencer;

-- The log's name: its origin without the epoch.
create function ledger.name() returns text language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select regexp_replace(e.origin, '/' || e.epoch || '$', '') from ledger.epoch e order by e.epoch desc limit 1
$$;
create function ledger.origins() returns table (epoch int, origin text) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.epoch, e.origin from ledger.epoch e order by e.epoch
$$;
revoke all on function ledger.name(), ledger.origins() from public;
grant execute on function ledger.name(), ledger.origins() to platform_app, platform_sequencer, platform_auditor;
