using System.Collections.Frozen;

namespace Platform.Domain.Content;

/// <summary>The text search configuration of PostgreSQL (its stemmer and stop words) for a locale: by its primary language, else <c>simple</c>.</summary>
public static class SearchLanguage
{
    private static readonly FrozenDictionary<string, string> Configurations = new Dictionary<string, string>
    {
        ["ar"] = "arabic",
        ["ca"] = "catalan",
        ["da"] = "danish",
        ["de"] = "german",
        ["el"] = "greek",
        ["en"] = "english",
        ["es"] = "spanish",
        ["eu"] = "basque",
        ["fi"] = "finnish",
        ["fr"] = "french",
        ["ga"] = "irish",
        ["hi"] = "hindi",
        ["hu"] = "hungarian",
        ["hy"] = "armenian",
        ["id"] = "indonesian",
        ["it"] = "italian",
        ["lt"] = "lithuanian",
        ["nb"] = "norwegian",
        ["ne"] = "nepali",
        ["nl"] = "dutch",
        ["nn"] = "norwegian",
        ["no"] = "norwegian",
        ["pt"] = "portuguese",
        ["ro"] = "romanian",
        ["ru"] = "russian",
        ["sr"] = "serbian",
        ["sv"] = "swedish",
        ["ta"] = "tamil",
        ["tr"] = "turkish",
        ["yi"] = "yiddish",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Of(string locale) => Configurations.GetValueOrDefault(locale.Split('-')[0].ToLowerInvariant(), "simple");
}
