using System.Collections.Immutable;

namespace Platform.Domain.Analytics;

/// <summary>When a visitor was on a site.</summary>
/// <param name="SiteId">The site.</param>
/// <param name="From">When it began; of an erasure with the pause before which something would be another visit.</param>
/// <param name="To">When it ended; of an erasure with the pause after which something would be another visit.</param>
public sealed record VisitSpan(Guid SiteId, DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// What a visitor did isn't shown any more, event by event or as visits; it's still added up. In the ledger it's under a number that only the visitor's own cookie leads to.
/// </summary>
/// <param name="VisitorId">The visitor's number.</param>
/// <param name="Visits">Those that there were.</param>
[EventType("analytics.visitor-erased")]
public sealed record VisitorErased(Guid VisitorId, ImmutableArray<VisitSpan> Visits);

/// <summary>A visitor of whom something was erased, as often as it was.</summary>
[StateType("analytics.erased-visitor", 1)]
public sealed record ErasedVisitor : IState<ErasedVisitor>
{
    public static ErasedVisitor Initial { get; } = new();

    public long Version { get; init; }

    public ErasedVisitor Evolve(object @event, long version) => this with { Version = version };

    /// <summary>The stream of a visitor's erasures.</summary>
    /// <param name="visitorId">The visitor's number.</param>
    public static Guid IdOf(Guid visitorId) => DerivedId.From("analytics.erased-visitor", visitorId.ToString());
}

/// <summary>Lets go of what a visitor did, up to now.</summary>
/// <param name="VisitorId">The visitor's number.</param>
public sealed record EraseVisitor(Guid VisitorId)
{
    /// <summary>Of a visitor; more has no person, but a program or a record of the past that calls everybody the same.</summary>
    public const int MostVisits = 100_000;

    private const int VisitsAnEvent = 1_000;

    /// <param name="command">The command.</param>
    /// <param name="visits">When the visitor was where, one more than <see cref="MostVisits"/> at most.</param>
    /// <param name="isKnown">Something else than visits is kept of them.</param>
    public static Decision Decide(EraseVisitor command, IReadOnlyList<VisitSpan> visits, bool isKnown) =>
        visits.Count == 0 && !isKnown ? Reject.NotFound("Nothing is kept of such a visitor.")
        : visits.Count > MostVisits ? Reject.Conflict(FormattableString.Invariant($"There are more than {MostVisits:#,##0} visits: that isn't one person."))
        : Decision.Of(
        [
            .. visits.Select(visit => visit with { From = visit.From - Visit.Inactivity, To = visit.To + Visit.Inactivity }).Chunk(VisitsAnEvent).Select(some => new VisitorErased(command.VisitorId, [.. some])),
        ]);
}
