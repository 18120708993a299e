-- Analysts: a login a tenant, that reads the views of schema analytics and nothing else. Which tenant a login is of stands in a table and is asked for by
-- session_user: a setting could be changed by whoever is logged in, session_user by a superuser only.

do $$
begin
    if not exists (select from pg_roles where rolname = 'platform_analyst') then
        create role platform_analyst nologin;
    end if;
exception when duplicate_object or unique_violation then
    null;
end $$;

-- Logins belong to the cluster, this table to a database: database says for which one the login was made, so that a copy of it lets nobody in.
create table platform.analyst_login (
    tenant_id varchar     not null primary key,
    stream_id uuid        not null,
    version   bigint      not null,
    role_name name        unique,
    database  name        not null,
    since     timestamptz not null
);
alter table platform.analyst_login enable row level security;
create policy tenant on platform.analyst_login to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
grant select on platform.analyst_login to platform_app;

-- What each view of schema analytics was made from: it's made anew when that changes.
create table platform.analyst_view (
    name    text primary key,
    columns text not null,
    digest  text not null
);
grant select, insert, update, delete on platform.analyst_view to platform_projections;

-- Whose rows the session sees; null: nobody's.
create function platform.analyst_tenant() returns varchar language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.tenant_id from platform.analyst_login l where l.role_name = session_user and l.database = current_database()
$$;

-- The last event of a stream, if it stands at this version.
create function platform.last_event_type(p_tenant text, p_stream uuid, p_version bigint) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.type from public.mt_streams s
    join public.mt_events e on e.tenant_id = s.tenant_id and e.stream_id = s.id and e.version = s.version
    where s.tenant_id = p_tenant and s.id = p_stream and s.version = p_version
$$;

-- Makes the login of the caller's tenant, or gives it another password, once for an event that says so. No password comes here: a verifier (RFC 5803)
-- lets in, and nobody learns the password from it, from a statement or from a log. Null: the event isn't the last one any more, or was followed already.
create function platform.allow_analyst(p_stream uuid, p_version bigint, p_verifier text) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    tenant text := current_setting('platform.tenant', true);
    login  text := 'analyst_' || substr(encode(sha256(convert_to(current_database() || '/' || tenant, 'UTF8')), 'hex'), 1, 16);
    known  bigint;
    pair   text[];
begin
    if p_verifier is null or p_verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' then
        raise exception 'a verifier as of RFC 5803 is needed' using errcode = '22023';
    end if;
    -- Roles and the rights on a database are rows of shared catalogs, which two transactions can't change at once.
    perform pg_advisory_xact_lock(hashtextextended('platform/logins', 0));
    select l.version into known from platform.analyst_login l where l.tenant_id = tenant;
    if known >= p_version
       or coalesce(platform.last_event_type(tenant, p_stream, p_version), '') not in ('analytics.access-granted', 'analytics.password-rotated') then
        return null;
    end if;

    if exists (select from pg_roles where rolname = login) then
        execute format('alter role %I login connection limit 5 password %L', login, p_verifier);
    else
        execute format('create role %I nosuperuser nocreatedb nocreaterole inherit login noreplication nobypassrls connection limit 5 password %L', login, p_verifier);
    end if;
    execute format('grant platform_analyst to %I', login);
    if not (select rolsuper from pg_roles where rolname = current_user) then
        -- Whoever isn't a superuser ends the sessions of roles that he is a member of.
        execute format('grant %I to %I', login, current_user);
    end if;
    foreach pair slice 1 in array array[
        ['search_path', 'analytics'], ['timezone', 'UTC'], ['default_transaction_read_only', 'on'], ['statement_timeout', '5min'],
        ['idle_in_transaction_session_timeout', '1min'], ['idle_session_timeout', '1h'], ['work_mem', '16MB']] loop
        execute format('alter role %I set %I = %L', login, pair[1], pair[2]);
    end loop;
    begin
        execute format('alter role %I set temp_file_limit = %L', login, '1GB');
    exception when insufficient_privilege then
        null;
    end;
    if has_database_privilege('platform_analyst', current_database(), 'temporary') then
        execute format('revoke temporary on database %I from public', current_database());
        execute format('grant temporary on database %I to platform_foreign', current_database());
    end if;

    perform pg_terminate_backend(a.pid) from pg_stat_activity a where a.usename = login;
    insert into platform.analyst_login as l (tenant_id, stream_id, version, role_name, database, since)
    values (tenant, p_stream, p_version, login, current_database(), clock_timestamp())
    on conflict (tenant_id) do update
        set stream_id = excluded.stream_id, version = excluded.version, role_name = excluded.role_name, database = excluded.database, since = excluded.since;
    return login;
