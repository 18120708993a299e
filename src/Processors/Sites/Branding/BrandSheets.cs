using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Platform.Domain.Sites;

namespace Platform.Processors.Sites;

/// <summary>A style sheet.</summary>
/// <param name="Css">Its text.</param>
/// <param name="Hash">Half of its SHA-256 in hex: its name.</param>
public sealed record BrandSheet(string Css, string Hash)
{
    internal static BrandSheet Of(string css) => new(css, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(css)).AsSpan(0, 16)));
}

/// <summary>What a site looks like, as style sheets.</summary>
/// <param name="Values">That hold, by key.</param>
/// <param name="Whole">Tokens and custom CSS: for the site's own pages.</param>
/// <param name="Tokens">Tokens alone: for pages that belong to somebody else as well, such as a console.</param>
/// <param name="CssProblem">Why custom CSS isn't served; null: it is, or there is none.</param>
public sealed record SiteBrand(FrozenDictionary<string, JsonElement> Values, BrandSheet Whole, BrandSheet Tokens, string? CssProblem);

/// <summary>Writes style sheets of brands. What custom CSS comes to is kept, since it takes a parser and anybody may ask.</summary>
public sealed class BrandSheets
{
    private const int MostKept = 200;

    private readonly ConcurrentDictionary<string, CustomCss> _kept = new(StringComparer.Ordinal);

    /// <summary>The platform's keys of a brand, in name order.</summary>
    public static ImmutableArray<ConfigurationKey> Keys { get; } = [.. PlatformKeys.All.Values.Where(key => Brand.Owns(key.Name)).OrderBy(key => key.Name, StringComparer.Ordinal)];

    /// <param name="path">From the platform down to the level whose look it is.</param>
    public SiteBrand Of(ImmutableArray<ConfigurationLevel> path)
    {
        var values = EffectiveConfiguration.Resolve(path, Keys).ToFrozenDictionary(value => value.Key.Name, value => value.Value, StringComparer.Ordinal);
        var (tokens, custom) = (Brand.Properties(key => values[key]), Custom(values[Brand.Css].GetString()!));
        return new SiteBrand(values, BrandSheet.Of(tokens + custom.Written), BrandSheet.Of(tokens), custom.Problem);
    }

    private CustomCss Custom(string css)
    {
        if (_kept.TryGetValue(css, out var known))
            return known;
        if (_kept.Count >= MostKept)
            _kept.Clear();
        return _kept[css] = CustomCss.Of(css);
    }
}
