using System.Text.Json;

namespace Platform.Domain.Sites;

/// <summary>A site's settings: a JSON object of at most 64 KiB, nested at most 16 deep (the object itself is the first level).</summary>
public static class SiteSettings
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxDepth = 16;

    /// <summary>What is wrong with settings, as a sentence; null when they're fine.</summary>
    public static string? Problem(Fields settings) => settings switch
    {
        _ when settings.CountBytes() > MaxBytes => $"Settings take at most {MaxBytes / 1024} KiB.",
        _ when 1 + settings.Values.Values.Select(Depth).DefaultIfEmpty().Max() > MaxDepth => $"Settings nest at most {MaxDepth} deep.",
        _ => null,
    };

    private static int Depth(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => 1 + value.EnumerateObject().Select(member => Depth(member.Value)).DefaultIfEmpty().Max(),
        JsonValueKind.Array => 1 + value.EnumerateArray().Select(Depth).DefaultIfEmpty().Max(),
        _ => 0,
    };
}
