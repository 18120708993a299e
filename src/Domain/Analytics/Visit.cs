namespace Platform.Domain.Analytics;

/// <summary>
/// What a visitor does on a site until they are away for <see cref="Inactivity"/>, as far as it was known when it came in: one stream. Events that come late may show that two
/// visits were one, so visits are counted by the times of their events, whatever the stream.
/// </summary>
[StateType("analytics.visit", 1)]
public sealed record Visit : IState<Visit>
{
    /// <summary>The longest pause within a visit.</summary>
    public static readonly TimeSpan Inactivity = TimeSpan.FromMinutes(30);

    public static Visit Initial { get; } = new();

    public long Version { get; init; }

    public Visit Evolve(object @event, long version) => this with { Version = version };

    /// <summary>
    /// The stream of a visit that begins: the same on every node that sees it begin within the same half hour.
    /// </summary>
    /// <param name="siteId">The site.</param>
    /// <param name="visitorId">The visitor.</param>
    /// <param name="at">When its first event happened.</param>
    public static Guid IdOf(Guid siteId, Guid visitorId, DateTimeOffset at) =>
        DerivedId.From("analytics.visit", siteId.ToString(), visitorId.ToString(), (at.UtcTicks / Inactivity.Ticks).ToString(System.Globalization.CultureInfo.InvariantCulture));
}
