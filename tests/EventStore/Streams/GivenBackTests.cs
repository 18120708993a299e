namespace Platform.EventStore.Tests.Streams;

/// <summary>What an append took of its tenant's quotas is given back when nothing was written, for certain.</summary>
public sealed class GivenBackTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private sealed class Counted : IAppendQuotas
    {
        public int Taken { get; private set; }

        public ValueTask<Admission?> AdmitAsync(SessionOptions session, IEnumerable<object> events, long bytes, DateTimeOffset at, CancellationToken cancel)
        {
            Taken += events.Count();
            return new(new Admission(session.TenantId, DateOnly.FromDateTime(at.UtcDateTime), events.Count(), bytes));
        }

        public void GiveBack(Admission admission) => Taken -= admission.Events;

        public ValueTask<long?> LimitOfAmountAsync(SessionOptions session, string quota, CancellationToken cancel) => new((long?)null);
    }

    private readonly Counted _quotas = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_abandoned_before_it_is_sent_uses_nothing(bool alone)
    {
        var stream = Guid.CreateVersion7();
        await Should.ThrowAsync<OperationCanceledException>(Session(stream, alone).SaveChangesAsync(new CancellationToken(canceled: true)));
        _quotas.Taken.ShouldBe(0);
        (await fixture.Session().Events.FetchStreamStateAsync(stream)).ShouldBeNull();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_written_counts_and_what_is_refused_does_not(bool alone)
    {
        var stream = Guid.CreateVersion7();
        await Session(stream, alone).SaveChangesAsync();
        await Should.ThrowAsync<UnexpectedVersionException>(Session(stream, alone).SaveChangesAsync());
        _quotas.Taken.ShouldBe(1);
    }

    // What comes with more than events is a transaction of its own.
    private IDocumentSession Session(Guid stream, bool alone)
    {
        var session = fixture.Compose(quotas: _quotas).LightweightSession(new SessionOptions(StoreFixture.Tenant));
        session.Events.StartStream<Notebook>(stream, new PageWritten("page"));
        if (alone)
            session.Events.ArchiveStream(Guid.CreateVersion7());
        return session;
    }
}
