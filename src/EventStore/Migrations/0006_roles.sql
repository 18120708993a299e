-- Who may do what. Roles belong to the cluster, so they may be there already, made by another database or at this very moment.
do $$
declare
    name text;
begin
    foreach name in array array['platform_app', 'platform_sequencer', 'platform_projections', 'platform_auditor', 'platform_foreign'] loop
        begin
            if not exists (select from pg_roles where rolname = name) then
                execute format('create role %I nologin', name);
            end if;
        exception when duplicate_object or unique_violation then
            null;
        end;
    end loop;
end $$;

revoke all on schema public from public;
revoke all on all functions in schema ledger, platform from public;

-- Events: the tenant of the transaction sees its own and nothing else; '' and an unset tenant see nothing.
alter table public.mt_streams enable row level security;
alter table public.mt_events  enable row level security;
alter table platform.idempotency enable row level security;
alter table platform.snapshot    enable row level security;

create policy tenant on public.mt_streams to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
create policy tenant on public.mt_events  to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
create policy tenant on platform.idempotency to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
create policy tenant on platform.snapshot    to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');

create policy reader on public.mt_streams for select to platform_sequencer, platform_projections, platform_auditor using (true);
create policy reader on public.mt_events  for select to platform_sequencer, platform_projections, platform_auditor using (true);
create policy marten on public.mt_streams to platform_foreign using (true) with check (true);
create policy marten on public.mt_events  to platform_foreign using (true) with check (true);

-- The application: reads and appends events, moves stream versions, keeps keys and snapshots, reads models. Nothing on ledger.*.
grant usage on schema public, ledger, platform, read to platform_app;
grant select, insert, update on public.mt_streams to platform_app;
grant select, insert on public.mt_events to platform_app;
grant usage on sequence public.mt_events_sequence to platform_app;
grant select, insert, update, delete on platform.idempotency, platform.snapshot to platform_app;
grant select on platform.projection to platform_app;
grant execute on function ledger.append(text, uuid[], text[], bigint[], int[], uuid[], text[], text[], jsonb[], timestamptz, text, text, jsonb, text, bytea, int, int) to platform_app;
grant execute on function ledger.hashes(bigint[]), platform.forget_outcomes() to platform_app;

-- The sequencer: reads what waits, writes the log.
grant usage on schema public, ledger, platform to platform_sequencer;
grant select on public.mt_events, public.mt_streams, ledger.event, ledger.epoch, ledger.pending, ledger.pending_id_seq to platform_sequencer;
grant select, insert on ledger.log to platform_sequencer;
grant select, update on platform.sequencer to platform_sequencer;
grant execute on function ledger.sequence(uuid, bigint, int) to platform_sequencer;

-- Projections: follow the log, own the read models.
grant usage on schema public, ledger, platform to platform_projections;
grant usage, create on schema read, analytics to platform_projections;
grant select on public.mt_events, public.mt_streams, ledger.log, ledger.event to platform_projections;
grant select, insert, update on platform.projection to platform_projections;

grant execute on function platform.advance(text, int, bigint, bigint, uuid, bigint) to platform_projections;
grant execute on function platform.take_lease(text, uuid, interval), platform.release_lease(text, uuid), platform.require_lease(text, uuid, bigint)
    to platform_sequencer, platform_projections;

-- The auditor's verifier: reads everything that the chain is made of, writes nothing.
grant usage on schema public, ledger, platform to platform_auditor;
grant select on public.mt_events, public.mt_streams, ledger.event, ledger.epoch, ledger.pending, ledger.log, platform.sequencer to platform_auditor;

-- A Marten application that isn't the tables' owner (AutoCreate.None).
grant usage on schema public to platform_foreign;
grant select, insert on public.mt_events to platform_foreign;
grant select, insert, update on public.mt_streams, public.mt_event_progression to platform_foreign;
grant select on public.mt_high_water_skips to platform_foreign;
grant usage on sequence public.mt_events_sequence to platform_foreign;

-- Where an event stands in the log, for those who hold its sequence: null while it waits for the sequencer.
create function ledger.index_of(p_sequence bigint) returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.first_index + case when l.version_to - l.version_from + 1 = l.events then e.version - l.version_from
                                else (select count(*) from public.mt_events m where m.tenant_id = e.tenant_id and m.stream_id = e.stream_id
                                                                                and m.version >= l.version_from and m.version < e.version) end
    from public.mt_events e
    join lateral (select * from ledger.log g
                  where g.stream_id = e.stream_id and g.tenant_id = e.tenant_id and g.version_from <= e.version
                  order by g.version_from desc limit 1) l on l.version_to >= e.version
    where e.seq_id = p_sequence
$$;

create function ledger.size() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce((select l.first_index + l.events from ledger.log l order by l.first_index desc limit 1), 0)
$$;

revoke all on function ledger.index_of(bigint), ledger.size() from public;
grant execute on function ledger.index_of(bigint), ledger.size() to platform_app, platform_sequencer, platform_projections, platform_auditor;
