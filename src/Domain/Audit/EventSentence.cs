using System.Text;

namespace Platform.Domain.Audit;

/// <summary>
/// What an event says, as one English sentence without its actor: made from the event alone, so it's the same whenever it is made. Ids aren't in
/// it, they stand beside it; texts of people are quoted and cut. A sentence is part of a read model: one that changes raises that model's version.
/// </summary>
public static class EventSentence
{
    private const int Longest = 80;
    private const int MostNames = 5;

    /// <summary>The sentence of an event; of one that has none, its alias in words.</summary>
    public static string Of(object @event, string alias) => Find(@event) ?? InWords(alias);

    /// <summary>The sentence of an event; null: it has none of its own.</summary>
    internal static string? Find(object @event) =>
        ItemSentences.Find(@event) ?? ContentSentences.Find(@event) ?? SiteSentences.Find(@event) ?? IdentitySentences.Find(@event) ?? AuditSentences.Find(@event)
        ?? AnalyticsSentences.Find(@event) ?? ExperimentSentences.Find(@event) ?? PersonalizationSentences.Find(@event) ?? SecuritySentences.Find(@event) ?? WebhookSentences.Find(@event) ?? MonitoringSentences.Find(@event);

    /// <summary>In quotes, without control characters and cut to 80 characters.</summary>
    internal static string Quoted(string text)
    {
        var plain = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            if (plain.Length > Longest)
            {
                plain.Append('…');
                break;
            }

            plain.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        }

        return plain.Append('"').ToString();
    }

    /// <summary>Names one after the other, the first five of more.</summary>
    internal static string Named(IEnumerable<string> names)
    {
        var all = names.Select(name => name.Length <= Longest ? name : Quoted(name)).ToList();
        var shown = string.Join(", ", all.Take(MostNames));
        return all.Count == 0 ? "nothing" : all.Count <= MostNames ? shown : $"{shown} and {all.Count - MostNames} more";
    }

    internal static string Counted(long count, string one, string? many = null) => count == 1 ? $"1 {one}" : $"{count} {many ?? one + "s"}";

    internal static string At(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", null);

    private static string InWords(string alias)
    {
        var words = alias[(alias.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('-', ' ').Replace('_', ' ');
        return $"{char.ToUpperInvariant(words[0])}{words[1..]}.";
    }
}
