using NpgsqlTypes;

namespace Platform.EventStore.Tests.Chain;

public class ChainProperties(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private const int Histories = 60;

    [Fact]
    public Task What_the_append_function_writes_is_chained_as_the_suite_says() => CheckAsync(async random =>
    {
        var streams = Enumerable.Range(0, random.Next(1, 4)).Select(_ => Guid.CreateVersion7()).ToArray();
        for (var n = random.Next(1, 4); n > 0; n--)
        {
            var of = Enumerable.Range(0, random.Next(1, 8)).Select(_ => random.Next(streams.Length)).Order().ToArray();
            var (count, named) = (of.Length, of.Distinct().ToList());
            await using var command = fixture.Database.App.CreateCommand(
                "select cardinality(sequences) from ledger.append($1, $2, array_fill(null::text, array[cardinality($2)]), array_fill(null::bigint, array[cardinality($2)]), $3, $4, $5, $5, $6, $7, $8, $9, $10)");
            command.Parameters.Add(new() { Value = Tenant(random) });
            command.Parameters.Add(new() { Value = named.ConvertAll(index => streams[index]).ToArray() });
            command.Parameters.Add(new() { Value = of.Select(index => named.IndexOf(index) + 1).ToArray() });
            command.Parameters.Add(new() { Value = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToArray() });
            command.Parameters.Add(new() { Value = Enumerable.Range(0, count).Select(_ => "t" + Letters(random)).ToArray() });
            command.Parameters.Add(new() { Value = Enumerable.Range(0, count).Select(_ => Draw.Json(random)).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = Draw.Time(random).UtcDateTime });
            command.Parameters.Add(new() { Value = (object?)Draw.TextOrNull(random) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = (object?)Draw.TextOrNull(random) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
            command.Parameters.Add(new() { Value = random.Next(4) == 0 ? DBNull.Value : Draw.Json(random), NpgsqlDbType = NpgsqlDbType.Text });
            (await command.ExecuteScalarAsync()).ShouldBe(count);
        }
    });

    [Fact]
    public Task What_a_foreign_writer_inserts_one_by_one_is_chained() => CheckAsync(async random =>
    {
        await using var pool = fixture.As("platform_foreign");
        await new ForeignWriter(pool).EachAsync(Rows(random));
    });

    [Fact]
    public Task What_a_foreign_writer_inserts_in_one_statement_is_chained_in_whatever_order() => CheckAsync(async random =>
    {
        var rows = Rows(random).ToArray();
        var first = await fixture.Owner.ScalarAsync<long>("select setval('public.mt_events_sequence', nextval('public.mt_events_sequence') + $1)", (long)rows.Length) - rows.Length;
        random.Shuffle(rows);
        await using var pool = fixture.As("platform_foreign");
        await new ForeignWriter(pool).ManyAsync([.. rows.Select((row, n) => row with { Sequence = first + n })]);
    });

    private async Task CheckAsync(Func<Random, Task> write)
    {
        await Seeds.ForEachAsync(Histories, write);
        (await ChainCheck.AllAsync(fixture.Owner)).ShouldBeGreaterThan(Histories);
        await fixture.SequenceAsync();
        (await fixture.VerifyAsync()).ShouldBeEmpty();
    }

    private static List<ForeignWriter.Row> Rows(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 4)).SelectMany(_ =>
        {
            var (tenant, stream) = (Tenant(random), Guid.NewGuid());
            return Enumerable.Range(1, random.Next(1, 7)).Select(version => new ForeignWriter.Row(
                tenant, stream, version, "t" + Letters(random), Draw.Json(random), Draw.Bytes(random), Draw.TextOrNull(random), Draw.TextOrNull(random),
                random.Next(3) == 0 ? null : Draw.Json(random), Draw.Time(random)));
        })
    ];

    private static string Tenant(Random random) => random.Next(3) switch { 0 => DocumentStore.PlatformTenant, 1 => "größe 🌍", _ => StoreFixture.Tenant };

    private static string Letters(Random random) => new(random.GetItems<char>("abcäß世-._", random.Next(9)));
}
