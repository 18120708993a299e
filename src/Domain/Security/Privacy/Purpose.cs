using System.Collections.Immutable;

namespace Platform.Domain.Security;

/// <summary>What the tenant processes personal data for, from now on.</summary>
/// <param name="Name">What it's known by.</param>
/// <param name="Version">From 1; also the version of the stream, since each says all of it. Who consents, consents to one of them.</param>
/// <param name="LegalBasis">See <see cref="Security.LegalBasis"/>.</param>
/// <param name="Description">For those whose data it is.</param>
/// <param name="Categories">Of data: see <see cref="PersonalCategory"/>.</param>
[EventType("security.purpose-defined")]
public sealed record PurposeDefined(string Name, long Version, string LegalBasis, string Description, ImmutableArray<string> Categories);

/// <summary>Why processing is lawful: GDPR, Article 6 (1), (a) to (f).</summary>
public static class LegalBasis
{
    public const string Consent = "consent";
    public const string Contract = "contract";
    public const string Obligation = "obligation";
    public const string VitalInterests = "vital-interests";
    public const string PublicInterest = "public-interest";
    public const string LegitimateInterests = "legitimate-interests";

    public static ImmutableArray<string> All { get; } = [Consent, Contract, Obligation, VitalInterests, PublicInterest, LegitimateInterests];
}

/// <summary>What a tenant processes personal data for: a stream a tenant and name.</summary>
[StateType("security.purpose", 1)]
public sealed record Purpose : IState<Purpose>
{
    public static Purpose Initial { get; } = new();

    internal static Rejection Missing { get; } = Reject.NotFound("There is no such purpose.");

    public string Name { get; init; } = "";
    public string LegalBasis { get; init; } = "";
    public string Description { get; init; } = "";
    public ImmutableArray<string> Categories { get; init; } = [];
    public long Version { get; init; }

    /// <summary>The stream of the purpose with this name.</summary>
    public static Guid IdOf(string name) => DerivedId.From("security.purpose", name);

    internal bool Exists => Name.Length > 0;

    /// <summary>People may object to it: GDPR, Article 21 (1).</summary>
    internal bool IsOpenToObjection => LegalBasis is Security.LegalBasis.PublicInterest or Security.LegalBasis.LegitimateInterests;

    public Purpose Evolve(object @event, long version) =>
        (@event is PurposeDefined e ? this with { Name = e.Name, LegalBasis = e.LegalBasis, Description = e.Description, Categories = e.Categories } : this) with { Version = version };
}
