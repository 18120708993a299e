using System.Collections.Immutable;

namespace Platform.Domain.Sites;

/// <summary>What can be limited of a tenant.</summary>
public static class Quotas
{
    /// <summary>Events that callers have appended since midnight, UTC.</summary>
    public const string EventsPerDay = "eventsPerDay";

    /// <summary>Requests a second, of the whole tenant.</summary>
    public const string RequestsPerSecond = "requestsPerSecond";

    /// <summary>Sites that aren't archived.</summary>
    public const string Sites = "sites";

    /// <summary>Bytes of all events' bodies.</summary>
    public const string StorageBytes = "storageBytes";

    /// <summary>People who are registered, and weren't removed.</summary>
    public const string Users = "users";

    /// <summary>In name order.</summary>
    public static ImmutableArray<string> All { get; } = [EventsPerDay, RequestsPerSecond, Sites, StorageBytes, Users];

    /// <summary>How far a site or a user moves the quota it counts toward; null: the event moves none.</summary>
    public static (string Quota, int Delta)? AmountOf(Type @event) =>
        @event == typeof(SiteCreated) || @event == typeof(SiteRestored) ? (Sites, 1)
        : @event == typeof(SiteArchived) ? (Sites, -1)
        : @event == typeof(Identity.UserRegistered) ? (Users, 1)
        : @event == typeof(Identity.UserRemoved) ? (Users, -1)
        : null;
}
