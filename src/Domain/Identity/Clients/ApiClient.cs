using System.Collections.Immutable;

namespace Platform.Domain.Identity;

/// <summary>A program may call, with a key.</summary>
/// <param name="ClientId">The client; the stream.</param>
/// <param name="Name">For people.</param>
/// <param name="Key">Its key, without the secret.</param>
/// <param name="Scopes">All that it may at most; null: whatever it's granted.</param>
/// <param name="ExpiresAt">From then on it may nothing; null: it doesn't end by itself.</param>
[EventType("identity.client-registered")]
public sealed record ClientRegistered(Guid ClientId, string Name, ClientKey Key, ImmutableSortedSet<string>? Scopes = null, DateTimeOffset? ExpiresAt = null);

/// <summary>The client has another key.</summary>
/// <param name="ClientId">The client.</param>
/// <param name="Key">The new one, without the secret.</param>
/// <param name="PreviousUntil">The one before is valid until then; earlier ones no more.</param>
[EventType("identity.client-key-rotated")]
public sealed record ClientKeyRotated(Guid ClientId, ClientKey Key, DateTimeOffset PreviousUntil);

/// <summary>The client may nothing any more, with any key.</summary>
[EventType("identity.client-revoked")]
public sealed record ClientRevoked(Guid ClientId);

/// <summary>A program that calls.</summary>
[StateType("identity.client", 1)]
public sealed record ApiClient : IState<ApiClient>
{
    public static ApiClient Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such client.");

    public bool Exists { get; init; }

    public Guid ClientId { get; init; }

    public ImmutableSortedSet<string>? Scopes { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public bool IsRevoked { get; init; }

    /// <summary>The one it has, and the one before.</summary>
    public ImmutableArray<ClientKey> Keys { get; init; } = [];

    public long Version { get; init; }

    public ApiClient Evolve(object @event, long version) => Apply(@event) with { Version = version };

    private ApiClient Apply(object @event) => @event switch
    {
        ClientRegistered e => this with { Exists = true, ClientId = e.ClientId, Scopes = e.Scopes, ExpiresAt = e.ExpiresAt, Keys = [e.Key] },
        ClientKeyRotated e => this with { Keys = ClientKey.Rotated(Keys, e) },
        ClientRevoked => this with { IsRevoked = true, Keys = [] },
        _ => this,
    };
}
