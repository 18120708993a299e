using Platform.Domain.Content;
using static Platform.Domain.Audit.EventSentence;

namespace Platform.Domain.Audit;

/// <summary>What the events of items say.</summary>
internal static class ItemSentences
{
    public static string? Find(object @event) => @event switch
    {
        ItemCreated e => $"Started {e.Type} {Title(e.Fields, e.Slug)} in {e.Locale}{(e.Source is { } source ? $" from the file {Quoted(source.Path)}" : "")}.",
        ItemEdited e => $"Edited the draft: {Changes(e.Set, e.Removed)}.",
        ItemMigrated e => $"Brought the draft to version {e.TypeVersion} of its content type{(e.Problems is { Length: > 0 and var count } ? $", with {Counted(count, "problem")}" : "")}.",
        ItemPublished e => $"Published version {e.Version}{(Named(e.Fields) is { } title ? $" of {title}" : "")}{(e.Locales is { Length: > 0 and var count } ? $" in {count + 1} locales" : "")}.",
        ItemUnpublished => "Took the item off its sites.",
        ItemArchived => "Archived the item.",
        ItemRestored => "Restored the item from the archive.",
        ItemSlugChanged e => $"Changed the slug{In(e.Locale)} from {Quoted(e.From)} to {Quoted(e.To)}.",
        ItemLocaleAdded e => $"Added the locale {e.Locale} with slug {Quoted(e.Slug)}.",
        ItemLocaleEdited e => $"Edited the locale {e.Locale}: {Changes(e.Set, e.Removed)}.",
        ItemLocaleRemoved e => $"Removed the locale {e.Locale}.",
        ItemPlaced => "Placed the item on a further site.",
        ItemUnplaced => "Took the item off a further site.",
        ItemLabelled { Tags.IsEmpty: true, Regions.IsEmpty: true } => "Took all labels off the item.",
        ItemLabelled e => $"Labelled the item: {EventSentence.Named(e.Tags.Concat(e.Regions))}.",
        ItemShared => "Shared the item: it's in the tenant's pool.",
        ItemUnshared => "Took the item out of the tenant's pool.",
        ItemOverridden e => $"Began the item as an override of version {e.Version} of a shared one.",
        UpstreamMerged e => $"Merged version {e.Version} of the shared item that it overrides.",
        ItemScheduled e => $"Scheduled the item: {string.Join(", ", Times(e))}.",
        ItemScheduleCancelled => "Cancelled the schedule.",
        ItemScheduleFulfilled e => $"Did what was scheduled for {At(e.DueAt)}: {Verb(e.Action)}.",
        ItemScheduleFailed e => $"Couldn't do what was scheduled for {At(e.DueAt)}, {Verb(e.Action)}: {Quoted(e.Reason.TrimEnd('.'))}.",
        _ => null,
    };

    private static string Title(Fields fields, string slug) => Named(fields) ?? Quoted(slug);

    // The first line of the title: a title may be a list of texts.
    private static string? Named(Fields fields) => SearchText.Of(fields).Title.Split('\n', 2)[0] is { Length: > 0 } title ? Quoted(title) : null;

    private static string Changes(Fields set, IEnumerable<string> removed) =>
        EventSentence.Named(set.Values.Keys.Concat(removed.Select(name => $"{name} removed")));

    private static string In(string? locale) => locale is null ? "" : $" in {locale}";

    private static string Verb(LiveAction action) => action is LiveAction.Publish ? "publish" : "unpublish";

    private static IEnumerable<string> Times(ItemScheduled e)
    {
        if (e.PublishAt is { } publish) yield return $"publish {(e.Version is { } version ? $"version {version} " : "")}at {At(publish)}";
        if (e.UnpublishAt is { } unpublish) yield return $"unpublish at {At(unpublish)}";
    }
}
