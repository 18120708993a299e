using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using NpgsqlTypes;
using Platform.Domain.Identity;
using Platform.EventStore;

namespace Platform.Projections.Identity;

/// <summary>An OpenID Connect provider that people of the tenant sign in with.</summary>
/// <param name="Name">In the tenant.</param>
/// <param name="Issuer">Claim <c>iss</c> of its tokens.</param>
/// <param name="ClientId">What the platform is called there.</param>
/// <param name="HasSecret">The platform has a secret there; it's told to nobody.</param>
/// <param name="Scopes">What is asked for besides <c>openid</c>, sorted.</param>
/// <param name="Roles">Which claims give which roles.</param>
/// <param name="Admits">known, invited or everyone.</param>
/// <param name="SessionMinutes">How long a session is valid.</param>
/// <param name="IsRemoved">Nobody signs in with it any more.</param>
/// <param name="OpenSince">The version since which people can sign in with it without a break; sessions from before are valid no longer.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
public sealed record SignInProviderDetails(
    string Name, string Issuer, string ClientId, bool HasSecret, ImmutableSortedSet<string> Scopes, ImmutableArray<ClaimRole> Roles, string Admits, int SessionMinutes, bool IsRemoved,
    long OpenSince, long Version)
{
    public const string ReadModel = "sign_in_providers";

    /// <summary>In name order, without those that were removed.</summary>
    public static Task<Answer<StoredDocument>> ListAsync(IQuerySession session, string after, int limit, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select name, data->'provider' from read.sign_in_providers where name > $1 and not is_removed order by name limit $2", [new() { Value = after }, new() { Value = limit }], StoredDocument.Read, cancel);

    /// <summary>What changed after a place in the log, removed ones among it.</summary>
    /// <param name="session">The tenant's.</param>
    /// <param name="after">-1: all that there is.</param>
    /// <param name="cancel">Cancels the query.</param>
    public static Task<Answer<SignInProviderDetails>> SinceAsync(IQuerySession session, long after, CancellationToken cancel) => session.QueryAsync(
        ReadModel, "select data from read.sign_in_providers where tenant_id = $1 and changed > $2",
        [new() { Value = session.TenantId, NpgsqlDbType = NpgsqlDbType.Varchar }, new() { Value = after }],
        row => JsonSerializer.Deserialize(row.GetFieldValue<byte[]>(0), IdentityReadJson.Default.KeptSignInProvider)!.Provider, cancel);
}

/// <summary>A provider as it's shown, with where in the log it last changed.</summary>
/// <param name="Provider">As it is now.</param>
/// <param name="Changed">Log index of the event that made it so.</param>
public sealed record KeptSignInProvider(SignInProviderDetails Provider, long Changed);

public sealed class SignInProviders : SingleStreamProjection<KeptSignInProvider>
{
    public override string Name => SignInProviderDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(SignInProviderConfigured), typeof(SignInProviderRemoved));

    protected override JsonTypeInfo<KeptSignInProvider> Json => IdentityReadJson.Default.KeptSignInProvider;

    protected override IReadOnlyList<(ReadColumn Column, Func<KeptSignInProvider, object?> Value)> Columns { get; } =
    [
        (new("name", "varchar not null", NpgsqlDbType.Varchar), d => d.Provider.Name),
        (new("is_removed", "boolean not null", NpgsqlDbType.Boolean), d => d.Provider.IsRemoved),
        (new("changed", "bigint not null", NpgsqlDbType.Bigint), d => d.Changed),
    ];

    protected override IReadOnlyList<string> Indexes => ["name", "changed"];

    public override AnalystView Analysts { get; } = new(
        "sign_in_providers", "With which providers can people sign in?", "a provider of the tenant's", ["name"],
        [
            new("name", "In the tenant."),
            new("issuer", "Claim iss of its tokens.", "data->'provider'->>'issuer'", "text"),
            new("admits", "Who comes in beside those who are known: known (nobody), invited or everyone.", "data->'provider'->>'admits'", "text"),
            new("session_minutes", "How long a session is valid.", "data->'provider'->>'sessionMinutes'", "integer"),
            new("is_removed", "Whether nobody signs in with it any more."),
            new("version", "Events of the provider so far.", "data->'provider'->>'version'", "bigint"),
        ],
        "select name, issuer from analytics.sign_in_providers where not is_removed", Permission.UsersRead);

    public override KeptSignInProvider? Evolve(KeptSignInProvider? document, Event e) => e.Data switch
    {
        SignInProviderConfigured p => new(
            new SignInProviderDetails(
                p.Name, p.Issuer, p.ClientId, p.SealedSecret is not null, p.Scopes, p.Roles, p.Admits, p.SessionMinutes, IsRemoved: false,
                document is { Provider: { IsRemoved: false } before } ? before.OpenSince : e.Version, e.Version),
            e.Index ?? 0),
        SignInProviderRemoved when document is not null => new(document.Provider with { IsRemoved = true, HasSecret = false, Version = e.Version }, e.Index ?? 0),
        _ => document,
    };
}
