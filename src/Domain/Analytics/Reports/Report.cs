using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>The daily summaries of a site.</summary>
[StateType("analytics.report", 1)]
public sealed record Report : IState<Report>
{
    public static Report Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such report.");

    internal static Rejection IsEnded { get; } = Reject.Conflict("The report has ended.");

    /// <summary>It was scheduled.</summary>
    public bool Exists { get; init; }

    /// <summary>No further day is summed up.</summary>
    public bool HasEnded { get; init; }

    public Guid SiteId { get; init; }

    public string Name { get; init; } = "";

    /// <summary>By the site's time zone.</summary>
    public int Hour { get; init; }

    /// <summary>Users.</summary>
    public ImmutableArray<Guid> Recipients { get; init; } = [];

    public long Version { get; init; }

    public Report Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private Report Apply(object @event) => @event switch
    {
        ReportScheduled e => this with { Exists = true, SiteId = e.SiteId, Name = e.Name, Hour = e.Hour, Recipients = e.Recipients },
        ReportChanged e => this with { Name = e.Name, Hour = e.Hour, Recipients = e.Recipients },
        ReportEnded => this with { HasEnded = true },
        _ => this,
    };
}

/// <summary>Reports of a tenant that haven't ended, so that they stay few.</summary>
[StateType("analytics.report-list", 1)]
public sealed record ReportList : IState<ReportList>
{
    public const int Most = 200;

    public static ReportList Initial { get; } = new();

    /// <summary>The stream of the list: one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("analytics.report-list");

    public ImmutableSortedSet<Guid> Reports { get; init; } = [];

    public long Version { get; init; }

    public ReportList Evolve(object @event, long version) => this with
    {
        Reports = @event switch { ReportListed e => Reports.Add(e.ReportId), ReportUnlisted e => Reports.Remove(e.ReportId), _ => Reports },
        Version = version,
    };
}
