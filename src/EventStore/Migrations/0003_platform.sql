-- What the platform keeps beside the events: leases, idempotency keys, snapshots, projection progress. Nothing here is history.

create schema platform;
create schema read;
create schema analytics;

create table platform.lease (
    name       text        primary key,
    holder     uuid        not null,
    epoch      bigint      not null,
    expires_at timestamptz not null
);

-- Takes a lease that is free or expired, or renews one's own; answers the fencing epoch, or null when another holds it.
create function platform.take_lease(p_name text, p_holder uuid, p_life interval) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into platform.lease as l (name, holder, epoch, expires_at)
    values (p_name, p_holder, 1, clock_timestamp() + p_life)
    on conflict (name) do update
        set holder = excluded.holder, expires_at = excluded.expires_at,
            epoch = case when l.holder = excluded.holder and l.expires_at > clock_timestamp() then l.epoch else l.epoch + 1 end
        where l.holder = excluded.holder or l.expires_at <= clock_timestamp()
    returning epoch
$$;

create function platform.release_lease(p_name text, p_holder uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update platform.lease set expires_at = clock_timestamp() where name = p_name and holder = p_holder
$$;

-- Called first in every write of a lease's holder: the share lock keeps the lease from passing on before the write commits.
create function platform.require_lease(p_name text, p_holder uuid, p_epoch bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform 1 from platform.lease
    where name = p_name and holder = p_holder and epoch = p_epoch and expires_at > clock_timestamp() for share;
    if not found then
        raise exception 'lease % has passed on', p_name using errcode = 'PL008';
    end if;
end $$;

create table platform.idempotency (
    tenant_id   varchar     not null,
    key         varchar     not null,
    fingerprint bytea       not null,
    status      smallint    not null,
    stream_id   uuid        not null,
    version     bigint      not null,
    events      int         not null,
    created_at  timestamptz not null,
    primary key (tenant_id, key)
);
create index idempotency_by_age on platform.idempotency (created_at);

-- Removes keys that can't be asked for any more, whoever's they were.
create function platform.forget_outcomes() returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with forgotten as (delete from platform.idempotency where created_at < now() - interval '25 hours' returning 1)
    select count(*) from forgotten
$$;

create table platform.snapshot (
    tenant_id varchar not null,
    stream_id uuid    not null,
    type      varchar not null,
    shape     int     not null,
    version   bigint  not null,
    data      jsonb   not null,
    primary key (tenant_id, stream_id, type)
);

-- position is the next log index to read: everything below it is in the model.
create table platform.projection (
    name       text        not null,
    generation int         not null,
    version    int         not null,
    state      text        not null check (state in ('building', 'live', 'failed', 'retired')),
    position   bigint      not null,
    error      text,
    updated_at timestamptz not null,
    primary key (name, generation)
);
create unique index projection_live on platform.projection (name) where state in ('live', 'failed');

create table platform.sequencer (
    only_row  boolean primary key default true check (only_row),
    floor     bigint  not null,
    mark      bigint  not null,
    mark_xid  xid8    not null
);
insert into platform.sequencer values (true, 0, 0, '0');

-- Moves a projection's progress in the transaction that writes its model: exactly once, and only by the lease's holder.
create function platform.advance(p_name text, p_generation int, p_from bigint, p_to bigint, p_holder uuid, p_epoch bigint) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform platform.require_lease(p_name || '/' || p_generation, p_holder, p_epoch);
    update platform.projection
    set position = p_to, updated_at = clock_timestamp(), error = null, state = case state when 'failed' then 'live' else state end
    where name = p_name and generation = p_generation and position = p_from and state <> 'retired';
    if not found then
        raise exception 'projection % generation % is no longer at %', p_name, p_generation, p_from using errcode = 'PL009';
    end if;
end $$;
