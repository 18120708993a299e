using System.Text.Json;
using Npgsql;
using Platform.Tests;

namespace Platform.EventStore.Tests.Chain;

public class VectorTests
{
    [Fact]
    public async Task The_database_hashes_the_published_vectors_as_they_are_published()
    {
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Root(AppContext.BaseDirectory), "samples/ledger/vectors-l1.json"), TestContext.Current.CancellationToken));
        var vectors = file.RootElement.GetProperty("vectors").EnumerateArray().ToList();
        await using var database = await TestDatabase.CreateAsync();
        await using var owner = NpgsqlDataSource.Create(database.ConnectionString);
        await Migrator.MigrateAsync(owner, "platform.example/eu-1", TestContext.Current.CancellationToken);

        foreach (var vector in vectors)
        {
            await owner.RunAsync("insert into ledger.epoch (epoch, origin) values ($1, $2) on conflict do nothing", vector.GetProperty("epoch").GetInt32(), Text(vector, "origin"));
            await owner.RunAsync("insert into public.mt_streams (tenant_id, id) values ($1, $2::uuid) on conflict do nothing", Text(vector, "tenant"), Text(vector, "stream"));
            await owner.RunAsync("""
                insert into public.mt_events (seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, correlation_id, causation_id, headers)
                values (nextval('public.mt_events_sequence'), $1::uuid, $2::uuid, $3, $4::jsonb, decode($5::text, 'hex'), $6, $7::timestamptz, $8, $9::text, $10::text, $11::text::jsonb)
                """, Text(vector, "id"), Text(vector, "stream"), vector.GetProperty("version").GetInt64(), Text(vector, "data"), Text(vector, "bdata"), Text(vector, "type"),
                Text(vector, "timestamp"), Text(vector, "tenant"), Text(vector, "correlation"), Text(vector, "causation"), Text(vector, "headers"));
        }

        var stored = await owner.ListAsync("select encode(h.hash, 'hex'), h.epoch from ledger.event h order by h.seq_id", row => (row.GetString(0), row.GetInt32(1)));
        stored.ShouldBe(vectors.Select(v => (Text(v, "hash")!, v.GetProperty("epoch").GetInt32())));
        (await ChainCheck.AllAsync(owner)).ShouldBe(vectors.Count);
    }

    private static string? Text(JsonElement vector, string name) => vector.GetProperty(name).GetString();

    private static string Root(string directory) =>
        File.Exists(Path.Combine(directory, "Platform.sln")) ? directory : Root(Path.GetDirectoryName(directory)!);
}
