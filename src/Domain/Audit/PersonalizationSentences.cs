using Platform.Domain.Personalization;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of personalization say.</summary>
internal static class PersonalizationSentences
{
    public static string? Find(object @event) => @event switch
    {
        ProfileSettingsSet e => $"Said what profiles of visitors are made of: {Counted(e.Dimensions.Length, "dimension")} and {Counted(e.Weights.Length, "weight")}.",
        PreferencesSet e => $"Said what a visitor prefers: {Counted(e.Preferences.Values.Count, "preference")}.",
        VisitorIdentified => "Said who a visitor is.",
        VisitorSeparated => "Said that a visitor isn't that person any more.",
        VisitorChoicesForgotten => "Forgot what a visitor said that they prefer, and who they are.",
        VisitorJoinedSegments e => $"A visitor came into {Counted(e.Segments.Length, "segment")}.",
        VisitorLeftSegments e => $"A visitor isn't in {Counted(e.Memberships.Length, "segment")} any more.",
        VisitorSegmentsForgotten => "Forgot in which segments a visitor is, and was.",
        RuleDefined e => $"Wrote the rule {Quoted(e.Name)}, {e.Key}, with {Counted(e.Content.Actions.Length, "action")}.",
        RuleChanged e => $"Wrote the rule {Quoted(e.Name)} anew, with {Counted(e.Content.Actions.Length, "action")}.",
        RuleProposed => "Proposed the rule as it's written.",
        RuleRefused e => $"Refused the proposed rule: {Quoted(e.Reason.TrimEnd('.'))}.",
        RulePublished e => $"Published the rule {Quoted(e.Name)}.",
        RuleWithdrawn => "Withdrew the rule.",
        RuleArchived => "Archived the rule.",
        RuleListed e => $"Listed the rule {e.Key}.",
        RuleUnlisted => "Took an archived rule off the list.",
        RulePolicySet e => e.FourEyes ? "Said that rules take four eyes to be live." : "Said that rules are live without four eyes.",
        RecommendationRulesSet e => $"Set the rules of recommendations: {Counted(e.Pinned.Length, "item")} pinned, {e.Buried.Length} buried, {e.Excluded.Length} excluded.",
        RecommendationServiceSet e => $"Had recommendations ranked by a service at {Host(e.Settings.Url)}: {Counted(e.Settings.RequestsPerDay, "request")} a day, {(e.Settings.SiteIds.IsEmpty ? "for all sites" : $"for {Counted(e.Settings.SiteIds.Length, "site")}")}.",
        RecommendationServiceRemoved => "Had recommendations ranked by no service any more.",
        _ => null,
    };

    private static string Host(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? Quoted(uri.IdnHost) : "another place";
}
