using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>That a tenant was told of a soft limit.</summary>
/// <param name="Quota">Of which quota.</param>
/// <param name="Limit">The limit as it was.</param>
/// <param name="Day">The day, of a quota that begins anew each day.</param>
public sealed record QuotaNotice(string Quota, long Limit, DateOnly? Day = null);

/// <summary>The soft limits that a tenant was told of and is still beyond.</summary>
[StateType("sites.quota-notices", 1)]
public sealed record QuotaNotices : IState<QuotaNotices>
{
    /// <summary>The stream, in each tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("sites.quota-notices");

    public static QuotaNotices Initial { get; } = new();

    /// <summary>One a quota.</summary>
    public ImmutableArray<QuotaNotice> Standing { get; init; } = [];

    public long Version { get; init; }

    public QuotaNotices Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private QuotaNotices Apply(object @event) => @event switch
    {
        QuotaSoftLimitReached reached => this with { Standing = Without(reached.Quota).Add(new QuotaNotice(reached.Quota, reached.Limit, reached.Day)) },
        QuotaSoftLimitCleared cleared => this with { Standing = Without(cleared.Quota) },
        _ => this,
    };

    private ImmutableArray<QuotaNotice> Without(string quota) => Standing.RemoveAll(notice => notice.Quota == quota);
}
