-- How far builds of read models are, more often than they write what they built: position moves with each flush only.
create table platform.build_progress (
    projection text        not null,
    generation int         not null,
    position   bigint      not null,
    target     bigint      not null,
    began_at   timestamptz not null default clock_timestamp(),
    began_from bigint      not null,
    updated_at timestamptz not null default clock_timestamp(),
    primary key (projection, generation)
);

grant select, insert, update, delete on platform.build_progress to platform_projections;
grant select on platform.build_progress to platform_app;

-- Seconds since the event at a place in the log was appended; null: there is none yet.
create function platform.age_of_index(p_index bigint) returns float8
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select greatest(extract(epoch from clock_timestamp() - e.timestamp), 0)::float8
    from (select l.* from ledger.log l where l.first_index <= p_index order by l.first_index desc limit 1) l
    join public.mt_events e on e.tenant_id = l.tenant_id and e.stream_id = l.stream_id and e.version = l.version_from
$$;

revoke all on function platform.age_of_index(bigint) from public;
grant execute on function platform.age_of_index(bigint) to platform_app, platform_projections;
