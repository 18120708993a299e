using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Platform.Domain.Collaboration;

/// <summary>
/// Which events a webhook is told of: an alias such as <c>content.item-published</c>, the beginning of some up to a dot or a hyphen such as <c>content.*</c> or
/// <c>content.item-*</c>, or <c>*</c>. An alias stands for its later versions as well. Webhooks are never told of webhooks.
/// </summary>
public static partial class EventFilter
{
    private const string OfWebhooks = "collaboration.webhook-";

    /// <summary>Aliases that webhooks may be told of.</summary>
    public static FrozenSet<string> Offered { get; } =
        EventCatalog.All.Keys.Where(alias => !alias.StartsWith(OfWebhooks, StringComparison.Ordinal)).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What is wrong with a filter, as a sentence; null when it's fine.</summary>
    public static string? Problem(string? filter) => filter switch
    {
        null or "" => "Is required.",
        _ when !Form().IsMatch(filter) => "Must be an event type such as content.item-published, the beginning of some such as content.* or content.item-*, or *.",
        _ when !Offered.Any(alias => Matches(filter, alias)) => "There is no such event type.",
        _ => null,
    };

    public static bool Matches(string filter, string alias) =>
        !alias.StartsWith(OfWebhooks, StringComparison.Ordinal)
        && (filter.EndsWith('*') ? alias.AsSpan().StartsWith(filter.AsSpan(0, filter.Length - 1), StringComparison.Ordinal) : filter == alias || filter == Version().Replace(alias, ""));

    [GeneratedRegex(@"^(\*|[a-z][a-z0-9-]{0,60}\.([a-z0-9-]{0,80}-)?\*|[a-z][a-z0-9-]{0,60}\.[a-z][a-z0-9-]{0,80}(_v[1-9][0-9]*)?)\z")]
    private static partial Regex Form();

    [GeneratedRegex(@"_v[0-9]+\z")]
    private static partial Regex Version();
}
