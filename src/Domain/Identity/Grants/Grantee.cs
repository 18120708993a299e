namespace Platform.Domain.Identity;

/// <summary>Whoever is granted or denied something, as the decision needs to know them; folded from the stream of the user, client or group.</summary>
[StateType("identity.grantee", 2)]
public sealed record Grantee : IState<Grantee>
{
    public static Grantee Initial { get; } = new();

    public bool Exists { get; init; }

    /// <summary>A client that was revoked gets nothing any more.</summary>
    public bool IsRevoked { get; init; }

    /// <summary>user, client or group.</summary>
    public string Kind { get; init; } = "";

    /// <summary>As events name them; null: a user who isn't linked yet, or a group.</summary>
    public string? Subject { get; init; }

    public long Version { get; init; }

    public Grantee Evolve(object @event, long version) => Apply(@event) with { Version = version };

    /// <summary>What is wrong with granting or denying them something, as a sentence; null: nothing.</summary>
    internal string? Problem(string kind) => this switch
    {
        { Exists: false } => $"There is no such {kind}.",
        { Kind: var other } when other != kind => $"There is no such {kind}.",
        { IsRevoked: true } => "The client was revoked.",
        _ => null,
    };

    private Grantee Apply(object @event) => @event switch
    {
        UserRegistered e => this with { Exists = true, Kind = "user", Subject = e.Subject },
        UserLinked e => this with { Subject = e.Subject },
        UserRemoved => this with { Exists = false, Subject = null },
        GroupDefined => this with { Exists = true, Kind = "group" },
        GroupRemoved => this with { Exists = false },
        ClientRegistered e => this with { Exists = true, Kind = "client", Subject = TenantAccess.SubjectOf(e.ClientId) },
        ClientRevoked => this with { IsRevoked = true },
        _ => this,
    };
}
