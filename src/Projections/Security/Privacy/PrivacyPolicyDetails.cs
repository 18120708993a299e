using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Security;
using Platform.EventStore;

namespace Platform.Projections.Security;

/// <summary>How the tenant goes about personal data.</summary>
/// <param name="FourEyes">An erasure needs the approval of somebody who didn't ask for it.</param>
/// <param name="DeadlineDays">Within which an erasure is to be done.</param>
/// <param name="Retention">When data is erased by itself.</param>
/// <param name="SetAt">Since when; null: it's what holds where nothing was set.</param>
/// <param name="SetBy">Who set it.</param>
/// <param name="Version">Stream version: what If-Match takes; 0: nothing was set.</param>
public sealed record PrivacyPolicyDetails(bool FourEyes, int DeadlineDays, IReadOnlyList<RetentionRule> Retention, DateTimeOffset? SetAt, string? SetBy, long Version)
{
    /// <summary>What holds where nothing was set.</summary>
    public static PrivacyPolicyDetails Usual { get; } = new(PrivacyPolicy.Initial.FourEyes, PrivacyPolicy.Initial.DeadlineDays, PrivacyPolicy.Initial.Retention, null, null, 0);
}

/// <summary>Folded from the stream when it's asked for: never stored.</summary>
public sealed class PrivacyPolicyProjection : SingleStreamProjection<PrivacyPolicyDetails>
{
    public override string Name => "privacy_policy";

    public override ProjectionLifecycle Lifecycle => ProjectionLifecycle.Live;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(PrivacyPolicySet));

    protected override JsonTypeInfo<PrivacyPolicyDetails> Json => SecurityReadJson.Default.PrivacyPolicyDetails;

    public override PrivacyPolicyDetails? Evolve(PrivacyPolicyDetails? document, Event e) =>
        e.Data is PrivacyPolicySet set ? new PrivacyPolicyDetails(set.FourEyes, set.DeadlineDays, set.Retention, e.Timestamp, e.Headers.User, e.Version) : document;
}
