using System.Collections.Immutable;
using System.Text.Json;

namespace Platform.Domain.Personalization;

/// <summary>What a recommendation service answers, by /schemas/recommendation-ranking.v1.json.</summary>
public static class ServiceRanking
{
    /// <summary>Items of an answer.</summary>
    public const int MostItems = 200;

    /// <summary>Of an answer.</summary>
    public const int MostBytes = 64 * 1024;

    private static readonly JsonDocumentOptions Strictly = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Scores by item; of an item that stands there twice the first. What isn't a UUID is no item of the platform's, and is left out.</summary>
    /// <param name="json">As it came.</param>
    /// <returns>Null: it's too large, no JSON, or not an answer as it should be.</returns>
    public static ImmutableDictionary<Guid, double>? Parse(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MostBytes) return null;
        try
        {
            using var document = JsonDocument.Parse(json, Strictly);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("items", out var items) ? Scores(items) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        // A text that is no UTF-16.
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static ImmutableDictionary<Guid, double>? Scores(JsonElement items)
    {
        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() > MostItems) return null;
        var scores = ImmutableDictionary.CreateBuilder<Guid, double>();
        foreach (var item in items.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Object || !item.TryGetProperty("id", out var id) || id.ValueKind != JsonValueKind.String
                || !item.TryGetProperty("score", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetDouble(out var score) || !double.IsFinite(score))
                return null;
            if (Guid.TryParseExact(id.GetString(), "D", out var itemId))
                scores.TryAdd(itemId, score);
        }
        return scores.ToImmutable();
    }
}
