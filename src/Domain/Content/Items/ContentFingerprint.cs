using System.Text.Json;
using Platform.Ledger;

namespace Platform.Domain.Content;

/// <summary>
/// What a publication is known by, outside of the platform too: SHA3-256 (FIPS 202) of its canonical JSON (RFC 8785), 64 lower-case hexadecimal
/// digits. The canonical JSON is that of one object: every member of the event <c>content.item-published</c> as recorded (<c>itemId</c>,
/// <c>version</c>, <c>fields</c> and whatever else went live) but <c>fingerprint</c> itself, and <c>type</c>, <c>locale</c> and <c>slug</c> of the item
/// at that event, where the event has no such member of its own. A member that is absent or null isn't there.
/// </summary>
public static class ContentFingerprint
{
    /// <summary>As <c>algorithm</c> of an answer names it.</summary>
    public const string Algorithm = "SHA3-256";

    private const string Own = "fingerprint";

    /// <summary>The event with its fingerprint.</summary>
    /// <param name="published">What goes live.</param>
    /// <param name="item">The item that it's published of, as it is.</param>
    public static ItemPublished Sign(ItemPublished published, Item item) =>
        published with { Fingerprint = Of(Canonical(JsonSerializer.SerializeToElement(published, ContentJson.Default.ItemPublished), item)) };

    /// <summary>SHA3-256 of a canonical form, in lower hex.</summary>
    public static string Of(ReadOnlySpan<byte> canonical) => Convert.ToHexStringLower(Sha3.Hash256(canonical));

    /// <summary>The bytes that the fingerprint is of.</summary>
    /// <param name="published">The event's JSON as recorded, also of members that this program doesn't know.</param>
    /// <param name="item">The item at that event.</param>
    /// <exception cref="FormatException">It holds what no canonical JSON can; the platform itself publishes none such.</exception>
    public static byte[] Canonical(JsonElement published, Item item)
    {
        var members = Fields.Empty.Values.Add("type", Text(item.Type)).Add("locale", Text(item.Locale)).Add("slug", Text(item.Slug)).SetItems(
            published.EnumerateObject().Where(member => member.Name != Own && member.Value.ValueKind is not JsonValueKind.Null)
                .Select(member => KeyValuePair.Create(member.Name, member.Value)));
        return CanonicalJson.Write(members);
    }

    private static JsonElement Text(string text) => JsonSerializer.SerializeToElement(text, FieldsJson.Default.String);
}
