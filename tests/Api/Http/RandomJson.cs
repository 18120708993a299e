using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Platform.Api.Tests.Http;

/// <summary>Bodies that parse, with members that commands know and values that they may not.</summary>
internal static class RandomJson
{
    private static readonly string[] _names =
        ["siteId", "type", "locale", "slug", "fields", "name", "domain", "parentId", "settings", "version", "required", "localized", "rules", "other", ""];

    private static readonly string[] _known =
    [
        "article", "en", "first-light", "www.example.org", "0198c5a0-0000-7000-8000-000000000001", "text", "number", "json", "", " ", "%00", "null", "2026-01-01T00:00:00Z",
        "\u0001", "\u007f", "\u2028", "🌍", "é", "-1", "1e400", "9223372036854775807", "9223372036854775808", new('a', 300),
    ];

    /// <param name="known">Texts to draw from beside the usual ones, e.g. ids.</param>
    public static Gen<string> Texts(params string[] known) => Gen.OneOf(Gen.Elements([.. _known, .. known]), ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => Clean(s.Get)));

    /// <summary>An object of members that don't stand twice.</summary>
    /// <param name="known">As for <see cref="Texts"/>.</param>
    public static Gen<string> Objects(params string[] known) => Gen.Sized(size => Object(Math.Min(size, 8), Texts(known)));

    private static Gen<string> Object(int depth, Gen<string> texts) =>
        from names in Gen.SubListOf(_names)
        from values in Gen.CollectToList(names, _ => Value(depth - 1, texts))
        select $"{{{string.Join(',', names.Zip(values, (name, value) => $"{JsonSerializer.Serialize(name)}:{value}"))}}}";

    private static Gen<string> Value(int depth, Gen<string> texts)
    {
        var scalars = Gen.OneOf(
            texts.Select(text => JsonSerializer.Serialize(text)),
            ArbMap.Default.GeneratorFor<int>().Select(n => n.ToString(CultureInfo.InvariantCulture)),
            Gen.Elements("null", "true", "false", "0.1", "1e308", "-1e-300", "1e-5000", "12345678901234567890", "[]", "{}"));
        return depth <= 0 ? scalars : Gen.Frequency((3, scalars), (1, Object(depth - 3, texts)), (1, Array(depth - 3, texts)));
    }

    private static Gen<string> Array(int depth, Gen<string> texts) => Value(depth, texts).ListOf().Select(items => $"[{string.Join(',', items.Take(4))}]");

    // A lone surrogate has no form in UTF-8; malformed bodies have tests of their own.
    private static string Clean(string text) => new([.. text.Where(c => !char.IsSurrogate(c))]);
}
