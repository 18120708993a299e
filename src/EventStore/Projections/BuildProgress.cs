using System.Collections.Concurrent;
using Npgsql;

namespace Platform.EventStore;

/// <summary>Tells all processes how far the builds of this one are, about once a second: see <see cref="ProjectionStatus.Rate"/>.</summary>
/// <param name="store">The shard.</param>
/// <param name="tenantId">Of the builds; null: all tenants' rows.</param>
/// <param name="next">Is told as well, at once; null: nobody.</param>
public sealed class BuildProgress(DocumentStore store, string? tenantId, IProgress<RebuildProgress>? next = null) : IProgress<RebuildProgress>
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, RebuildProgress> _latest = new(StringComparer.Ordinal);

    public void Report(RebuildProgress value)
    {
        _latest[value.Projection] = value;
        next?.Report(value);
    }

    /// <summary>Does <paramref name="build"/>, and tells how far it is meanwhile. What can't be told doesn't hold it up.</summary>
    public async Task<T> WhileAsync<T>(Func<Task<T>> build, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var telling = TellAsync(stop.Token);
        try
        {
            return await build();
        }
        finally
        {
            await stop.CancelAsync();
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        while (true)
        {
            await Task.Delay(Every, cancel);
            foreach (var name in _latest.Keys)
                if (_latest.TryRemove(name, out var progress))
                    await TellAsync(progress, cancel);
        }
    }

    private async Task TellAsync(RebuildProgress progress, CancellationToken cancel)
    {
        try
        {
            await using var command = store.Options.Database.Projections.CreateCommand("""
                with gone as (delete from platform.build_progress b where b.projection = $1
                              and not exists (select from platform.projection p where p.name = b.projection and p.generation = b.generation and p.state = 'building'))
                insert into platform.build_progress as b (projection, generation, position, target, began_from)
                select p.name, p.generation, $2, $3, $2 from platform.projection p
                where p.name = $1 and p.state = 'building' and p.version = $4 and p.for_tenant is not distinct from $5
                on conflict (projection, generation) do update set position = $2, target = $3, updated_at = clock_timestamp(),
                    began_at = case when $2 < b.position or b.updated_at < clock_timestamp() - interval '10 seconds' then clock_timestamp() else b.began_at end,
                    began_from = case when $2 < b.position or b.updated_at < clock_timestamp() - interval '10 seconds' then $2 else b.began_from end
                """);
            command.Parameters.Add(new() { Value = progress.Projection });
            command.Parameters.Add(new() { Value = progress.Position });
            command.Parameters.Add(new() { Value = progress.Size });
            command.Parameters.Add(new() { Value = store.Names.VersionOf(progress.Projection) });
            command.Parameters.Add(new() { Value = (object?)tenantId ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Varchar });
            await command.ExecuteNonQueryAsync(cancel);
        }
        catch (NpgsqlException)
        {
            // The next second tells.
        }
    }
}
