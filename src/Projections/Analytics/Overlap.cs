using System.Collections.Immutable;
using Platform.Domain;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Visitors who were on exactly these sites.</summary>
/// <param name="SiteIds">In ascending order.</param>
/// <param name="Visitors">How many.</param>
public sealed record SharedVisitors(ImmutableArray<Guid> SiteIds, long Visitors);

/// <summary>Which sites have visitors in common. Only who agreed to be recognised can be seen on two.</summary>
/// <param name="Scope">Sites, days and filters; its metrics and dimensions don't count.</param>
public sealed record Overlap(BehaviourQuery Scope)
{
    public const int MaxSites = 10;

    /// <summary>What is wrong with it; null: it can be answered.</summary>
    public Rejection? Refuse() => new FieldErrors().Add("siteId", Scope.SiteIds.Length is < 2 or > MaxSites ? $"2 to {MaxSites} sites." : null).Add(Scope.Refuse()).Rejection;

    /// <exception cref="QuestionTooLargeException">It's about more events than are looked at.</exception>
    public async Task<(ImmutableArray<SharedVisitors> Sets, long Index, long Lag)> FindAsync(IQuerySession session, CancellationToken cancel)
    {
        await BehaviourPlan.RequireAsync(session, Scope, cancel);
        var answer = await session.QueryAsync(Hits.ReadModel, $"""
            select v.sites, count(*)
            from (select array_agg(distinct h.site_id order by h.site_id) as sites from read.hits h where {BehaviourAnswer.Where(Scope, "h", "h.at")} group by h.visitor_id) v
            group by v.sites order by cardinality(v.sites), v.sites
            """,
            BehaviourAnswer.Parameters(Scope), row => new SharedVisitors([.. row.GetFieldValue<Guid[]>(0)], row.GetInt64(1)), cancel);
        return ([.. answer.Items], answer.Index, answer.Lag);
    }
}
