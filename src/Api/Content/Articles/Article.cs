using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Platform.Domain;
using Platform.Domain.Content;

namespace Platform.Api.Content;

/// <summary>What a file becomes.</summary>
/// <param name="Source">Path and digest of the file.</param>
/// <param name="Type">The content type that the fields were fitted to.</param>
/// <param name="Locale">Front matter's <c>lang</c> or <c>locale</c>, or the import's.</param>
/// <param name="Slug">See <see cref="ArticleSlug"/>.</param>
/// <param name="IsDraft">Front matter's <c>draft: true</c>: not to be published.</param>
/// <param name="Fields">Everything that the file says.</param>
public sealed partial record Article(ContentSource Source, string Type, string Locale, string Slug, bool IsDraft, Fields Fields)
{
    /// <summary>
    /// Fits a file to a content type: what the type has a field for that takes the value goes there, all else under the type's json field
    /// <c>frontMatter</c>.
    /// </summary>
    /// <param name="path">Relative to what is imported, <c>/</c> between folders.</param>
    /// <param name="file">The file.</param>
    /// <param name="type">The content type.</param>
    /// <param name="defaultLocale">For a file that names none.</param>
    /// <exception cref="ArticleRefusedException">The file says something that there is no place for.</exception>
    public static Article Of(string path, ArticleFile file, ContentType type, string defaultLocale)
    {
        var rest = file.FrontMatter.Values.ToBuilder();
        var locale = (Take(rest, "lang") ?? Take(rest, "locale") ?? defaultLocale).Replace('_', '-');
        if (Domain.Content.Locale.Problem(locale) is { } problem)
            throw new ArticleRefusedException($"The locale '{locale}' isn't usable: {problem}");
        var slug = ArticleSlug.Of(Take(rest, "slug"), path);
        var fields = Fields.Empty.Values.ToBuilder();
        foreach (var (key, value) in rest.ToImmutable())
            if (key is not (ArticleType.Body or ArticleType.Rest) && Fit(type, key, value) is { } fitting)
            {
                fields[key] = fitting;
                rest.Remove(key);
            }
        if (!rest.ContainsKey(ArticleType.Title) && !fields.ContainsKey(ArticleType.Title) && Heading().Match(file.Body) is { Success: true } heading
            && Fit(type, ArticleType.Title, Json(heading.Groups["text"].Value)) is { } title)
            fields[ArticleType.Title] = title;
        fields[ArticleType.Body] = Fit(type, ArticleType.Body, Json(file.Body))
            ?? throw new ArticleRefusedException($"The content type '{type.Name}' has no field '{ArticleType.Body}' that takes the text.");
        Keep(rest.ToImmutable(), fields, type);
        return new Article(new ContentSource(path, file.Sha256), type.Name, locale, slug, file.FrontMatter.Find("draft")?.ValueKind is JsonValueKind.True, new Fields(fields.ToImmutable()));
    }

    private static void Keep(ImmutableSortedDictionary<string, JsonElement> rest, ImmutableSortedDictionary<string, JsonElement>.Builder fields, ContentType type)
    {
        if (rest.IsEmpty)
            return;
        fields[ArticleType.Rest] = Fit(type, ArticleType.Rest, JsonSerializer.SerializeToElement(new Fields(rest)))
            ?? throw new ArticleRefusedException(
                $"The content type '{type.Name}' has no fields that take {string.Join(", ", rest.Keys)}, and no json field '{ArticleType.Rest}' to keep them in.");
    }

    private static string? Take(ImmutableSortedDictionary<string, JsonElement>.Builder rest, string key)
    {
        if (!rest.TryGetValue(key, out var value) || Text(value) is not { } text || string.IsNullOrWhiteSpace(text))
            return null;
        rest.Remove(key);
        return text.Trim();
    }

    // Null: the type has no such field, or one that doesn't take the value.
    private static JsonElement? Fit(ContentType type, string name, JsonElement value)
    {
        if (type.Fields.FirstOrDefault(f => f.Name == name) is not { } field || value.ValueKind is JsonValueKind.Null)
            return null;
        var fitting = field.Type switch
        {
            // A title such as 1984 is a number in YAML.
            FieldType.Text or FieldType.Markdown when Text(value) is { } text => Json(text),
            "json" when name is ArticleType.Authors or ArticleType.Topics && value.ValueKind is not JsonValueKind.Array => JsonSerializer.SerializeToElement(new[] { value }),
            _ => value,
        };
        return FieldRules.Check(type, new Fields(Fields.Empty.Values.Add(name, fitting))).Rejection is null ? fitting : null;
    }

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };

    private static JsonElement Json(string text) => JsonSerializer.SerializeToElement(text);

    [GeneratedRegex(@"^\s*# +(?<text>[^\n]*[^\s#])[ #]*(\n|\z)")]
    private static partial Regex Heading();
}
