using Npgsql;

namespace Platform.EventStore.Tests.Chain;

/// <summary>Marten fills sequences that a failed append had reserved with tombstones, whose versions have gaps.</summary>
public class TombstoneTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private readonly Guid _stream = Guid.CreateVersion7();

    [Fact]
    public async Task Tombstones_are_chained_across_their_gaps()
    {
        await WriteAsync(3, 9, 10);
        await WriteAsync(17);
        await ChainCheck.AllAsync(fixture.Owner);
        await fixture.SequenceAsync();
        (await fixture.VerifyAsync(_stream)).ShouldBeEmpty();
    }

    /// <summary>It was chained to the one below, so the one above had a predecessor that it wasn't chained to: a finding without a tamper.</summary>
    [Fact]
    public async Task A_tombstone_below_a_later_one_is_refused()
    {
        await WriteAsync(3, 9);
        (await Should.ThrowAsync<PostgresException>(() => WriteAsync(5))).SqlState.ShouldBe("PL005");
        (await Should.ThrowAsync<PostgresException>(() => WriteAsync(1))).SqlState.ShouldBe("PL005");
        (await fixture.VerifyAsync(_stream)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Tombstones_on_both_sides_of_one_that_is_there_are_refused()
    {
        await WriteAsync(9);
        await using var pool = fixture.As("platform_foreign");
        (await Should.ThrowAsync<PostgresException>(() => new ForeignWriter(pool).ManyAsync(Tombstone(5), Tombstone(12)))).SqlState.ShouldBe("PL005");
    }

    [Fact]
    public async Task Another_event_between_tombstones_is_refused()
    {
        await WriteAsync(3, 9);
        await using var pool = fixture.As("platform_foreign");
        (await Should.ThrowAsync<PostgresException>(() => new ForeignWriter(pool).EachAsync(Tombstone(4) with { Type = "note" }))).SqlState.ShouldBe("PL005");
    }

    [Fact]
    public async Task Writers_of_tombstones_at_the_same_time_dont_fork_the_chain()
    {
        await WriteAsync(1);
        var versions = Enumerable.Range(0, 40).Select(n => (long)n + 2).ToArray();
        Random.Shared.Shuffle(versions);
        await Task.WhenAll(versions.Select(version => Task.Run(async () =>
        {
            try
            {
                await WriteAsync(version);
            }
            catch (PostgresException e) when (e.SqlState == "PL005")
            {
            }
        })));
        await ChainCheck.AllAsync(fixture.Owner);
        (await fixture.VerifyAsync(_stream)).ShouldBeEmpty();
    }

    private ForeignWriter.Row Tombstone(long version) => new(StoreFixture.Tenant, _stream, version, "tombstone", "{}");

    private async Task WriteAsync(params long[] versions)
    {
        await using var pool = fixture.As("platform_foreign");
        await new ForeignWriter(pool).EachAsync([.. versions.Select(Tombstone)]);
    }
}
