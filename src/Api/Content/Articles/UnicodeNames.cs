using Npgsql;

namespace Platform.Api.Content;

/// <summary>Names of files in Unicode normalization form C (UAX #15), because some file systems keep another one for the same name.</summary>
internal static class UnicodeNames
{
    private const int BatchSize = 10_000;

    public static async Task<string[]> ComposeAsync(string[] names, NpgsqlDataSource database, CancellationToken cancel)
    {
        var composed = (string[])names.Clone();
        foreach (var batch in Enumerable.Range(0, names.Length).Where(i => !System.Text.Ascii.IsValid(names[i])).Chunk(BatchSize))
        {
            await using var command = database.CreateCommand("select normalize(name, nfc) from unnest($1::text[]) with ordinality as given (name, place) order by place");
            command.Parameters.Add(new() { Value = Array.ConvertAll(batch, i => names[i]) });
            await using var reader = await command.ExecuteReaderAsync(cancel);
            foreach (var i in batch)
            {
                await reader.ReadAsync(cancel);
                composed[i] = reader.GetString(0);
            }
        }
        return composed;
    }
}
