using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Platform.Processors.Tests;

public sealed class RecurringJobTests
{
    [Fact]
    public async Task A_piece_that_fails_stops_none_of_the_others()
    {
        var job = new Pieces([new InvalidOperationException(), new PostgresException("no", "ERROR", "ERROR", "22000"), null]);
        (await job.RunOnceAsync(CancellationToken.None)).ShouldBeTrue();
        job.Tried.ShouldBe(3);
    }

    [Fact]
    public async Task Without_its_database_a_round_ends_at_once()
    {
        var job = new Pieces([new NpgsqlException("away", new TimeoutException()), null]);
        await Should.ThrowAsync<NpgsqlException>(() => job.RunOnceAsync(CancellationToken.None));
        job.Tried.ShouldBe(1);
    }

    [Fact]
    public async Task A_round_that_was_cut_short_from_within_does_not_end_the_job()
    {
        using var job = new Pieces([]) { Fails = new OperationCanceledException() };
        await job.StartAsync(CancellationToken.None);
        while (job.Rounds < 2 && !job.ExecuteTask!.IsCompleted)
            await Task.Delay(5);
        await job.StopAsync(CancellationToken.None);
        job.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    private sealed class Pieces(IReadOnlyList<Exception?> outcomes) : RecurringJob(TimeSpan.FromMilliseconds(1), TimeProvider.System, NullLogger<Pieces>.Instance)
    {
        public Exception? Fails { get; init; }
        public int Tried { get; private set; }
        public int Rounds { get; private set; }

        public override async Task<bool> RunOnceAsync(CancellationToken cancel)
        {
            Rounds++;
            if (Fails is not null)
                throw Fails;
            var changed = false;
            foreach (var outcome in outcomes)
                changed |= await TryAsync(Tried, () =>
                {
                    Tried++;
                    return outcome is null ? Task.FromResult(true) : Task.FromException<bool>(outcome);
                });
            return changed;
        }
    }
}