end $$;

-- Takes a login away, and ends its sessions. Its row stays: what was followed isn't followed again.
create function platform.drop_analyst(p_tenant text, p_version bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    login text;
begin
    perform pg_advisory_xact_lock(hashtextextended('platform/logins', 0));
    select l.role_name into login from platform.analyst_login l
    where l.tenant_id = p_tenant and l.version < p_version and l.database = current_database() for update;
    update platform.analyst_login l set role_name = null, version = p_version where l.tenant_id = p_tenant and l.version < p_version;
    if login is null or not exists (select from pg_roles where rolname = login) then
        return;
    end if;
    execute format('alter role %I nologin password null', login);
    perform pg_terminate_backend(a.pid) from pg_stat_activity a where a.usename = login;
    begin
        execute format('drop role %I', login);
    exception when dependent_objects_still_exist then
        null;
    end;
end $$;

-- The same for the caller's tenant, for an event that says so. False: there is no such event, or a later one.
create function platform.revoke_analyst(p_stream uuid, p_version bigint) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    tenant text := current_setting('platform.tenant', true);
begin
    if platform.last_event_type(tenant, p_stream, p_version) is distinct from 'analytics.access-revoked' then
        return false;
    end if;
    perform platform.drop_analyst(tenant, p_version);
    return true;
end $$;

-- Does what a revocation couldn't do at once, and ends sessions that began with an earlier password, or that keep others waiting: whose transaction is older than
-- p_longest, or that hold an advisory lock. An analyst may change the time-outs of a session, but not these.
create function platform.watch_analysts(p_longest interval) returns int
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    revoked record;
    ended   int;
begin
    for revoked in
        select l.tenant_id, s.version from platform.analyst_login l
        join public.mt_streams s on s.tenant_id = l.tenant_id and s.id = l.stream_id and s.version > l.version
        where platform.last_event_type(l.tenant_id, l.stream_id, s.version) = 'analytics.access-revoked' loop
        perform platform.drop_analyst(revoked.tenant_id, revoked.version);
    end loop;
    select count(pg_terminate_backend(a.pid)) into ended
    from platform.analyst_login l join pg_stat_activity a on a.usename = l.role_name
    where l.database = current_database()
      and (a.xact_start < clock_timestamp() - p_longest or a.backend_start < l.since or exists (select from pg_locks k where k.pid = a.pid and k.locktype = 'advisory'));
    return ended;
end $$;

-- Ends analysts' sessions that hold a lock on a view: a model is swapped within seconds, whatever they ask.
create function platform.end_analysts_on(p_view text) returns int
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    select count(pg_terminate_backend(a.pid))::int
    from platform.analyst_login l join pg_stat_activity a on a.usename = l.role_name
    where l.database = current_database()
      and exists (select from pg_locks k where k.pid = a.pid and k.granted and k.relation = to_regclass('analytics.' || quote_ident(p_view))
                  and k.database = (select d.oid from pg_database d where d.datname = current_database()))
$$;

revoke all on function platform.analyst_tenant(), platform.last_event_type(text, uuid, bigint), platform.allow_analyst(uuid, bigint, text), platform.drop_analyst(text, bigint),
    platform.revoke_analyst(uuid, bigint), platform.watch_analysts(interval), platform.end_analysts_on(text) from public;
grant execute on function platform.allow_analyst(uuid, bigint, text), platform.revoke_analyst(uuid, bigint), platform.watch_analysts(interval) to platform_app;
grant execute on function platform.end_analysts_on(text) to platform_projections;

-- Analysts have no right on the schemas read, platform and ledger: what views and policies refer to is reached through those, by nobody's name for it.
grant usage on schema analytics to platform_analyst, platform_app;
grant execute on function platform.analyst_tenant(), ledger.size() to platform_analyst;
grant select (name, version, state, position, updated_at) on platform.projection to platform_analyst;

-- Large objects would be something to write, whatever the transaction: nobody of ours uses them. Where the owner of the database may not say so, it stays as it is.
do $$
begin
    revoke execute on function lo_create(oid), lo_creat(int), lo_from_bytea(oid, bytea) from public;
exception when insufficient_privilege then
    null;
end $$;
