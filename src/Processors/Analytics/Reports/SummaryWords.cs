using System.Globalization;

namespace Platform.Processors.Analytics;

/// <summary>What a summary says, in one language.</summary>
public sealed record SummaryWords(
    string Language, NumberFormatInfo Numbers, string DateFormat, string Subject, string PageViews, string Visitors, string Visits, string BounceRate, string VisitLength, string PagesPerVisit, string Attention,
    string DayBefore, string WeekBefore, string Pages, string Referrers, string Countries, string Hours, string Nothing, string Other, string Estimated, string Counted)
{
    private static SummaryWords English { get; } = new(
        "en", NumberFormatInfo.InvariantInfo, "yyyy-MM-dd", "{0} on {1}: {2} visitors", "Page views", "Visitors", "Visits", "Bounce rate", "Length of visits (median)", "Pages per visit", "Time of attention",
        "day before", "week before", "Pages", "Referrers", "Countries", "Page views by the hour", "(none)", "(other)", "Numbers of visitors are estimates, with a standard error of 1.6 %.",
        "Day of {0}. What visitors' devices sent later isn't counted. Report: {1}");

    private static SummaryWords German { get; } = new(
        "de", new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." }, "dd.MM.yyyy", "{0} am {1}: {2} Besucher", "Seitenaufrufe", "Besucher", "Besuche", "Absprungrate", "Dauer der Besuche (Median)", "Seiten je Besuch", "Zeit der Aufmerksamkeit",
        "Vortag", "Vorwoche", "Seiten", "Herkunft", "Länder", "Seitenaufrufe nach Stunden", "(nichts)", "(übrige)", "Besucherzahlen sind Schätzungen mit einem Standardfehler von 1,6 %.",
        "Tag von {0}. Was Geräte von Besuchern später schickten, ist nicht gezählt. Bericht: {1}");

    /// <param name="language">en or de.</param>
    public static SummaryWords Of(string language) => language == German.Language ? German : English;

    /// <summary>The language of summaries for a language tag.</summary>
    public static string LanguageOf(string tag) => tag.Split('-')[0].Equals(German.Language, StringComparison.OrdinalIgnoreCase) ? German.Language : English.Language;

    public string Say(string sentence, params object[] values) => string.Format(Numbers, sentence, values);

    public string Date(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    public string Name(string value) => value switch { "(none)" => Nothing, "(other)" => Other, _ => value };

    public string Count(long value) => value.ToString("#,##0", Numbers);

    public string Share(double? value) => value is { } share ? $"{(share * 100).ToString("0.#", Numbers)} %" : "–";

    public string Decimal(double? value) => value?.ToString("0.##", Numbers) ?? "–";

    /// <param name="ms">Milliseconds.</param>
    public string Duration(double? ms) => ms is not { } value ? "–"
        : TimeSpan.FromMilliseconds(value) is { TotalHours: >= 1 } long_ ? $"{(long)long_.TotalHours} h {long_.Minutes} min"
        : TimeSpan.FromMilliseconds(value) is { TotalMinutes: >= 1 } middle ? $"{middle.Minutes} min {middle.Seconds} s"
        : $"{(value / 1000).ToString("0.#", Numbers)} s";
}
