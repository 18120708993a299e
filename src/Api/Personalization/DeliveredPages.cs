using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Api.Experiments;
using Platform.Domain.Content;
using Platform.Domain.Experiments;
using Platform.Domain.Personalization;
using Platform.Processors.Personalization;
using Platform.Projections.Content;

namespace Platform.Api.Personalization;

/// <summary>A page that somebody is to be shown.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="SiteId">Its site.</param>
/// <param name="Page">Path.</param>
/// <param name="Slug">The path as items have it.</param>
/// <param name="Locale">Language tag.</param>
/// <param name="Outcome">What rules and experiments do there.</param>
/// <param name="Given">Variants by keys of the experiments that the page has.</param>
/// <param name="VisitorId">The visitor's number; null: nobody knows.</param>
/// <param name="Now">When.</param>
internal sealed record PageQuestion(string TenantId, Guid SiteId, string Page, string Slug, string Locale, RuleOutcome Outcome, ImmutableSortedDictionary<string, GivenVariant> Given, Guid? VisitorId,
    DateTimeOffset Now);

/// <summary>A page as it's shown.</summary>
/// <param name="Answer">What stands there.</param>
/// <param name="NotShown">Items that the site may not show.</param>
internal sealed record ShownPage(DeliveryAnswer Answer, IReadOnlyList<Guid> NotShown);

/// <summary>Puts together what pages show, of what is in memory.</summary>
internal sealed class DeliveredPages(PageContents contents, SiteRecommenders recommenders)
{
    /// <returns>Null: nothing has the path, and nobody is sent elsewhere; and how much of the log that is known of.</returns>
    public async Task<(ShownPage? Page, long Index, long Lag)> ShownAsync(PageQuestion of, CancellationToken cancel)
    {
        // What can't be a slug stands nowhere.
        var found = await contents.TargetAsync(of.TenantId, of.SiteId, of.Locale, Slug.Problem(of.Slug) is null ? of.Slug : "", cancel);
        return (await ShownAsync(of, found.Target, cancel), found.Index, found.Lag);
    }

    private async Task<ShownPage?> ShownAsync(PageQuestion of, SlugTarget? target, CancellationToken cancel)
    {
        var outcome = of.Outcome;
        if ((outcome.Redirect ?? (target?.CurrentSlug is { } current ? $"/{current}" : null)) is { } redirect)
            return new(Answer(of, [$"redirect {redirect}"]) with { Redirect = redirect }, []);
        if (target is null && of.Slug.Length > 0)
            return null;

        var hidden = new SortedSet<Guid>();
        var (item, insteadOf) = (target is null ? null : await contents.PlacedAsync(of.TenantId, of.SiteId, of.Locale, target.ItemId, cancel), (Guid?)null);
        if (target is not null && outcome.Variants.TryGetValue(target.ItemId, out var variant))
            if (await AllowedAsync(variant) is { } other)
                (item, insteadOf) = (other, target.ItemId);
        if (target is not null && item is null)
            return null;
        var slots = new SortedDictionary<string, ResolvedItem>(StringComparer.Ordinal);
        foreach (var (slot, shown) in outcome.Slots)
            if (await AllowedAsync(shown) is { } held)
                slots.Add(slot, held);
        var recommended = new SortedDictionary<string, IReadOnlyList<DeliveredRecommendation>>(StringComparer.Ordinal);
        foreach (var (slot, wanted) in outcome.Recommended)
            recommended.Add(slot, await RecommendedAsync(of, wanted, target?.ItemId, cancel));

        var parts = slots.Select(slot => $"slot {slot.Key} {slot.Value.Item.Id}")
            .Concat(recommended.Select(slot => $"recommended {slot.Key} {string.Join(' ', slot.Value.Select(one => one.Item.Item.Id))}"));
        return new(Answer(of, [$"item {(insteadOf is null ? null : item!.Item.Id)}", .. parts]) with { Item = item, InsteadOf = insteadOf, Slots = slots, Recommended = recommended }, [.. hidden]);

        // What the site may not show isn't shown, nor instead of what it may.
        async ValueTask<ResolvedItem?> AllowedAsync(Guid id)
        {
            var held = await contents.AllowedAsync(of.TenantId, of.SiteId, of.Locale, id, of.Now, cancel);
            if (held is null) hidden.Add(id);
            return held;
        }
    }

    // None before the site's recommender is in memory: a page doesn't wait for it.
    private async Task<IReadOnlyList<DeliveredRecommendation>> RecommendedAsync(PageQuestion of, RecommendedSlot slot, Guid? reading, CancellationToken cancel)
    {
        if (recommenders.InMemory(of.TenantId, of.SiteId) is not { } recommender)
            return [];
        var found = recommender.Recommend(new RecommendationQuery(
            of.Now, of.VisitorId, slot.Count, reading, Diversity: RecommendationModels.DiversityOf(slot.Model) / 100.0, Model: RecommendationModels.Of(slot.Model)));
        var items = new List<DeliveredRecommendation>(found.Items.Length);
        foreach (var one in found.Items)
            // The recommender asks the gates; what was withdrawn a moment ago it may not know yet.
            if (await contents.AllowedAsync(of.TenantId, of.SiteId, of.Locale, one.ItemId, of.Now, cancel) is { } item)
                items.Add(new(item, one.Says(id => found.Titles.GetValueOrDefault(id) ?? id.ToString()), one.Rule));
        return items;
    }

    private static DeliveryAnswer Answer(PageQuestion of, IEnumerable<string> shown)
    {
        var audience = shown
            .Concat(of.Outcome.Attributes.Select(one => $"attribute {one.Key} {JsonSerializer.Serialize(one.Value, DeliveryJson.Default.AttributeValue)}"))
            .Concat(of.Given.Select(given => $"experiment {given.Key} {given.Value.Variant}"));
        return new(
            of.SiteId, of.Page, of.Locale, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', audience))).AsSpan(0, 16)), null, null, null,
            ImmutableDictionary<string, ResolvedItem>.Empty, ImmutableDictionary<string, IReadOnlyList<DeliveredRecommendation>>.Empty, of.Outcome.Attributes,
            [.. of.Given.Select(given => GivenVariantAnswer.Of(given.Key, given.Value))], null);
    }
}
