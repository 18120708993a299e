using Npgsql;

namespace Platform.EventStore;

/// <summary>A read model's document as it is stored.</summary>
/// <param name="Key">What a page continues after.</param>
/// <param name="Json">UTF-8.</param>
public sealed record StoredDocument(string Key, byte[] Json)
{
    /// <summary>From a row of key as text and document.</summary>
    public static StoredDocument Read(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetFieldValue<byte[]>(1));
}
