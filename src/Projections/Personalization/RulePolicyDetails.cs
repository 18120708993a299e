using System.Text.Json.Serialization.Metadata;
using Platform.Domain.Personalization;
using Platform.EventStore;
using Permission = Platform.Domain.Identity.Permission;

namespace Platform.Projections.Personalization;

/// <summary>How rules of the tenant come live.</summary>
/// <param name="FourEyes">Somebody else than who wrote or proposed them has to agree.</param>
/// <param name="SetAt">When that was said; null: it never was.</param>
/// <param name="SetBy">Who said it.</param>
/// <param name="Version">Stream version: what If-Match takes; 0: nothing was set.</param>
public sealed record RulePolicyDetails(bool FourEyes, DateTimeOffset? SetAt, string? SetBy, long Version)
{
    public const string ReadModel = "rule_policies";

    /// <summary>What holds where nothing was set.</summary>
    public static RulePolicyDetails Usual { get; } = new(false, null, null, 0);
}

public sealed class RulePolicies : SingleStreamProjection<RulePolicyDetails>
{
    public override string Name => RulePolicyDetails.ReadModel;

    public override IReadOnlyList<string> EventTypes { get; } = Aliases.Of(typeof(RulePolicySet));

    protected override JsonTypeInfo<RulePolicyDetails> Json => PersonalizationReadJson.Default.RulePolicyDetails;

    public override AnalystView Analysts { get; } = new(
        "rule_policies", "How do rules come live?", "what the tenant said of it", ["id"],
        [
            new("id", "Its stream."),
            new("four_eyes", "Whether somebody else than who wrote or proposed them has to agree.", "data->>'fourEyes'", "boolean"),
            new("set_at", "When that was said, UTC.", "data->>'setAt'", "timestamptz"),
            new("set_by", "Who said it.", "data->>'setBy'", "text"),
        ],
        "select four_eyes, set_by from analytics.rule_policies", Permission.RulesRead);

    public override RulePolicyDetails? Evolve(RulePolicyDetails? document, Event e) => e.Data is RulePolicySet set ? new(set.FourEyes, e.Timestamp, e.Headers.User, e.Version) : document;
}
