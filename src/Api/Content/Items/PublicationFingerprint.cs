using System.Text.Json;
using System.Text.Json.Serialization;
using Platform.Api.Http;
using Platform.Domain.Content;
using Platform.EventStore;

namespace Platform.Api.Content;

/// <summary>The fingerprint of a publication: as its event has it, and computed from that event now.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="Version">The version whose content went live.</param>
/// <param name="PublishedVersion">Stream version of the event by which it went live.</param>
/// <param name="Algorithm">SHA3-256.</param>
/// <param name="Recorded">As the event has it; null: it's from before there were fingerprints.</param>
/// <param name="Computed">Of the event as it is stored, 64 lower-case hexadecimal digits; null: what it holds has no canonical form.</param>
/// <param name="Matches">Whether the two are the same; null: none was recorded.</param>
/// <param name="Bytes">Length of the canonical JSON in bytes.</param>
/// <param name="EventId">The event.</param>
/// <param name="Hash">Of the event, as chained, lower hex.</param>
public sealed record PublicationFingerprint(
    Guid ItemId, long Version, long PublishedVersion, string Algorithm, string? Recorded, string? Computed, bool? Matches, int? Bytes, Guid EventId, string Hash)
{
    private const int Page = 50;

    internal static async Task<IResult> GetAsync(HttpContext http, Guid id, IDocumentStore store)
    {
        var events = store.QuerySession(Caller.Of(http).TenantId).Events;
        var version = Reading.Number(http, "version", 1, long.MaxValue);
        Reading.Index(http, await events.LogSizeAsync(http.RequestAborted) - 1);
        var item = (await events.AggregateStreamAsync<Item>(id, version, cancel: http.RequestAborted)).State;
        if (!item.Exists)
            return new Problem(ProblemKind.NotFound);
        if (item.Version < version)
            return new Problem(ProblemKind.NotFound, $"The item is at version {item.Version}.");
        if (await FindAsync(events, id, item.Version, http.RequestAborted) is not { } published)
            return new Problem(ProblemKind.NotFound, $"The item wasn't published up to version {item.Version}.");
        var then = (await events.AggregateStreamAsync<Item>(id, published.Version, cancel: http.RequestAborted)).State;
        var receipt = await events.FetchReceiptAsync(id, published.Version, published.Version, http.RequestAborted);
        var answer = Of(published, then, receipt.Single().Hash);
        // What is computed is part of the tag: whoever asks again wants to know whether it's still the same.
        return Reading.Tagged(http, answer, $"\"{answer.PublishedVersion}-{answer.Computed}\"", FingerprintJson.Default.PublicationFingerprint);
    }

    // From the latest on, so that a long history isn't read whole.
    private static async Task<Event?> FindAsync(IEventQueries events, Guid id, long last, CancellationToken cancel)
    {
        for (; last > 0; last -= Page)
            if ((await events.FetchStreamAsync(id, last - Page, last, cancel: cancel)).LastOrDefault(e => e.Data is ItemPublished) is { } published)
                return published;
        return null;
    }

    private static PublicationFingerprint Of(Event e, Item item, string hash)
    {
        var published = (ItemPublished)e.Data;
        var canonical = Canonical(e, item);
        var computed = canonical is null ? null : ContentFingerprint.Of(canonical);
        return new PublicationFingerprint(
            item.ItemId, published.Version, e.Version, ContentFingerprint.Algorithm, published.Fingerprint, computed,
            published.Fingerprint is { } recorded ? recorded == computed : null, canonical?.Length, e.Id, hash);
    }

    private static byte[]? Canonical(Event e, Item item)
    {
        try
        {
            return ContentFingerprint.Canonical(JsonElement.Parse(e.Json.Span), item);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PublicationFingerprint))]
internal sealed partial class FingerprintJson : JsonSerializerContext;
