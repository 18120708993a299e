using System.Text.Json;

namespace Platform.EventStore.Tests.Streams;

public class AppendTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Guid _stream = Guid.CreateVersion7();

    [Fact]
    public async Task What_is_answered_is_what_is_stored()
    {
        var other = Guid.CreateVersion7();
        var session = fixture.Session();
        session.Events.StartStream<Notebook>(_stream, new PageWritten("one"), new TitleChanged("Log", "new"));
        session.Events.Append(other, new PageWritten("two"));
        var appended = await session.SaveChangesAsync();

        appended.Select(e => (e.StreamId, e.Version)).ShouldBe([(_stream, 1), (_stream, 2), (other, 1)], ignoreOrder: true);
        appended.Select(e => e.Sequence).ShouldBeInOrder();
        foreach (var e in appended)
        {
            var stored = (await fixture.Owner.ListAsync("""
                select e.seq_id, e.id, e.type, e.timestamp, h.hash, e.tenant_id
                from public.mt_events e join ledger.event h on h.seq_id = e.seq_id where e.stream_id = $1 and e.version = $2
                """, row => (row.GetInt64(0), row.GetGuid(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3),
                    Convert.ToHexStringLower(row.GetFieldValue<byte[]>(4)), row.GetString(5)), e.StreamId, e.Version)).ShouldHaveSingleItem();
            stored.ShouldBe((e.Sequence, e.Id, e.Type, e.Timestamp, e.Hash, StoreFixture.Tenant));
        }
    }

    [Fact]
    public async Task A_receipt_read_again_is_the_one_that_was_given()
    {
        var appended = await fixture.AppendAsync(_stream, new PageWritten("one"), new PagesTorn(), new PageWritten("two"));
        (await fixture.Session().Events.FetchReceiptAsync(_stream, 2, 3)).ShouldBe(appended.Skip(1));
    }

    [Fact]
    public async Task Metadata_and_headers_are_stored_with_each_event()
    {
        var session = fixture.Store.LightweightSession(new SessionOptions(StoreFixture.Tenant, "user-1", "http", "correlation-1", "cause-1"));
        session.Events.Append(_stream, new PageWritten("one"), new PageWritten("two"));
        await session.SaveChangesAsync();

        var events = await fixture.Session().Events.FetchStreamAsync(_stream);
        events.Count.ShouldBe(2);
        foreach (var e in events)
        {
            (e.CorrelationId, e.CausationId).ShouldBe(("correlation-1", "cause-1"));
            (e.Headers.User, e.Headers.Trigger, e.Headers.Region).ShouldBe(("user-1", "http", "local"));
            e.Headers.Hlc!.Length.ShouldBe(16);
            e.Timestamp.Ticks.ShouldBe(e.Timestamp.Ticks / 10 * 10);
        }
    }

    [Fact]
    public async Task Events_come_back_as_they_were_with_their_raw_json()
    {
        await fixture.AppendAsync(_stream, new PageWritten("grüße \"🌍\""), new TitleChanged("T", "R"));
        var events = await fixture.Session().Events.FetchStreamAsync(_stream);
        events.Select(e => e.Data).ShouldBe([new PageWritten("grüße \"🌍\""), new TitleChanged("T", "R")]);
        events.Select(e => e.Version).ShouldBe([1, 2]);
        JsonDocument.Parse(events[0].Json).RootElement.GetProperty("text").GetString().ShouldBe("grüße \"🌍\"");
    }

    [Fact]
    public async Task A_stream_can_be_read_in_part()
    {
        await fixture.AppendAsync(_stream, Enumerable.Range(1, 9).Select(n => new PageWritten($"{n}")));
        var events = fixture.Session().Events;
        (await events.FetchStreamAsync(_stream, after: 3, upTo: 7)).Select(e => e.Version).ShouldBe([4, 5, 6, 7]);
        (await events.FetchStreamAsync(_stream, limit: 2)).Select(e => e.Version).ShouldBe([1, 2]);
        (await events.FetchStreamAsync(Guid.CreateVersion7())).ShouldBeEmpty();
    }

    /// <summary>A regular expression that PostgreSQL can't compile stood in the way of every body of 309 bytes and more.</summary>
    [Theory]
    [InlineData(308)]
    [InlineData(309)]
    [InlineData(100_000)]
    public async Task A_long_body_is_accepted(int length)
    {
        var text = new string('7', length);
        await fixture.AppendAsync(_stream, new PageWritten(text));
        (await fixture.Session().Events.FetchStreamAsync(_stream)).ShouldHaveSingleItem().Data.ShouldBe(new PageWritten(text));
    }

    [Fact]
    public async Task A_transaction_over_several_streams_is_all_or_nothing()
    {
        var (first, second, third) = (Guid.CreateVersion7(), Guid.CreateVersion7(), Guid.CreateVersion7());
        await fixture.AppendAsync(second, new PageWritten("there"));
        var session = fixture.Session();
        session.Events.Append(first, new PageWritten("a"));
        session.Events.StartStream<Notebook>(second, new PageWritten("b"));
        session.Events.Append(third, new PageWritten("c"));

        await Should.ThrowAsync<UnexpectedVersionException>(() => session.SaveChangesAsync());

        (await fixture.Session().Events.FetchStreamStateAsync(first)).ShouldBeNull();
        (await fixture.Session().Events.FetchStreamStateAsync(second))!.Version.ShouldBe(1);
        (await fixture.Session().Events.FetchStreamAsync(third)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_streams_row_tells_its_type_version_and_times()
    {
        var session = fixture.Session();
        session.Events.StartStream<Notebook>(_stream, new PageWritten("one"));
        var started = (await session.SaveChangesAsync())[0].Timestamp;
        var later = (await fixture.AppendAsync(_stream, new PageWritten("two")))[0].Timestamp;
        (await fixture.Session().Events.FetchStreamStateAsync(_stream)).ShouldBe(new StreamState(_stream, 2, Notebook.Alias, started, later, false));
    }

    [Fact]
    public async Task A_session_can_be_used_again_after_it_saved_or_failed()
    {
        var session = fixture.Session();
        session.Events.AppendAt(_stream, 5, new PageWritten("wrong"));
        await Should.ThrowAsync<UnexpectedVersionException>(() => session.SaveChangesAsync());
        session.Events.Append(_stream, new PageWritten("one"));
        (await session.SaveChangesAsync()).ShouldHaveSingleItem().Version.ShouldBe(1);
        (await session.SaveChangesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_append_pulses_the_signal()
    {
        var pulse = fixture.Store.Signals.Appended.Next;
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        pulse.IsCompleted.ShouldBeTrue();
    }
}
