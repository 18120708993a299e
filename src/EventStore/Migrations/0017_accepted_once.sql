-- What came from outside under an id of its own, and is sent again until it's answered: accepted once, in the transaction that appends what became of it.
create table platform.accepted (
    tenant_id   varchar     not null,
    id          uuid        not null,
    accepted_at timestamptz not null,
    primary key (tenant_id, id)
);
create index accepted_by_age on platform.accepted using brin (accepted_at);

alter table platform.accepted enable row level security;
create policy tenant on platform.accepted to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
grant select, insert on platform.accepted to platform_app;

-- Removes ids that nobody sends any more, whoever's they were.
create function platform.forget_accepted() returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    with forgotten as (delete from platform.accepted where accepted_at < now() - interval '48 hours' returning 1)
    select count(*) from forgotten
$$;
revoke all on function platform.forget_accepted() from public;
grant execute on function platform.forget_accepted() to platform_app;
