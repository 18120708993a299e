using System.Collections.Immutable;

namespace Platform.Domain.Personalization;

/// <summary>What recommenders know of an item.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="PublishedAt">When it was first published.</param>
/// <param name="Texts">Its fields that hold text, such as title and body, in Markdown or HTML; of each the first 200,000 characters
/// count.</param>
/// <param name="Topics">At most 50 count.</param>
/// <param name="Language">Of the texts, such as en or de-AT: whose stop words are left out.</param>
public sealed record CatalogueItem(Guid ItemId, DateTimeOffset PublishedAt, ImmutableArray<string> Texts, ImmutableArray<string> Topics, string Language = "en");
