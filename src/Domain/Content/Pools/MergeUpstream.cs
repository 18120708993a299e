using System.Collections.Immutable;

namespace Platform.Domain.Content;

/// <summary>The override has in it what the shared item has become.</summary>
/// <param name="ItemId">The override.</param>
/// <param name="UpstreamId">The shared item.</param>
/// <param name="Version">Version of the shared item that was merged: the one that was live.</param>
[EventType("content.upstream-merged")]
public sealed record UpstreamMerged(Guid ItemId, Guid UpstreamId, long Version);

/// <summary>
/// Brings what became of a shared item since into an override's draft: field by field, in all locales. What only one side changed is taken from it.
/// </summary>
/// <param name="ItemId">The override.</param>
/// <param name="Resolve">By field (<c>title</c>, in a further locale <c>locales.de.title</c>) that both changed to something else: <c>ours</c> or <c>theirs</c>.</param>
public sealed record MergeUpstream(Guid ItemId, ImmutableSortedDictionary<string, string> Resolve)
{
    private const string Ours = "ours";
    private const string Theirs = "theirs";
    private const string Further = "locales.";

    /// <param name="command">The command.</param>
    /// <param name="item">The override.</param>
    /// <param name="upstream">The shared item as it is.</param>
    /// <param name="then">The shared item as of the version that the override knows.</param>
    /// <param name="now">The shared item as of the version that is live; any state when none is.</param>
    /// <param name="type">Their content type; fields of an earlier version of it are brought to the current one first.</param>
    public static Decision Decide(MergeUpstream command, Item item, Item upstream, Item then, Item now, ContentType type)
    {
        if (item.Refuse("merged") is { } refused) return refused;
        if (item.Upstream is not { } known) return Reject.Conflict("The item overrides no other.");
        if (upstream is not { Shared: true, Live: { } live }) return Reject.Conflict("The item that it overrides is no longer shared, or nothing of it is published.");
        if (live.Version == known.Version) return Decision.Nothing;

        var (current, _) = ItemMigration.Bring(item, type);
        var (before, after) = (ItemMigration.Bring(then, type).Item, ItemMigration.Bring(now, type).Item);
        var (origin, mine, theirs) = (TextsOf(before, current), TextsOf(current, current), TextsOf(after, current));
        var conflicts = FieldsMerge.Of(origin, mine, theirs).Conflicts;
        if (Check(command, conflicts).Rejection is { } invalid) return invalid;

        foreach (var name in conflicts)
        {
            if (command.Resolve.GetValueOrDefault(name) == Ours) theirs = Taken(theirs, mine, name);
            else if (command.Resolve.GetValueOrDefault(name) == Theirs) mine = Taken(mine, theirs, name);
        }

        var merge = FieldsMerge.Of(origin, mine, theirs);
        if (!merge.Conflicts.IsEmpty) return Conflicting(merge.Conflicts, FieldSides.Of(origin, theirs, mine));

        var drafted = ItemDraft.Replace(item, OwnOf(merge.Fields), LocalesOf(merge.Fields, before, current, after), type);
        return drafted.Rejection is not null ? drafted : Decision.Of(drafted.Events.Add(new UpstreamMerged(item.ItemId, known.ItemId, live.Version)));
    }

    private static FieldErrors Check(MergeUpstream command, ImmutableArray<string> conflicts)
    {
        var errors = new FieldErrors();
        foreach (var (name, side) in command.Resolve)
            errors.Add($"resolve.{name}", !conflicts.Contains(name) ? "There is nothing to resolve." : side is Ours or Theirs ? null : "Must be ours or theirs.");
        return errors;
    }

    private static Rejection Conflicting(ImmutableArray<string> names, ImmutableArray<FieldSides> sides) => Reject.Conflict(
        "Override and shared item have changed the same fields to something else; nothing was merged. Say by resolve which side counts, ours or theirs.",
        names.ToImmutableSortedDictionary(name => $"fields.{name}", _ => ImmutableArray.Create("Both have changed it, to something else."), StringComparer.Ordinal)) with
    {
        Sides = [.. sides.Where(side => side.Conflict is true)],
    };

    private static Fields Taken(Fields side, Fields from, string name) => from.Find(name) is { } value
        ? new Fields(side.Values.SetItem(name, value))
        : new Fields(side.Values.Remove(name));

    // The fields in all locales, those of further ones under their tag as the override writes it.
    private static Fields TextsOf(Item item, Item spelling) => new(item.Fields.Values.SetItems(item.Locales.SelectMany(variant => variant.Fields.Values
        .Select(field => KeyValuePair.Create($"{Further}{spelling.FindLocale(variant.Locale)?.Locale ?? variant.Locale}.{field.Key}", field.Value)))));

    private static Fields OwnOf(Fields texts) => new(texts.Values.RemoveRange(texts.Values.Keys.Where(name => name.StartsWith(Further, StringComparison.Ordinal))));

    private static ImmutableArray<LocaleVariant> LocalesOf(Fields texts, Item before, Item current, Item after)
    {
        var variants = current.Locales.AddRange(after.Locales.Where(variant => current.FindLocale(variant.Locale) is null));
        return
        [
            .. variants.Select(variant => variant with { Fields = In(texts, variant.Locale) })
                // A locale that one side took out stays out, unless there are texts in it.
                .Where(variant => !variant.Fields.IsEmpty || before.FindLocale(variant.Locale) is null
                    || (current.FindLocale(variant.Locale) is not null && after.FindLocale(variant.Locale) is not null)),
        ];
    }

    private static Fields In(Fields texts, string locale)
    {
        var prefix = $"{Further}{locale}.";
        return new(Fields.Empty.Values.AddRange(texts.Values.Where(field => field.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(field => KeyValuePair.Create(field.Key[prefix.Length..], field.Value))));
    }
}
