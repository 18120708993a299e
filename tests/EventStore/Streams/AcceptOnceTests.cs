namespace Platform.EventStore.Tests.Streams;

/// <summary>What comes under an id of its own is appended once.</summary>
public class AcceptOnceTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task Of_sixteen_who_bring_the_same_id_one_is_accepted_and_the_others_append_nothing()
    {
        var (stream, id) = (Guid.CreateVersion7(), Guid.NewGuid());
        var accepted = await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => TryAsync(stream, id, Guid.NewGuid()))));
        accepted.Count(one => one).ShouldBe(1);
        (await fixture.Session().Events.FetchStreamAsync(stream)).Count.ShouldBe(1);
        (await fixture.VerifyAsync(stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Two_who_bring_the_same_ids_in_another_order_do_not_wait_for_each_other_for_good()
    {
        for (var round = 0; round < 20; round++)
        {
            var ids = Enumerable.Range(0, 200).Select(_ => Guid.NewGuid()).ToArray();
            var accepted = await Task.WhenAll(Task.Run(() => TryAsync(Guid.CreateVersion7(), ids)), Task.Run(() => TryAsync(Guid.CreateVersion7(), [.. ids.Reverse()])));
            accepted.Count(one => one).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Which_were_accepted_can_be_asked_by_their_tenant_alone()
    {
        var (known, other) = (Guid.NewGuid(), Guid.NewGuid());
        (await TryAsync(Guid.CreateVersion7(), known)).ShouldBeTrue();
        (await fixture.Session().AcceptedAmongAsync([known, other])).ShouldBe([known]);
        (await fixture.Session(StoreFixture.OtherTenant).AcceptedAmongAsync([known, other])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_session_that_is_used_again_has_forgotten_its_ids()
    {
        var (session, id) = (fixture.Session(), Guid.NewGuid());
        foreach (var page in new[] { "one", "two" })
        {
            session.Events.Append<Notebook>(Guid.CreateVersion7(), new PageWritten(page));
            if (page == "one")
                session.AcceptOnce([id]);
            (await session.SaveChangesAsync()).Count.ShouldBe(1);
        }
    }

    private async Task<bool> TryAsync(Guid stream, params Guid[] ids)
    {
        var session = fixture.Session();
        session.Events.Append<Notebook>(stream, new PageWritten("page"));
        session.AcceptOnce(ids);
        try
        {
            await session.SaveChangesAsync();
            return true;
        }
        catch (AlreadyAcceptedException)
        {
            return false;
        }
    }
}
