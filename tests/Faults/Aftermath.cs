using Npgsql;

namespace Platform.Faults.Tests;

/// <summary>What must hold after every fault.</summary>
internal static class Aftermath
{
    /// <summary>
    /// The platform finds itself healthy, every command has one receipt, the streams hold exactly the receipts' events with exactly their hashes,
    /// <c>verify</c> finds nothing, and every read model is what a rebuild makes.
    /// </summary>
    public static async Task CheckAsync(PlatformProcess platform, Journal journal)
    {
        await journal.SettleAsync(TimeSpan.FromSeconds(60));
        journal.Wrong.ShouldBeEmpty();
        await CompareAsync(platform, journal);

        await CheckModelsAsync(platform);
    }

    /// <summary>The platform finds itself healthy, <c>verify</c> finds nothing, and every read model is, by checksum over all its rows, what a rebuild makes.</summary>
    public static async Task CheckModelsAsync(PlatformProcess platform)
    {
        await platform.AwaitHealthyAsync(TimeSpan.FromSeconds(20));

        var verify = await platform.VerbAsync("verify");
        verify.ExitCode.ShouldBe(0, verify.Output);
        verify.Output.ShouldContain("no finding");

        var rebuild = await platform.VerbAsync("rebuild");
        rebuild.ExitCode.ShouldBe(0, rebuild.Output);
        var models = rebuild.Output.Split('\n').Where(line => line.Contains(" rows, ", StringComparison.Ordinal)).ToList();
        models.ShouldNotBeEmpty(rebuild.Output);
        foreach (var model in models)
            model.ShouldEndWith("equal to the old model");
    }

    private static async Task CompareAsync(PlatformProcess platform, Journal journal)
    {
        var streams = journal.Receipts.Values.Select(r => r.StreamId).Distinct().ToArray();
        var stored = new Dictionary<Guid, (Guid Stream, string Type, long Sequence, string Hash)>();
        await using (var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(platform.OwnerConnectionString) { Pooling = false }.ConnectionString))
        {
            await using var command = database.CreateCommand("""
                select e.id, e.stream_id, e.type, e.seq_id, encode((ledger.hashes(array[e.seq_id]))[1], 'hex')
                from public.mt_events e where e.tenant_id = $1 and e.stream_id = any ($2)
                """);
            command.Parameters.Add(new() { Value = platform.Tenant });
            command.Parameters.Add(new() { Value = streams });
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                stored.Add(reader.GetGuid(0), (reader.GetGuid(1), reader.GetString(2), reader.GetInt64(3), reader.GetString(4)));
        }
        var acknowledged = journal.Receipts.Values.SelectMany(r => r.Events.Select(e => (e.Id, Event: (r.StreamId, e.Type, e.Sequence, e.Hash)))).ToList();
        foreach (var (id, e) in acknowledged)
            stored.ShouldContainKeyAndValue(id, e);
        // No event twice in receipts, and none that no receipt has: each command happened once.
        acknowledged.Select(a => a.Id).Distinct().Count().ShouldBe(acknowledged.Count);
        stored.Count.ShouldBe(acknowledged.Count, "the streams have events that no receipt names");
    }
}
