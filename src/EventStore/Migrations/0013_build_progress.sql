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

-- Parked events are of all tenants: only the role that follows the log for all of them reads them, for operators.
revoke select on platform.parked_event from platform_app;
