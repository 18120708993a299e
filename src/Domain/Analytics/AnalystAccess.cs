namespace Platform.Domain.Analytics;

/// <summary>Analysts may read the tenant's views in SQL, by a login of the tenant's own.</summary>
/// <param name="Purpose">What for.</param>
[EventType("analytics.access-granted")]
public sealed record AnalystAccessGranted(string Purpose);

/// <summary>The login has another password, and the old one lets nobody in.</summary>
/// <param name="Purpose">What for.</param>
[EventType("analytics.password-rotated")]
public sealed record AnalystPasswordRotated(string Purpose);

/// <summary>The login is gone, with its sessions.</summary>
[EventType("analytics.access-revoked")]
public sealed record AnalystAccessRevoked(string Reason);

/// <summary>Whether analysts have a login. Its password is in no event: what lets somebody in doesn't stand in a ledger for good.</summary>
[StateType("analytics.access", 1)]
public sealed record AnalystAccess : IState<AnalystAccess>
{
    public static AnalystAccess Initial { get; } = new();

    public bool IsGranted { get; init; }

    public long Version { get; init; }

    /// <summary>Its stream; one a tenant.</summary>
    public static Guid Id { get; } = DerivedId.From("analytics.access");

    public AnalystAccess Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private AnalystAccess Apply(object @event) => @event switch
    {
        AnalystAccessGranted => this with { IsGranted = true },
        AnalystAccessRevoked => this with { IsGranted = false },
        _ => this,
    };
}
