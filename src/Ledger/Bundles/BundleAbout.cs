using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Ledger;

/// <summary>What a bundle is about: its <c>bundle.json</c> (docs/ledger-format.md).</summary>
/// <param name="Origin">Of the checkpoint.</param>
/// <param name="Epochs">Origin of each epoch, by its number.</param>
/// <param name="Tenant">Whose events it has; null: everybody's.</param>
/// <param name="From">First index of its events.</param>
/// <param name="To">After the last; size of the checkpoint.</param>
/// <param name="Created">When it was made, as times are hashed.</param>
public sealed record BundleAbout(string Origin, IReadOnlyDictionary<int, string> Epochs, string? Tenant, long From, long To, string Created)
{
    public const string Format = "platform-ledger-bundle/1";

    /// <exception cref="FormatException">The text isn't such a document.</exception>
    public static BundleAbout Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var document = JsonSerializer.Deserialize(json, BundleJson.Default.AboutDocument);
            if (document is not { Format: Format, Origin: { } origin, Epochs: { Count: > 0 } epochs, From: >= 0, Created: { } created } || document.To < document.From)
                throw new FormatException($"bundle.json must have format {Format}, origin, epochs, from, to and created.");
            return new BundleAbout(origin, epochs, document.Tenant, document.From, document.To, created);
        }
        catch (JsonException e)
        {
            throw new FormatException($"bundle.json can't be read: {e.Message}", e);
        }
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new AboutDocument(Format, Origin, Epochs.ToDictionary(), Tenant, From, To, Created), BundleJson.Default.AboutDocument);
}

internal sealed record AboutDocument(string? Format, string? Origin, Dictionary<int, string>? Epochs, string? Tenant, long From, long To, string? Created);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AboutDocument))]
internal sealed partial class BundleJson : JsonSerializerContext;
