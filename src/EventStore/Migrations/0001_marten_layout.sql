-- Marten's own tables, to the letter (Marten 9, conjoined tenancy, UUID streams; see docs/adr/0002). Nothing of ours
-- is added to them but triggers and policies: a Marten host with default settings drops foreign columns and indexes.

create table public.mt_streams (
    tenant_id   varchar     default '*DEFAULT*' not null,
    id          uuid        not null,
    type        varchar,
    version     bigint,
    timestamp   timestamptz default now() not null,
    created     timestamptz default now() not null,
    is_archived boolean     default false,
    constraint pkey_mt_streams_tenant_id_id primary key (tenant_id, id)
);

create sequence public.mt_events_sequence;

create table public.mt_events (
    seq_id         bigint       not null,
    id             uuid         not null,
    stream_id      uuid,
    version        bigint       not null,
    data           jsonb        not null,
    bdata          bytea,
    type           varchar(500) not null,
    timestamp      timestamptz  default now() not null,
    tenant_id      varchar      default '*DEFAULT*',
    mt_dotnet_type varchar,
    correlation_id varchar,
    causation_id   varchar,
    headers        jsonb,
    is_archived    boolean      default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id_tenant_id foreign key (tenant_id, stream_id) references public.mt_streams (tenant_id, id)
);

alter sequence public.mt_events_sequence owned by public.mt_events.seq_id;

create unique index pk_mt_events_stream_and_version on public.mt_events (tenant_id, stream_id, version);

create table public.mt_event_progression (
    name         varchar not null,
    last_seq_id  bigint,
    last_updated timestamptz default transaction_timestamp(),
    constraint pk_mt_event_progression primary key (name)
);

create table public.mt_high_water_skips (
    ending_sequence   bigint not null,
    starting_sequence bigint,
    timestamp         timestamptz default transaction_timestamp(),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);
