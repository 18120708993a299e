namespace Platform.EventStore.Tests.Streams;

public class EventTypeTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Guid _stream = Guid.CreateVersion7();

    [Fact]
    public async Task An_event_of_an_old_alias_is_read_as_todays_and_its_row_stays()
    {
        await InsertAsync(1, "notes.title-changed", """{"name": "Old"}""");
        await InsertAsync(2, "notes.title-changed_v2", """{"title": "New", "reason": "r"}""");
        var events = await fixture.Session().Events.FetchStreamAsync(_stream);
        events.Select(e => e.Data).ShouldBe([new TitleChanged("Old", "unknown"), new TitleChanged("New", "r")]);
        events[0].Type.ShouldBe("notes.title-changed");
        (await fixture.Session().Events.AggregateStreamAsync<Notebook>(_stream, version: 1)).State.Title.ShouldBe("Old");
        (await fixture.Owner.ScalarAsync<string>("select data::text from public.mt_events where stream_id = $1 and version = 1", _stream)).ShouldBe("""{"name": "Old"}""");
        (await fixture.VerifyAsync(_stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_alias_is_read_raw_and_skipped_by_folds()
    {
        await InsertAsync(1, "notes.page-written", """{"text": "one"}""");
        await InsertAsync(2, "elsewhere.unheard-of", """{"x": [1, 2]}""");
        var events = await fixture.Session().Events.FetchStreamAsync(_stream);
        events[1].Data.ShouldBe(new UnknownEvent("elsewhere.unheard-of"));
        System.Text.Encoding.UTF8.GetString(events[1].Json.Span).ShouldBe("""{"x": [1, 2]}""");
        var folded = await fixture.Session().Events.AggregateStreamAsync<Notebook>(_stream);
        (folded.State.Count, folded.Version).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData("""{"user": 5}""")]
    [InlineData("""["a"]""")]
    [InlineData("null")]
    public async Task Headers_of_a_foreign_writer_may_have_any_shape(string headers)
    {
        await InsertAsync(1, "notes.page-written", """{"text": "one"}""", headers);
        (await fixture.Session().Events.FetchStreamAsync(_stream)).ShouldHaveSingleItem().Headers.User.ShouldBeNull();
    }

    [Fact]
    public void A_type_that_is_not_registered_cannot_be_appended() =>
        Should.Throw<InvalidOperationException>(() => fixture.Store.Options.Events.AliasOf(typeof(OldTitleChanged))).Message.ShouldContain(nameof(OldTitleChanged));

    [Fact]
    public void An_alias_stands_for_one_type() =>
        Should.Throw<ArgumentException>(() => new EventTypeMap().Add("a.b", NotebookJson.Default.PageWritten).Add("a.b", NotebookJson.Default.PagesTorn));

    private Task InsertAsync(int version, string type, string data, string? headers = null) => fixture.Owner.RunAsync($"""
        insert into public.mt_streams (tenant_id, id, version) values ('{StoreFixture.Tenant}', '{_stream}', {version})
        on conflict (tenant_id, id) do update set version = excluded.version;
        insert into public.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, headers)
        values (nextval('public.mt_events_sequence'), gen_random_uuid(), '{_stream}', {version}, '{data}', '{type}', now(), '{StoreFixture.Tenant}',
                {(headers is null ? "null" : $"'{headers}'")});
        """);
}
