using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Platform.Domain;
using Platform.Domain.Analytics;
using Platform.EventStore;

namespace Platform.Projections.Analytics;

/// <summary>Whether the tenant's analysts have a login, since when, and by whom.</summary>
/// <param name="Id">The access' stream.</param>
/// <param name="IsGranted">Whether they have one now.</param>
/// <param name="Purpose">What it, or its last password, was asked for.</param>
/// <param name="GrantedAt">When they got it.</param>
/// <param name="GrantedBy">Subject of the token.</param>
/// <param name="PasswordAt">When its password was last given.</param>
/// <param name="PasswordBy">Who asked for that.</param>
/// <param name="RevokedAt">When it was taken away; null: it wasn't.</param>
/// <param name="RevokedBy">Who took it away; null: nobody.</param>
/// <param name="Reason">Why it was taken away; null: it wasn't.</param>
/// <param name="Version">Stream version: what If-Match takes.</param>
/// <param name="Login">Role of PostgreSQL; null: there is none now, or what was is asked for.</param>
public sealed record AnalystAccessDetails(
    Guid Id, bool IsGranted, string Purpose, DateTimeOffset GrantedAt, string? GrantedBy, DateTimeOffset PasswordAt, string? PasswordBy,
    DateTimeOffset? RevokedAt, string? RevokedBy, string? Reason, long Version, string? Login = null);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AnalystAccessDetails))]
[JsonSerializable(typeof(SegmentDetails))]
[JsonSerializable(typeof(VisitorRetentionDetails))]
[JsonSerializable(typeof(ReportDetails))]
[JsonSerializable(typeof(SummaryRunDetails))]
[JsonSerializable(typeof(Fields))]
[JsonSerializable(typeof(JsonElement))]
public sealed partial class AnalyticsReadJson : JsonSerializerContext;

/// <summary>Folded from the stream when it's asked for: never stored.</summary>
public sealed class AnalystAccessProjection : SingleStreamProjection<AnalystAccessDetails>
{
    public override string Name => "analyst_access";

    public override ProjectionLifecycle Lifecycle => ProjectionLifecycle.Live;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(AnalystAccessGranted), typeof(AnalystPasswordRotated), typeof(AnalystAccessRevoked));

    protected override JsonTypeInfo<AnalystAccessDetails> Json => AnalyticsReadJson.Default.AnalystAccessDetails;

    public override AnalystAccessDetails? Evolve(AnalystAccessDetails? document, Event e) => e.Data switch
    {
        AnalystAccessGranted granted =>
            new AnalystAccessDetails(e.StreamId, true, granted.Purpose, e.Timestamp, e.Headers.User, e.Timestamp, e.Headers.User, null, null, null, e.Version),
        AnalystPasswordRotated rotated when document is not null =>
            document with { Purpose = rotated.Purpose, PasswordAt = e.Timestamp, PasswordBy = e.Headers.User, Version = e.Version },
        AnalystAccessRevoked revoked when document is not null =>
            document with { IsGranted = false, RevokedAt = e.Timestamp, RevokedBy = e.Headers.User, Reason = revoked.Reason, Version = e.Version },
        _ => document,
    };
}
