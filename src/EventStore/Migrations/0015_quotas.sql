-- What tenants have used of what they may: beside the events, never instead of them.

-- Allowances of a day that processes have taken: before an event is appended it's taken from here, so that nodes together never go beyond a limit.
-- What a process took and didn't use, because it was killed, is lost until the day is over.
create table platform.allowance (
    tenant_id varchar not null,
    quota     text    not null,
    day       date    not null,
    taken     bigint  not null check (taken >= 0),
    primary key (tenant_id, quota, day)
);

-- How many there are of something (sites, users), changed in the transaction that appends the event which makes or ends one.
create table platform.amount (
    tenant_id varchar not null,
    quota     text    not null,
    amount    bigint  not null check (amount >= 0),
    primary key (tenant_id, quota)
);

insert into platform.amount (tenant_id, quota, amount)
select e.tenant_id, case e.type when 'sites.site-created' then 'sites' else 'users' end, count(*)
from public.mt_events e where e.type in ('sites.site-created', 'identity.user-registered') group by 1, 2;

-- Takes at least p_need, and as much as p_block where there is plenty: a hundredth of what is left, so that little is lost and the last ones go by ones.
-- Answers what was taken, 0 if that would be too much, and what all have taken together. p_floor: what is known to be used.
-- It isn't waited for on disk: the append that uses it is, and whatever is on disk comes after it.
create function platform.take_allowance(p_tenant text, p_quota text, p_day date, p_need bigint, p_block bigint, p_limit bigint, p_floor bigint)
    returns table (granted bigint, total bigint)
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform set_config('platform.tenant', p_tenant, true), set_config('synchronous_commit', 'off', true);
    insert into platform.allowance as a (tenant_id, quota, day, taken) values (p_tenant, p_quota, p_day, p_floor)
    on conflict (tenant_id, quota, day) do update set taken = p_floor where a.taken < p_floor;
    select a.taken into total from platform.allowance a where a.tenant_id = p_tenant and a.quota = p_quota and a.day = p_day for no key update;
    granted := case when total + p_need <= p_limit then greatest(p_need, least(p_block, (p_limit - total) / 100)) else 0 end;
    if granted > 0 then
        total := total + granted;
        update platform.allowance a set taken = total where a.tenant_id = p_tenant and a.quota = p_quota and a.day = p_day;
    end if;
    return next;
end $$;

create function platform.return_allowance(p_tenant text, p_quota text, p_day date, p_unused bigint) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('platform.tenant', p_tenant, true), set_config('synchronous_commit', 'off', true);
    update platform.allowance a set taken = a.taken - p_unused where a.tenant_id = p_tenant and a.quota = p_quota and a.day = p_day and a.taken >= p_unused;
end $$;

create function platform.change_amount(p_tenant text, p_quota text, p_delta bigint, p_limit bigint) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    now_there bigint;
begin
    insert into platform.amount as a (tenant_id, quota, amount) values (p_tenant, p_quota, greatest(p_delta, 0))
    on conflict (tenant_id, quota) do update set amount = greatest(a.amount + p_delta, 0)
    returning a.amount into now_there;
    if p_delta > 0 and now_there > p_limit then
        raise exception 'quota % of tenant % is used up', p_quota, p_tenant using errcode = 'PL012', detail = format('%s|%s|%s', p_quota, p_limit, now_there - p_delta);
    end if;
end $$;

-- Allowances of days that are over.
create function platform.forget_allowances(p_before date) returns void language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
    delete from platform.allowance where day < p_before;
$$;

alter table platform.allowance enable row level security;
alter table platform.amount    enable row level security;
create policy tenant on platform.allowance to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
create policy tenant on platform.amount    to platform_app using (tenant_id = current_setting('platform.tenant', true) and tenant_id <> '');
create policy reader on platform.amount for select to platform_projections using (true);
grant select, insert, update on platform.allowance, platform.amount to platform_app;
grant select on platform.amount to platform_projections;
revoke all on function platform.take_allowance(text, text, date, bigint, bigint, bigint, bigint), platform.return_allowance(text, text, date, bigint),
    platform.change_amount(text, text, bigint, bigint), platform.forget_allowances(date) from public;
grant execute on function platform.take_allowance(text, text, date, bigint, bigint, bigint, bigint), platform.return_allowance(text, text, date, bigint),
    platform.change_amount(text, text, bigint, bigint), platform.forget_allowances(date) to platform_app;
