using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;

namespace Platform.Api.Analytics;

/// <summary>What a chart says in a language, and how it writes numbers and days.</summary>
public sealed record ChartWords
{
    private const string None = Platform.Projections.Analytics.BehaviourQuery.None;

    /// <summary>Tag of the language.</summary>
    public required string Language { get; init; }

    public required NumberFormatInfo Numbers { get; init; }

    /// <summary>From January, short.</summary>
    public required ImmutableArray<string> Months { get; init; }

    /// <summary>From Monday.</summary>
    public required ImmutableArray<string> Weekdays { get; init; }

    /// <summary>Names of metrics and dimensions, by those that questions have for them.</summary>
    public required FrozenDictionary<string, string> Names { get; init; }

    /// <summary>A day: 0 of the month, 1 the month.</summary>
    public required string Day { get; init; }

    /// <summary>A metric by a dimension.</summary>
    public required string By { get; init; }

    public required string NoData { get; init; }
    public required string Percent { get; init; }
    public required string Million { get; init; }
    public required string Billion { get; init; }

    /// <summary>Of numbers of visitors that weren't counted one by one.</summary>
    public required string Estimated { get; init; }

    /// <summary>Of what has no value.</summary>
    public required string Nothing { get; init; }

    /// <summary>How many bars there is no room for.</summary>
    public required string More { get; init; }

    /// <summary>All bars that there is no room for, as one.</summary>
    public required string Other { get; init; }

    /// <summary>0 the total.</summary>
    public required string Total { get; init; }

    /// <summary>0 the number, 1 where.</summary>
    public required string Highest { get; init; }

    /// <summary>0 the number, 1 where.</summary>
    public required string Lowest { get; init; }

    /// <summary>0 the days, 1 the total then.</summary>
    public required string Before { get; init; }

    /// <summary>Of steps, where no title is given.</summary>
    public required string Funnel { get; init; }

    /// <summary>0 the share of the first step.</summary>
    public required string OfFirst { get; init; }

    public static ChartWords English { get; } = new()
    {
        Language = "en",
        Numbers = NumberFormatInfo.InvariantInfo,
        Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
        Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
        Names = Named(
            "page_views Page views|events Events|visits Visits|bounces Bounces|visitors Visitors|engaged_ms Time of attention|scroll Share of the page seen|bounce_rate Bounce rate|lcp_p75 Largest contentful paint (p75)"
            + "|inp_p75 Interaction to next paint (p75)|fcp_p75 First contentful paint (p75)|ttfb_p75 Time to first byte (p75)|cls_p75 Layout shift (p75)|visit_ms Length of visits|visit_ms_median Length of visits (median)"
            + "|pages_per_visit Pages per visit|events_per_visit Events per visit|site site|referrer referrer|campaign_source source|campaign_medium medium|campaign campaign|country country|device device|browser browser"
            + "|system system|hour hour|day day|week week|month month|hour_of_day hour of the day|weekday weekday|page page|event event|entry_page first page|exit_page last page"),
        Day = "{0} {1}",
        By = "{0} by {1}",
        NoData = "No data",
        Estimated = "estimated",
        Percent = "%",
        Million = "M",
        Billion = "bn",
        Nothing = None,
        More = "… {0} more",
        Other = "Other ({0})",
        Total = "{0} in all",
        Highest = "highest {0} ({1})",
        Lowest = "lowest {0} ({1})",
        Before = "before that, {0}: {1}",
        Funnel = "Steps",
        OfFirst = "{0} of the first step",
    };

    public static ChartWords German { get; } = new()
    {
        Language = "de",
        Numbers = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
        Months = ["Jan.", "Feb.", "März", "April", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."],
        Weekdays = ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
        Names = Named(
            "page_views Seitenaufrufe|events Ereignisse|visits Besuche|bounces Absprünge|visitors Besucher|engaged_ms Zeit der Aufmerksamkeit|scroll Gesehener Teil der Seite|bounce_rate Absprungrate|lcp_p75 Largest Contentful Paint (p75)"
            + "|inp_p75 Interaction to Next Paint (p75)|fcp_p75 First Contentful Paint (p75)|ttfb_p75 Zeit bis zum ersten Byte (p75)|cls_p75 Layoutverschiebung (p75)|visit_ms Dauer der Besuche|visit_ms_median Dauer der Besuche (Median)"
            + "|pages_per_visit Seiten je Besuch|events_per_visit Ereignisse je Besuch|site Site|referrer Herkunft|campaign_source Quelle|campaign_medium Medium|campaign Kampagne|country Land|device Gerät|browser Browser"
            + "|system System|hour Stunde|day Tag|week Woche|month Monat|hour_of_day Tageszeit|weekday Wochentag|page Seite|event Ereignis|entry_page erster Seite|exit_page letzter Seite"),
        Day = "{0}. {1}",
        By = "{0} nach {1}",
        NoData = "Keine Daten",
        Estimated = "geschätzt",
        Percent = " %",
        Million = " Mio.",
        Billion = " Mrd.",
        Nothing = "(nichts)",
        More = "… {0} weitere",
        Other = "Übrige ({0})",
        Total = "{0} insgesamt",
        Highest = "am meisten {0} ({1})",
        Lowest = "am wenigsten {0} ({1})",
        Before = "davor, {0}: {1}",
        Funnel = "Schritte",
        OfFirst = "{0} vom ersten Schritt",
    };

    public static IReadOnlyList<ChartWords> All { get; } = [English, German];

    /// <summary>A sentence of this language with its values.</summary>
    public string Say(string sentence, params object[] values) => string.Format(Numbers, sentence, values);

    public string DayOf(DateOnly day, bool withYear) => Say(Day, day.Day, Months[day.Month - 1]) + (withYear ? $" {day.Year.ToString("0000", CultureInfo.InvariantCulture)}" : "");

    /// <summary>Days from one to another.</summary>
    public string Range(DateOnly from, DateOnly to) => from == to ? DayOf(to, true) : $"{DayOf(from, from.Year != to.Year)} – {DayOf(to, true)}";

    /// <summary>A value of a dimension, for people.</summary>
    public string ValueOf(string dimension, string value) => (dimension, value) switch
    {
        (_, None) => Nothing,
        ("weekday", [>= '1' and <= '7' and var day]) => Weekdays[day - '1'],
        ("hour_of_day", _) => $"{value}:00",
        _ => value,
    };

    private static FrozenDictionary<string, string> Named(string names) =>
        names.Split('|').Select(name => name.Split(' ', 2)).ToFrozenDictionary(name => name[0], name => name[1], StringComparer.Ordinal);
}
