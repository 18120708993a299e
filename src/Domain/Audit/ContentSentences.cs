using Platform.Domain.Content;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of content types, gates, releases, edit leases and claims say.</summary>
internal static class ContentSentences
{
    public static string? Find(object @event) => @event switch
    {
        ContentTypeDefined e => $"Defined the content type {e.Name} with {Counted(e.Fields.Length, "field")}.",
        ContentTypeChanged e => $"Changed the content type {e.Name}: it has {Counted(e.Fields.Length, "field")} now.",
        ReleaseCreated e => $"Started the release {Quoted(e.Name)}.",
        ReleaseRenamed e => $"Renamed the release to {Quoted(e.Name)}.",
        ReleaseItemSet e => $"Put an item into the release, to {(e.Item.Action is LiveAction.Publish ? "publish" : "unpublish")} it{(e.Item.Version is { } version ? $" at version {version}" : "")}.",
        ReleaseItemRemoved => "Took an item out of the release.",
        ReleasePublished e => $"Published the release: {Counted(e.Steps.Length, "item")} changed.",
        ReleaseUndone => "Undid the release.",
        EditLeaseTaken e => $"{Quoted(e.Holder)} took the edit lease until {At(e.Until)}.",
        EditLeaseRenewed e => $"{Quoted(e.Holder)} renewed the edit lease until {At(e.Until)}.",
        EditLeaseTakenOver e => $"{Quoted(e.Holder)} took the edit lease over from {Quoted(e.From)} until {At(e.Until)}.",
        EditLeaseReleased e => $"{Quoted(e.Holder)} gave the edit lease back.",
        SlugReserved e => $"Reserved the slug {Quoted(e.Slug)} in {e.Locale}.",
        SlugReleased e => $"Released the slug {Quoted(e.Slug)} in {e.Locale}.",
        SlugRedirected e => $"Made the slug {Quoted(e.Slug)} in {e.Locale} lead to the item's new one.",
        SiteGateSet e => $"Gave the site a gate to the tenant's pool, of {Counted(e.Rules.Length, "rule")}.",
        SiteGateReset => "Took the site's own gate away: that of the site above holds.",
        OverrideReserved => "Reserved the place of a shared item on a site.",
        OverrideReleased => "Released the place of a shared item on a site.",
        ValueReserved e => $"Reserved a unique value of {e.Type}.{e.Field}.",
        ValueReleased e => $"Released a unique value of {e.Type}.{e.Field}.",
        _ => null,
    };
}
