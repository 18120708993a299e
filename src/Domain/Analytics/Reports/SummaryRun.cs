using System.Collections.Immutable;
using System.Globalization;

namespace Platform.Domain.Analytics;

/// <summary>A day of a report: made once, mailed to whom it was addressed to.</summary>
[StateType("analytics.summary-run", 1)]
public sealed record SummaryRun : IState<SummaryRun>
{
    public static SummaryRun Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("No summary of that day was made.");

    public Guid ReportId { get; init; }

    public Guid SiteId { get; init; }

    public int Resends { get; init; }

    /// <summary>What a mail server took, as <see cref="KeyOf"/> says.</summary>
    public ImmutableSortedSet<string> Mailed { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>0: it wasn't made yet.</summary>
    public long Version { get; init; }

    /// <summary>The stream of a report's day.</summary>
    public static Guid IdOf(Guid reportId, DateOnly date) => DerivedId.From("analytics.daily-summary", $"{reportId}", date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>What had it mailed, and to whom.</summary>
    public static string KeyOf(Guid eventId, Guid userId) => $"{eventId}/{userId}";

    public SummaryRun Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private SummaryRun Apply(object @event) => @event switch
    {
        DailySummaryMade e => this with { ReportId = e.ReportId, SiteId = e.SiteId },
        DailySummaryResent => this with { Resends = Resends + 1 },
        DailySummaryMailed e => this with { Mailed = Mailed.Add(KeyOf(e.EventId, e.UserId)) },
        _ => this,
    };
}
