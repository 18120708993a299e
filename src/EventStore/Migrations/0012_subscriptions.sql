-- Subscriptions: side effects that follow the log. A subscription's position only moves forwards, in the transaction that enqueues what goes to its targets.

create table platform.subscription (
    name       text        primary key,
    position   bigint      not null,
    error      text,
    updated_at timestamptz not null
);

-- What is still to be handed over, or was given up: a row a subscription, target and event. What was handed over leaves.
-- held: an earlier event of the stream goes to the target first.
create table platform.delivery (
    tenant_id    varchar     not null,
    subscription text        not null,
    target       text        not null,
    event_id     uuid        not null,
    stream_id    uuid        not null,
    version      bigint      not null,
    log_index    bigint      not null,
    state        text        not null check (state in ('waiting', 'dead')),
    held         boolean     not null,
    attempts     int         not null,
    due_at       timestamptz not null,
    error        text,
    primary key (subscription, tenant_id, target, event_id)
);
create index delivery_due on platform.delivery (subscription, tenant_id, target, due_at) where state = 'waiting' and not held;
create index delivery_lane on platform.delivery (subscription, tenant_id, target, stream_id, version) where state = 'waiting';
create index delivery_dead on platform.delivery (subscription) where state = 'dead';

-- Nobody has a statement that moves a position back; this stops whoever writes one.
create function platform.only_forwards() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if tg_op = 'UPDATE' and new.name = old.name and new.position >= old.position then
        return new;
    end if;
    raise exception 'a subscription''s position only moves forwards: what was handed over isn''t handed over again' using errcode = 'PL020';
end $$;
create trigger only_forwards before update or delete on platform.subscription for each row execute function platform.only_forwards();
create trigger not_anew before truncate on platform.subscription for each statement execute function platform.only_forwards();

-- Begins at the log's end, or where it begins; one that is there already stays where it is.
create function platform.register_subscription(p_name text, p_from_start boolean) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    insert into platform.subscription (name, position, updated_at)
    values (p_name, case when p_from_start then 0 else ledger.size() end, clock_timestamp())
    on conflict do nothing;
    select s.position from platform.subscription s where s.name = p_name
$$;

-- First in the transaction that enqueues; only for the lease's holder.
create function platform.advance_subscription(p_name text, p_from bigint, p_to bigint, p_holder uuid, p_epoch bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform platform.require_lease('subscription/' || p_name, p_holder, p_epoch);
    update platform.subscription set position = p_to, error = null, updated_at = clock_timestamp() where name = p_name and position = p_from;
    if not found then
        raise exception 'subscription % is no longer at %', p_name, p_from using errcode = 'PL009';
    end if;
end $$;

-- Why a subscription stands still.
create function platform.fail_subscription(p_name text, p_error text, p_holder uuid, p_epoch bigint) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform platform.require_lease('subscription/' || p_name, p_holder, p_epoch);
    update platform.subscription set error = p_error, updated_at = clock_timestamp() where name = p_name;
end $$;

-- How each stands, over all tenants: numbers only.
create function platform.subscription_status() returns table (name text, "position" bigint, lag bigint, waiting bigint, dead bigint, error text, updated_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select s.name, s.position, greatest(ledger.size() - s.position, 0),
           (select count(*) from platform.delivery d where d.subscription = s.name and d.state = 'waiting'),
           (select count(*) from platform.delivery d where d.subscription = s.name and d.state = 'dead'),
           s.error, s.updated_at
    from platform.subscription s order by s.name
$$;

revoke all on function platform.only_forwards(), platform.register_subscription(text, boolean), platform.advance_subscription(text, bigint, bigint, uuid, bigint),
    platform.fail_subscription(text, text, uuid, bigint), platform.subscription_status() from public;

alter table platform.delivery enable row level security;
create policy worker on platform.delivery to platform_projections using (true) with check (true);

grant select on platform.subscription to platform_projections;
grant select, insert, update, delete on platform.delivery to platform_projections;
grant execute on function platform.register_subscription(text, boolean), platform.advance_subscription(text, bigint, bigint, uuid, bigint),
    platform.fail_subscription(text, text, uuid, bigint) to platform_projections;
grant execute on function platform.subscription_status() to platform_app;
