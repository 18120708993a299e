using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsvHelper;
using CsvHelper.Configuration;
using Platform.Domain;
using Platform.Domain.Analytics;

namespace Platform.Api.Analytics;

/// <summary>A line of a record: an event, nothing that is counted (both null), or why it can't be read.</summary>
public readonly record struct ReplayedLine(long Number, ReplayedBody? Event, string? Problem);

/// <summary>Reads a record line by line, in its order.</summary>
public interface IReplayFormat
{
    IEnumerable<ReplayedLine> Read(TextReader text, Guid siteId);
}

/// <summary>What all formats make of a line: an id that is the same whenever the same line of the same site is read.</summary>
internal static class ReplayedEvent
{
    // Pages of a record have paths; where they were served matters to nobody.
    private const string Host = "https://replay.invalid";

    public static Guid IdOf(Guid siteId, long line, string text) => DerivedId.From("analytics.replayed", siteId.ToString(), line.ToString(CultureInfo.InvariantCulture), text);

    /// <summary>Seconds since 1970, or RFC 3339; null: neither.</summary>
    public static DateTimeOffset? TimeOf(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds < 1e11 ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
        : Http.Reading.Time(text);

    public static string UrlOf(string page) => page.StartsWith("http", StringComparison.Ordinal) ? page : Host + (page.StartsWith('/') ? page : "/" + page);
}

/// <summary>A record with columns (RFC 4180, the first line names them).</summary>
/// <param name="columns">What they are.</param>
/// <param name="bots">User agents that are bots; null: by the platform's patterns.</param>
public sealed partial class CsvReplay(ReplayColumns columns, Regex? bots) : IReplayFormat
{
    public IEnumerable<ReplayedLine> Read(TextReader text, Guid siteId)
    {
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture) { MaxFieldSize = 1 << 16, BadDataFound = null, MissingFieldFound = null });
        if (!csv.Read() || !csv.ReadHeader())
            yield break;
        var header = csv.HeaderRecord!;
        if (columns.Of.Keys.FirstOrDefault(column => !header.Contains(column)) is { } missing)
            throw new ArgumentException($"The record has no column {missing}; it has {string.Join(", ", header)}.");
        for (var line = 2L; csv.Read(); line++)
            yield return LineOf(csv, header, line, siteId);
    }

    private ReplayedLine LineOf(CsvReader csv, string[] header, long line, Guid siteId)
    {
        var (values, props) = (new Dictionary<string, string>(StringComparer.Ordinal), new Dictionary<string, JsonElement>(StringComparer.Ordinal));
        for (var c = 0; c < header.Length; c++)
            if (csv.GetField(c) is { Length: > 0 } value)
                if (columns.Of.TryGetValue(header[c], out var column))
                    values[column.Property] = column.Form is null ? value : column.Form.Replace("{}", value, StringComparison.Ordinal);
                else if (NameOf(header[c]) is { Length: > 0 } name)
                    props[name] = JsonSerializer.SerializeToElement(value, TrackBodies.Default.String);
        if (!values.TryGetValue("at", out var time) || ReplayedEvent.TimeOf(time) is not { } at)
            return new ReplayedLine(line, null, "The time is neither seconds since 1970 nor RFC 3339.");
        foreach (var name in (string[])["engaged", "scroll"])
            if (values.TryGetValue(name, out var number) && !int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
                return new ReplayedLine(line, null, $"{name} isn't a whole number.");
        var event_ = NameOf(values.GetValueOrDefault("name", "page_view"));
        var agent = values.GetValueOrDefault("userAgent");
        return new ReplayedLine(line, new ReplayedBody(
            ReplayedEvent.IdOf(siteId, line, csv.Parser.RawRecord), event_, ReplayedEvent.UrlOf(values.GetValueOrDefault("page", "/")), values.GetValueOrDefault("referrer"), null, at,
            values.GetValueOrDefault("visitor"), Number(values, "engaged"), Number(values, "scroll"), null, null, props.Count == 0 ? null : new Fields(props.ToImmutableSortedDictionary(StringComparer.Ordinal)),
            agent, values.GetValueOrDefault("address"), values.GetValueOrDefault("country") is { Length: 2 } country ? country.ToUpperInvariant() : null,
            // A record that names no user agents is of people.
            bots is null ? agent is null ? false : null : agent is not null && bots.IsMatch(agent)), null);
    }

    // As trackers write names: "COMMENT CREATED" is comment_created, and what is called view is a page view.
    private static string NameOf(string text) => NoLetter().Replace(text.ToLowerInvariant(), "_").Trim('_') switch { "view" or "pageview" => "page_view", var name => name.Length > 50 ? name[..50] : name };

    private static int? Number(Dictionary<string, string> values, string name) => values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("[^a-z0-9_]+")]
    private static partial Regex NoLetter();
}

/// <summary>
/// An access log in the combined format of Apache and nginx. A page view is a GET that was answered 200 or 304, of a path that isn't a file that pages are made of; visitors are told apart by
/// address and user agent.
/// </summary>
/// <param name="bots">User agents that are bots; null: by the platform's patterns.</param>
public sealed partial class CombinedLogReplay(Regex? bots) : IReplayFormat
{
    private const string TimeForm = "dd/MMM/yyyy:HH:mm:ss zzz";

    public IEnumerable<ReplayedLine> Read(TextReader text, Guid siteId)
    {
        for (var line = 1L; text.ReadLine() is { } read; line++)
            if (read.Length > 0)
                yield return LineOf(read, line, siteId);
    }

    private ReplayedLine LineOf(string text, long line, Guid siteId)
    {
        if (text.Length > 1 << 16 || Combined().Match(text) is not { Success: true } match
            || !DateTimeOffset.TryParseExact(Colon().Replace(match.Groups["time"].Value, "$1:$2"), TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at))
            return new ReplayedLine(line, null, "It isn't a line of the combined format.");
        var path = match.Groups["path"].Value.Split('?', 2)[0];
        if (match.Groups["method"].Value != "GET" || match.Groups["status"].Value is not ("200" or "304") || Asset().IsMatch(path))
            return new ReplayedLine(line, null, null);
        var (agent, referrer) = (match.Groups["agent"].Value, match.Groups["referrer"].Value);
        return new ReplayedLine(line, new ReplayedBody(
            ReplayedEvent.IdOf(siteId, line, text), "page_view", ReplayedEvent.UrlOf(Cut(path)), referrer is "" or "-" || referrer.Length > 300 ? null : referrer, null, at, null, null, null, null, null, null,
            agent.Length > 300 ? agent[..300] : agent, match.Groups["address"].Value, null, bots is null ? null : agent is "-" or "" || bots.IsMatch(agent)), null);
    }

    // The event has to fit into its 1,024 bytes.
    private static string Cut(string path) => path.Length > 300 ? path[..300] : path;

    [GeneratedRegex("""^(?<address>\S+) \S+ \S+ \[(?<time>[^\]]+)\] "(?<method>[A-Z]+) (?<path>\S+)[^"]*" (?<status>\d{3}) \S+ "(?<referrer>(?:[^"\\]|\\.)*)" "(?<agent>(?:[^"\\]|\\.)*)".*$""", RegexOptions.NonBacktracking)]
    private static partial Regex Combined();

    [GeneratedRegex(@"\.(css|js|png|jpe?g|gif|ico|svg|woff2?|ttf|pdf|xml|txt|gz|zip|tar|bz2|rpm|deb|swf|mp4|jar)$", RegexOptions.IgnoreCase)]
    private static partial Regex Asset();

    [GeneratedRegex(@"([+-]\d{2})(\d{2})$")]
    private static partial Regex Colon();
}
