-- Generations of several versions stand side by side (nodes of old and new code at once), and one tenant's rows can be built alone.
-- revision moves when rows are replaced beneath the process that follows: what it holds in memory isn't what is stored any more.
alter table platform.projection add column for_tenant varchar, add column revision int not null default 0;
drop index platform.projection_live;
create unique index projection_live on platform.projection (name, version) where state in ('live', 'failed');

-- dropped: without a table, kept so that its number isn't given again: who drops it once more drops nothing else.
alter table platform.projection drop constraint projection_state_check;
alter table platform.projection add constraint projection_state_check check (state in ('building', 'live', 'failed', 'retired', 'dropped'));

-- Models that don't follow for now, by an operator's word.
create table platform.paused_projection (
    name  text        primary key,
    since timestamptz not null default clock_timestamp()
);

-- Events that a projection couldn't apply. Later events of their streams are held back (counted here), so that a model is either
-- right or behind, never wrong; the event itself stays where it is, in the log.
create table platform.parked_event (
    projection text        not null,
    generation int         not null,
    log_index  bigint      not null,
    tenant_id  varchar     not null,
    stream_id  uuid        not null,
    version    bigint      not null,
    sequence   bigint      not null,
    event_id   uuid        not null,
    type       varchar     not null,
    error      text        not null,
    held       bigint      not null default 0,
    parked_at  timestamptz not null default clock_timestamp(),
    primary key (projection, generation, log_index)
);

-- Events that a projection leaves out by an operator's word, for good: also when it is rebuilt.
create table platform.skipped_event (
    projection text   not null,
    sequence   bigint not null,
    primary key (projection, sequence)
);

drop function platform.advance(text, int, bigint, bigint, uuid, bigint);

-- Moves a projection's progress in the transaction that writes its model: exactly once, only by the lease's holder, and only on the rows it knows.
create function platform.advance(p_name text, p_generation int, p_revision int, p_from bigint, p_to bigint, p_holder uuid, p_epoch bigint) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform platform.require_lease(p_name || '/' || p_generation, p_holder, p_epoch);
    update platform.projection
    set position = p_to, updated_at = clock_timestamp(), error = null, state = case state when 'failed' then 'live' else state end
    where name = p_name and generation = p_generation and revision = p_revision and position = p_from and state <> 'retired';
    if not found then
        raise exception 'projection % generation % is no longer at %', p_name, p_generation, p_from using errcode = 'PL009';
    end if;
end $$;

-- How many processes of a kind are there: each holds a lease named KIND/ID. Those long gone are forgotten.
create function platform.count_nodes(p_kind text) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with gone as (delete from platform.lease where name like p_kind || '/%' and expires_at < clock_timestamp() - interval '1 hour')
    select count(*) from platform.lease where name like p_kind || '/%' and expires_at > clock_timestamp()
$$;

-- A tenant sees its own; the platform's own tenant, whose operators see to them, all.
alter table platform.parked_event enable row level security;
create policy tenant on platform.parked_event to platform_app
    using (current_setting('platform.tenant', true) in (tenant_id, '*DEFAULT*') and current_setting('platform.tenant', true) <> '');
create policy writer on platform.parked_event to platform_projections using (true);

-- How many, for everybody: numbers of no tenant.
create function platform.count_parked() returns table (projection text, generation int, parked bigint, held bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.projection, e.generation, count(*), sum(e.held)::bigint from platform.parked_event e group by 1, 2
$$;

grant select, insert, delete on platform.paused_projection to platform_projections;
grant delete on platform.projection to platform_projections;
grant select, insert, update, delete on platform.parked_event, platform.skipped_event to platform_projections;
grant select on platform.paused_projection, platform.parked_event to platform_app;
revoke all on function platform.advance(text, int, int, bigint, bigint, uuid, bigint), platform.count_nodes(text), platform.count_parked() from public;
grant execute on function platform.advance(text, int, int, bigint, bigint, uuid, bigint), platform.count_nodes(text), platform.count_parked() to platform_projections;
grant execute on function platform.count_parked() to platform_app;

-- A lease that expires later than any could is of a clock that was put back since: nobody waits for it.
create or replace function platform.take_lease(p_name text, p_holder uuid, p_life interval) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into platform.lease as l (name, holder, epoch, expires_at)
    values (p_name, p_holder, 1, clock_timestamp() + p_life)
    on conflict (name) do update
        set holder = excluded.holder, expires_at = excluded.expires_at,
            epoch = case when l.holder = excluded.holder and l.expires_at > clock_timestamp() then l.epoch else l.epoch + 1 end
        where l.holder = excluded.holder or l.expires_at <= clock_timestamp() or l.expires_at > clock_timestamp() + 2 * p_life
    returning epoch
$$;

-- Processes share leases fairly: one that holds fewer than its part says which it wants, and one that holds more lets that go.
alter table platform.lease add column wanted_at timestamptz;

create function platform.want_lease(p_name text) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    update platform.lease set wanted_at = clock_timestamp()
    where name = p_name and (wanted_at is null or wanted_at < clock_timestamp() - interval '1 second')
$$;

create function platform.is_lease_wanted(p_name text) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (select from platform.lease where name = p_name and wanted_at > clock_timestamp() - interval '3 seconds')
$$;

revoke all on function platform.want_lease(text), platform.is_lease_wanted(text) from public;
grant execute on function platform.want_lease(text), platform.is_lease_wanted(text) to platform_projections;

-- Writers that hold a lease or a model's progress fast and have waited for their client for longer than a lease lives: with how far each had come.
create function platform.waiting_writers() returns table (pid int, began timestamptz, statement timestamptz, bytes bigint)
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select a.pid, a.xact_start, a.query_start, coalesce(c.bytes_processed, 0)
    from pg_stat_activity a left join pg_stat_progress_copy c on c.pid = a.pid
    where a.datname = current_database() and a.wait_event = 'ClientRead' and a.xact_start < clock_timestamp() - interval '3 seconds'
      and exists (select from pg_locks l where l.pid = a.pid and l.relation in ('platform.lease'::regclass, 'platform.projection'::regclass)
                                           and l.mode in ('RowShareLock', 'RowExclusiveLock') and l.granted)
$$;

-- A process that was stopped in the middle of a write keeps its lease's row locked, and nobody could take over. Where the lease has run out, and a second
-- later its session has still heard nothing, that session is ended.
create function platform.end_stalled(p_name text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    seen text[];
begin
    if not exists (select from platform.lease where name = p_name and expires_at < clock_timestamp()) then
        return 0;
    end if;
    seen := (select array_agg(w::text) from platform.waiting_writers() w);
    if seen is null then
        return 0;
    end if;
    perform pg_sleep(1);
    perform pg_stat_clear_snapshot();
    return (select count(pg_terminate_backend(w.pid)) from platform.waiting_writers() w where w::text = any (seen));
end $$;

revoke all on function platform.waiting_writers(), platform.end_stalled(text) from public;
grant execute on function platform.end_stalled(text) to platform_sequencer, platform_projections;
