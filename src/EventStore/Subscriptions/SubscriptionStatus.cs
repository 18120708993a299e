namespace Platform.EventStore;

/// <summary>How a subscription stands, over all tenants.</summary>
/// <param name="Name">The subscription.</param>
/// <param name="Position">Next log index to route.</param>
/// <param name="Lag">Events of the log that aren't routed yet.</param>
/// <param name="Waiting">Deliveries still to be made.</param>
/// <param name="Dead">Deliveries that were given up: dead letters.</param>
/// <param name="Error">Why it stands still; null: it doesn't.</param>
/// <param name="UpdatedAt">Last progress.</param>
public sealed record SubscriptionStatus(string Name, long Position, long Lag, long Waiting, long Dead, string? Error, DateTimeOffset UpdatedAt)
{
    public static async Task<IReadOnlyList<SubscriptionStatus>> AllAsync(Database database, CancellationToken cancel = default)
    {
        await using var command = database.App.CreateCommand("select name, position, lag, waiting, dead, error, updated_at from platform.subscription_status()");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var all = new List<SubscriptionStatus>();
        while (await reader.ReadAsync(cancel))
            all.Add(new SubscriptionStatus(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4),
                reader.IsDBNull(5) ? null : reader.GetString(5), reader.GetFieldValue<DateTimeOffset>(6)));
        return all;
    }
}
