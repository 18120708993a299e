namespace Platform.EventStore.Tests.Streams;

public class ExpectedVersionTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Guid _stream = Guid.CreateVersion7();

    [Fact]
    public async Task An_append_at_another_version_is_refused_with_the_actual_one()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"), new PageWritten("two"));
        var session = fixture.Session();
        session.Events.AppendAt(_stream, 1, new PageWritten("late"));
        var refused = await Should.ThrowAsync<UnexpectedVersionException>(() => session.SaveChangesAsync());
        (refused.StreamId, refused.Expected, refused.Actual).ShouldBe((_stream, 1, 2));
    }

    [Fact]
    public async Task An_append_at_the_actual_version_is_accepted()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        var session = fixture.Session();
        session.Events.AppendAt(_stream, 1, new PageWritten("two"));
        (await session.SaveChangesAsync()).ShouldHaveSingleItem().Version.ShouldBe(2);
    }

    [Fact]
    public async Task A_stream_that_exists_cannot_be_started()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        var session = fixture.Session();
        session.Events.StartStream<Notebook>(_stream, new PageWritten("again"));
        var refused = await Should.ThrowAsync<UnexpectedVersionException>(() => session.SaveChangesAsync());
        (refused.Expected, refused.Actual).ShouldBe((0, 1));
    }

    [Fact]
    public async Task A_stream_that_is_not_there_is_at_version_0()
    {
        var session = fixture.Session();
        session.Events.AppendAt(_stream, 3, new PageWritten("one"));
        (await Should.ThrowAsync<UnexpectedVersionException>(() => session.SaveChangesAsync())).Actual.ShouldBe(0);
    }

    [Fact]
    public async Task Fetching_for_writing_at_another_version_fails_before_anything_is_decided()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        var refused = await Should.ThrowAsync<UnexpectedVersionException>(() => fixture.Session().Events.FetchForWriting<Notebook>(_stream, 4));
        (refused.Expected, refused.Actual).ShouldBe((4, 1));
    }

    [Fact]
    public async Task Of_two_that_fetched_the_same_version_one_writes()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        var (first, second) = (fixture.Session(), fixture.Session());
        var (a, b) = (await first.Events.FetchForWriting<Notebook>(_stream), await second.Events.FetchForWriting<Notebook>(_stream));
        a.AppendMany([new PageWritten("two"), new PageWritten("three")]);
        b.AppendOne(new PageWritten("lost"));
        (await first.SaveChangesAsync()).Select(e => e.Version).ShouldBe([2, 3]);
        (await Should.ThrowAsync<UnexpectedVersionException>(() => second.SaveChangesAsync())).Actual.ShouldBe(3);
    }

    [Fact]
    public async Task A_stream_fetched_before_it_exists_is_started_once()
    {
        var (first, second) = (fixture.Session(), fixture.Session());
        (await first.Events.FetchForWriting<Notebook>(_stream)).AppendOne(new PageWritten("one"));
        (await second.Events.FetchForWriting<Notebook>(_stream)).AppendOne(new PageWritten("one"));
        await first.SaveChangesAsync();
        (await Should.ThrowAsync<UnexpectedVersionException>(() => second.SaveChangesAsync())).Actual.ShouldBe(1);
        (await fixture.Session().Events.FetchStreamStateAsync(_stream))!.AggregateType.ShouldBe(Notebook.Alias);
    }

    [Fact]
    public async Task An_archived_stream_takes_no_appends_and_keeps_its_events()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        var archiving = fixture.Session();
        archiving.Events.ArchiveStream(_stream);
        await archiving.SaveChangesAsync();

        (await Should.ThrowAsync<StreamArchivedException>(() => fixture.AppendAsync(_stream, new PageWritten("two")))).StreamId.ShouldBe(_stream);
        var at = fixture.Session();
        at.Events.AppendAt(_stream, 1, new PageWritten("two"));
        await Should.ThrowAsync<StreamArchivedException>(() => at.SaveChangesAsync());
        (await fixture.Session().Events.FetchStreamStateAsync(_stream))!.IsArchived.ShouldBeTrue();
        (await fixture.Session().Events.FetchStreamAsync(_stream)).ShouldHaveSingleItem();
        (await fixture.Owner.ScalarAsync<bool>("select is_archived from public.mt_events where stream_id = $1", _stream)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_last_event_and_the_archiving_go_together()
    {
        await fixture.AppendAsync(_stream, new PageWritten("one"));
        var session = fixture.Session();
        session.Events.Append(_stream, new PagesTorn());
        session.Events.ArchiveStream(_stream);
        (await session.SaveChangesAsync()).ShouldHaveSingleItem().Version.ShouldBe(2);
        (await fixture.Session().Events.FetchStreamStateAsync(_stream))!.IsArchived.ShouldBeTrue();
    }
}
