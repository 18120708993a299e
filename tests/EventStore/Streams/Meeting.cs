using Npgsql;

namespace Platform.EventStore.Tests.Streams;

/// <summary>
/// Keeps as many appends under way as a tenant may have, by locking the rows of their streams, so that whatever is appended meanwhile waits
/// and then goes together.
/// </summary>
internal sealed class Meeting : IAsyncDisposable
{
    private readonly List<Task> _ahead = [];
    private NpgsqlConnection? _holder;
    private NpgsqlTransaction? _locks;

    public static async Task<Meeting> HoldAsync(StoreFixture fixture, string tenant = StoreFixture.Tenant)
    {
        var meeting = new Meeting();
        var streams = Enumerable.Range(0, DocumentStore.AppendsUnderWay).Select(_ => Guid.CreateVersion7()).ToArray();
        foreach (var stream in streams)
            await fixture.AppendAsync(tenant, stream, [new PageWritten("held")]);
        meeting._holder = await fixture.Owner.OpenConnectionAsync();
        meeting._locks = await meeting._holder.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("select from public.mt_streams where id = any($1) for update", meeting._holder) { Parameters = { new() { Value = streams } } };
        await command.ExecuteNonQueryAsync();
        meeting._ahead.AddRange(streams.Select(stream => fixture.AppendAsync(tenant, stream, [new PageWritten("ahead")])));
        return meeting;
    }

    public async Task ReleaseAsync()
    {
        await _locks!.CommitAsync();
        await Task.WhenAll(_ahead);
    }

    /// <summary>What became of appends that waited together, in the order given: their events or the exception.</summary>
    public static async Task<(IReadOnlyList<AppendedEvent> Events, Exception? Error)[]> OfAsync(StoreFixture fixture, params IEnumerable<IDocumentSession> sessions)
    {
        await using var meeting = await HoldAsync(fixture);
        var saves = sessions.Select(s => s.SaveChangesAsync()).ToArray();
        await meeting.ReleaseAsync();
        return await Task.WhenAll(saves.Select(async save =>
        {
            try
            {
                return (await save, (Exception?)null);
            }
            catch (Exception e)
            {
                return ((IReadOnlyList<AppendedEvent>)[], e);
            }
        }));
    }

    public async ValueTask DisposeAsync()
    {
        await _locks!.DisposeAsync();
        await _holder!.DisposeAsync();
    }
}
