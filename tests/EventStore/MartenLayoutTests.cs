namespace Platform.EventStore.Tests;

/// <summary>Marten's tables, to the letter: what a Marten host with default settings would find different, it would change.</summary>
public class MartenLayoutTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task Columns() => (await LinesAsync("""
        select table_name || ' ' || column_name || ' ' || format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
               || coalesce(' default ' || column_default, '')
        from information_schema.columns c join pg_attribute a on a.attrelid = ('public.' || table_name)::regclass and a.attname = column_name
        where table_schema = 'public' and table_name like 'mt\_%' order by table_name, ordinal_position
        """)).ShouldBe(
        [
            "mt_event_progression name character varying not null",
            "mt_event_progression last_seq_id bigint",
            "mt_event_progression last_updated timestamp with time zone default transaction_timestamp()",
            "mt_events seq_id bigint not null",
            "mt_events id uuid not null",
            "mt_events stream_id uuid",
            "mt_events version bigint not null",
            "mt_events data jsonb not null",
            "mt_events bdata bytea",
            "mt_events type character varying(500) not null",
            "mt_events timestamp timestamp with time zone not null default now()",
            "mt_events tenant_id character varying default '*DEFAULT*'::character varying",
            "mt_events mt_dotnet_type character varying",
            "mt_events correlation_id character varying",
            "mt_events causation_id character varying",
            "mt_events headers jsonb",
            "mt_events is_archived boolean default false",
            "mt_high_water_skips ending_sequence bigint not null",
            "mt_high_water_skips starting_sequence bigint",
            "mt_high_water_skips timestamp timestamp with time zone default transaction_timestamp()",
            "mt_streams tenant_id character varying not null default '*DEFAULT*'::character varying",
            "mt_streams id uuid not null",
            "mt_streams type character varying",
            "mt_streams version bigint",
            "mt_streams timestamp timestamp with time zone not null default now()",
            "mt_streams created timestamp with time zone not null default now()",
            "mt_streams is_archived boolean default false",
        ]);

    [Fact]
    public async Task Constraints() => (await LinesAsync("""
        select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'public'::regnamespace and conrelid::regclass::text like 'mt\_%' order by 1
        """)).ShouldBe(
        [
            "mt_event_progression pk_mt_event_progression PRIMARY KEY (name)",
            "mt_events fkey_mt_events_stream_id_tenant_id FOREIGN KEY (tenant_id, stream_id) REFERENCES mt_streams(tenant_id, id)",
            "mt_events pkey_mt_events_seq_id PRIMARY KEY (seq_id)",
            "mt_high_water_skips pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)",
            "mt_streams pkey_mt_streams_tenant_id_id PRIMARY KEY (tenant_id, id)",
        ]);

    [Fact]
    public async Task Indexes() => (await LinesAsync("select indexdef from pg_indexes where schemaname = 'public' and tablename like 'mt\\_%' order by indexname")).ShouldBe(
        [
            "CREATE UNIQUE INDEX pk_mt_event_progression ON public.mt_event_progression USING btree (name)",
            "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON public.mt_events USING btree (tenant_id, stream_id, version)",
            "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON public.mt_events USING btree (seq_id)",
            "CREATE UNIQUE INDEX pkey_mt_high_water_skips_ending_sequence ON public.mt_high_water_skips USING btree (ending_sequence)",
            "CREATE UNIQUE INDEX pkey_mt_streams_tenant_id_id ON public.mt_streams USING btree (tenant_id, id)",
        ]);

    [Fact]
    public async Task The_sequence() => (await LinesAsync("""
        select format('%s start %s increment %s cache %s of %s', s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqcache, pg_get_serial_sequence('public.mt_events', 'seq_id'))
        from pg_sequence s where seqrelid = 'public.mt_events_sequence'::regclass
        """)).ShouldBe(["bigint start 1 increment 1 cache 1 of public.mt_events_sequence"]);

    [Fact]
    public async Task Nothing_else_of_ours_stands_in_the_schema() => (await LinesAsync("""
        select c.relname::text from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'S', 'p', 'f')
        union all select p.proname::text from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1
        """)).ShouldBe(["mt_event_progression", "mt_events", "mt_events_sequence", "mt_high_water_skips", "mt_streams", "platform_migration"]);

    private Task<List<string>> LinesAsync(string sql) => fixture.Owner.ListAsync(sql, row => row.GetString(0));
}
